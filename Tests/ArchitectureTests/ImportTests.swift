import Foundation
import Testing

@Suite("Import arrows (who sees whom)")
struct ImportTests {
  @Test("Sources are found and every room of the house is there")
  func roomsExist() {
    #expect(House.files.count > 20)
    let rooms = Set(House.files.map(\.room))
    for room in House.arrows.keys.sorted() { #expect(rooms.contains(room), "Sources/\(room) has no Swift file") }
  }

  @Test("There is no room that the plan does not know")
  func noUnknownRooms() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: House.root.appending(path: "Sources").path)
    for folder in folders.sorted() where !folder.hasPrefix(".") {
      #expect(House.arrows[folder] != nil || House.shims.contains(folder), "Sources/\(folder) is in no plan")
    }
  }

  @Test("A room imports only what stands below it", arguments: House.arrows.keys.sorted())
  func arrowsHold(room: String) {
    let allowed = House.arrows[room] ?? []
    for file in House.files(of: room) {
      for (module, line) in file.imports {
        #expect(allowed.contains(module), "\(file.path):\(line) imports \(module)")
      }
    }
  }

  @Test("Nothing is exported again: an arrow that is not written down does not exist")
  func nothingIsReexported() {
    for file in House.files {
      #expect(!file.code.contains("@_exported"), "\(file.path) exports another module as its own")
      #expect(!file.code.contains("@testable"), "\(file.path) opens another module's inside")
    }
  }

  @Test("ncurses is touched by one file")
  func oneFileTouchesCurses() {
    let touching = House.files.filter { $0.imports.contains { $0.module == "CNCurses" } }
    for file in touching { #expect(file.name == "CursesTerminal.swift", "\(file.path) imports CNCurses") }
  }

  @Test("The core never names an extension")
  func coreNamesNoExtension() {
    let names = House.files(of: "SIPExtensions").flatMap(\.topLevelTypes).map(\.name)
    let core = House.files(of: "SIPUserAgent")
    for name in Set(names).sorted() {
      for file in core {
        for place in file.occurrences(of: name) {
          Issue.record("\(file.path):\(place.line) names \(name), which lives in SIPExtensions")
        }
      }
    }
  }
}
