import Foundation

/// A test and the statements that it names.
///
///     // Proves: rfc3261-17.1.1.2-03 rfc3261-8.1.1.1-01
///     @Test("…")
///
/// A comment and no trait, so that no test target needs a library of ours for it. Several such lines may stand above one test.
struct Proof: Sendable, CustomStringConvertible {
  /// From `Tests`.
  let file: String
  /// As `Suite.function`.
  let test: String
  let statements: [String]

  var description: String { "\(file): \(test)" }

  static let mark = "// Proves:"

  /// Every proof of every test, in the order of files and lines; and the places where a mark stands above no test.
  static let all: (proofs: [Proof], strays: [String]) = {
    let tests = House.root.appending(path: "Tests")
    var paths: [String] = []
    let enumerator = FileManager.default.enumerator(atPath: tests.path)
    while let path = enumerator?.nextObject() as? String {
      if path.hasSuffix(".swift"), !path.contains(".build") { paths.append(path) }
    }
    var proofs: [Proof] = []
    var strays: [String] = []
    for path in paths.sorted() {
      guard let text = try? String(contentsOf: tests.appending(path: path), encoding: .utf8), text.contains(mark) else { continue }
      let found = read(SourceFile(room: "Tests", path: path, text: text))
      proofs += found.proofs
      strays += found.strays
    }
    return (proofs, strays)
  }()

  static func read(_ file: SourceFile) -> (proofs: [Proof], strays: [String]) {
    var proofs: [Proof] = []
    var strays: [String] = []
    var type = ""
    /// What was named since the last test.
    var named: [String] = []
    /// `@Test` was seen below it; the function is still to come.
    var isAtTest = false
    let code = file.codeLines
    for (index, line) in file.lines.enumerated() {
      let text = line.drop { $0 == " " }
      // In quotes it is an example, as in the test of this reader.
      if text.hasPrefix(mark), code[index].allSatisfy({ $0 == " " }) {
        named += text.dropFirst(mark.count).split(separator: " ").map(String.init)
        continue
      }
      let words = code[index].split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
      if code[index].first.map({ $0 != " " }) == true,
        let kind = words.firstIndex(where: { ["struct", "extension", "class", "enum", "actor"].contains($0) }),
        kind + 1 < words.count
      {
        type = String(words[kind + 1])
      }
      guard !named.isEmpty else { continue }
      if !isAtTest {
        isAtTest = code[index].drop { $0 == " " }.hasPrefix("@Test")
        if !isAtTest {
          strays.append("\(file.path):\(index + 1)")
          named = []
        }
      }
      if isAtTest, let keyword = words.firstIndex(of: "func"), keyword + 1 < words.count {
        proofs.append(Proof(file: file.path, test: "\(type).\(words[keyword + 1])", statements: named))
        named = []
        isAtTest = false
      }
    }
    if !named.isEmpty { strays.append("\(file.path): end of file") }
    return (proofs, strays)
  }
}
