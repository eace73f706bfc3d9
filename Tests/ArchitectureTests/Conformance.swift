import Foundation

/// The rows of the conformance page, as its tables give them.
enum Conformance {
  struct Row: Sendable, CustomStringConvertible {
    let line: Int
    /// Begins with `yes`, `partly` or `no`.
    let status: String
    /// Relative to `Sources`.
    let files: [String]
    /// As `Suite.function`.
    let tests: [String]

    var description: String { "Conformance.md:\(line)" }
  }

  static let page: String = {
    let path = House.root.appending(path: "Sources/SIPUserAgent/SIPUserAgent.docc/Conformance.md")
    return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
  }()

  static let rows: [Row] = rows(in: page)

  /// Rows have the columns RFC, section, what it asks, status, file and test; heads and rulers are left out.
  static func rows(in page: String) -> [Row] {
    page.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      let columns = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
      guard columns.count == 8, columns[1].contains(where: \.isNumber) else { return nil }
      return Row(line: index + 1, status: columns[4], files: quoted(columns[5]), tests: quoted(columns[6]))
    }
  }

  /// What stands between grave accents.
  private static func quoted(_ text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
      String($0.element)
    }
  }

  /// Every function of every type of the tests, as `Suite.function`.
  static let testFunctions: Set<String> = {
    let tests = House.root.appending(path: "Tests")
    let enumerator = FileManager.default.enumerator(atPath: tests.path)
    var functions: Set<String> = []
    while let path = enumerator?.nextObject() as? String {
      guard path.hasSuffix(".swift"), let text = try? String(contentsOf: tests.appending(path: path), encoding: .utf8) else {
        continue
      }
      functions.formUnion(Self.functions(in: SourceFile(room: "Tests", path: path, text: text)))
    }
    return functions
  }()

  static func functions(in file: SourceFile) -> [String] {
    var functions: [String] = []
    var type = ""
    for line in file.codeLines {
      let words = line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
      if line.first.map({ $0 != " " }) == true,
        let kind = words.firstIndex(where: { ["struct", "extension", "class", "enum", "actor"].contains($0) }),
        kind + 1 < words.count
      {
        type = String(words[kind + 1])
      }
      if let keyword = words.firstIndex(of: "func"), keyword + 1 < words.count { functions.append("\(type).\(words[keyword + 1])") }
    }
    return functions
  }
}
