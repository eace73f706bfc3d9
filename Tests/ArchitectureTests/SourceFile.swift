import Foundation

/// One Swift file of `Sources/`, read once, with its comments and string literals blanked out so that words in them break no rule.
struct SourceFile: Sendable {
  /// The target, the first folder below `Sources`.
  let room: String
  /// From the package's root: `Sources/SansIO/Instant.swift`.
  let path: String
  let text: String
  /// The text with every comment and the inside of every string literal replaced by spaces; lines stay where they were.
  let code: String

  var name: String { String(path.split(separator: "/").last ?? "") }
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The modules that the file imports, each with its line.
  var imports: [(module: String, line: Int)] {
    codeLines.enumerated().compactMap { index, line in
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let position = words.firstIndex(of: "import"),
        words[..<position].allSatisfy({ Self.importModifiers.contains(String($0)) })
      else { return nil }
      var rest = words[(position + 1)...]
      if let kind = rest.first, Self.importKinds.contains(String(kind)) { rest = rest.dropFirst() }
      guard let module = rest.first?.split(separator: ".").first else { return nil }
      return (String(module), index + 1)
    }
  }

  private static let importModifiers: Set<String> = [
    "public", "internal", "package", "fileprivate", "private", "@preconcurrency", "@testable", "@_exported", "@_implementationOnly",
  ]
  private static let importKinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]

  /// Every place where `word` stands as a whole word in the code: the line, and what stands right before and after it.
  func occurrences(of word: String) -> [(line: Int, before: Substring, after: Substring)] {
    var found: [(Int, Substring, Substring)] = []
    for (index, line) in codeLines.enumerated() where line.contains(word) {
      var start = line.startIndex
      while let range = line.range(of: word, range: start..<line.endIndex) {
        let before = line[..<range.lowerBound]
        let after = line[range.upperBound...]
        let joinsBefore = before.last.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        let joinsAfter = after.first.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        if !(joinsBefore && word.first!.isLetter) && !(joinsAfter && word.last!.isLetter) {
          found.append((index + 1, before, after))
        }
        start = range.upperBound
      }
    }
    return found
  }

  init(room: String, path: String, text: String) {
    self.room = room
    self.path = path
    self.text = text
    code = Self.blankingCommentsAndStrings(text)
  }

  /// A reader of just enough of Swift: line comments, nested block comments, plain, raw and multi-line string literals. What is
  /// interpolated into a string counts as string; no rule is broken by what one line of interpolation hides.
  static func blankingCommentsAndStrings(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result = bytes
    var index = 0
    func starts(_ pattern: String, at position: Int) -> Bool {
      let pattern = Array(pattern.utf8)
      return position + pattern.count <= bytes.count && bytes[position..<position + pattern.count].elementsEqual(pattern)
    }
    func blank(_ range: Range<Int>) {
      for position in range where result[position] != UInt8(ascii: "\n") { result[position] = UInt8(ascii: " ") }
    }
    while index < bytes.count {
      if starts("//", at: index) {
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        blank(index..<end)
        index = end
      } else if starts("/*", at: index) {
        var depth = 1
        var end = index + 2
        while end < bytes.count, depth > 0 {
          if starts("/*", at: end) {
            depth += 1
            end += 2
          } else if starts("*/", at: end) {
            depth -= 1
            end += 2
          } else {
            end += 1
          }
        }
        blank(index..<min(end, bytes.count))
        index = end
      } else if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "#") {
        var hashes = 0
        while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard starts("\"", at: index + hashes) else {
          index += max(hashes, 1)
          continue
        }
        let fence = String(repeating: "#", count: hashes)
        let quotes = starts("\"\"\"", at: index + hashes) ? "\"\"\"" : "\""
        var end = index + hashes + quotes.utf8.count
        while end < bytes.count, !starts(quotes + fence, at: end) {
          if starts("\\" + fence, at: end) { end += 1 + hashes }
          end += 1
        }
        end = min(end + quotes.utf8.count + hashes, bytes.count)
        blank(index + hashes + quotes.utf8.count..<max(end - quotes.utf8.count - hashes, index + hashes + quotes.utf8.count))
        index = end
      } else {
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
