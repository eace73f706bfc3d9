import Foundation

/// One row of Torture/verdicts.tsv.
struct TortureCase: Sendable, CustomStringConvertible {
  var file: String
  var section: String
  var parserVerdict: String
  /// `accepted`, `dropped`, or statuses in order of preference.
  var answers: [String]

  var description: String { "\(file) (section \(section))" }

  var bytes: [UInt8] {
    get throws { Array(try Data(contentsOf: Self.folder.appendingPathComponent(file))) }
  }

  /// The folder of the messages, from wherever below `Tests` this file is compiled: targets share it by symbolic links.
  static let folder: URL = {
    var folder = URL(filePath: #filePath)
    while folder.lastPathComponent != "Tests", folder.pathComponents.count > 1 { folder.deleteLastPathComponent() }
    return folder.appending(path: "SIPMessagesTests/Torture")
  }()

  static let all: [TortureCase] = {
    guard let table = try? String(contentsOf: folder.appendingPathComponent("verdicts.tsv"), encoding: .utf8) else { return [] }
    return table.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let columns = line.split(separator: "\t").map(String.init)
      guard columns.count == 4 else { return nil }
      return TortureCase(
        file: columns[0], section: columns[1], parserVerdict: columns[2], answers: columns[3].split(separator: "/").map(String.init)
      )
    }
  }()

  /// The files that are there, without the table and the notes.
  static var files: [String] {
    ["rfc4475", "rfc5118"].flatMap { directory in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(directory).path)) ?? []
      return names.map { "\(directory)/\($0)" }
    }.sorted()
  }
}
