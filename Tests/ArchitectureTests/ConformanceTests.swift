import Foundation
import Testing

@Suite("Conformance (the page tells the truth)")
struct ConformanceTests {
  @Test("The page is read")
  func pageIsRead() {
    #expect(Conformance.rows.count > 300)
    #expect(Conformance.testFunctions.count > 300)
  }

  @Test("Every status is yes, partly or no")
  func statuses() {
    for row in Conformance.rows {
      let word = row.status.prefix { $0.isLetter }
      #expect(["yes", "partly", "no"].contains(word), "\(row) says \(row.status)")
    }
  }

  @Test("A row that says yes names a file and a test")
  func claimsAreShown() {
    for row in Conformance.rows where row.status.hasPrefix("yes") {
      #expect(!row.files.isEmpty, "\(row) names no file")
      #expect(!row.tests.isEmpty, "\(row) names no test")
    }
  }

  @Test("Every named file is there")
  func filesExist() {
    for row in Conformance.rows {
      for file in row.files {
        let path = House.root.appending(path: "Sources/" + file).path
        #expect(FileManager.default.fileExists(atPath: path), "\(row) names \(file)")
      }
    }
  }

  @Test("Every named test is there")
  func testsExist() {
    for row in Conformance.rows {
      for test in row.tests { #expect(Conformance.testFunctions.contains(test), "\(row) names \(test)") }
    }
  }

  @Test("Every extension has rows of its own")
  func extensionsAreNamed() throws {
    let room = House.root.appending(path: "Sources/SIPExtensions")
    let folders = try FileManager.default.contentsOfDirectory(atPath: room.path).filter { name in
      !name.contains(".")
    }
    #expect(!folders.isEmpty)
    for folder in folders.sorted() {
      let isNamed = Conformance.rows.contains { $0.files.contains { $0.hasPrefix("SIPExtensions/\(folder)/") } }
      #expect(isNamed, "Sources/SIPExtensions/\(folder) is in no row of Conformance.md")
    }
  }

  @Test("The reader takes rows apart and knows whose function is whose")
  func readerReads() {
    let page =
      "| RFC | section | x | status | file | test |\n|---|---|---|---|---|---|\n| 1 | 2 | a | yes, so | `A/b.swift` | `S.f`, `S.g` |\n"
    let rows = Conformance.rows(in: page)
    #expect(rows.count == 1)
    #expect(rows.first?.line == 3 && rows.first?.status == "yes, so")
    #expect(rows.first?.files == ["A/b.swift"] && rows.first?.tests == ["S.f", "S.g"])
    let text = "@Suite struct S {\n  func f() {}\n}\nextension T {\n  static func `g`() {}\n  // func h()\n}\n"
    #expect(Conformance.functions(in: SourceFile(room: "x", path: "x.swift", text: text)) == ["S.f", "T.g"])
  }
}
