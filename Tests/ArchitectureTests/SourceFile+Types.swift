/// A type declared at the top level of a file.
struct TopLevelType: Hashable, Sendable {
  let name: String
  let isPublic: Bool
  let line: Int
  let lineCount: Int
}

extension SourceFile {
  private static let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol"]

  /// The types that stand at the file's top level; extensions are not types.
  var topLevelTypes: [TopLevelType] {
    var types: [TopLevelType] = []
    var depth = 0
    var open: (name: String, isPublic: Bool, line: Int)?
    for (index, line) in codeLines.enumerated() {
      if depth == 0, open == nil {
        let words = line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") })
        if let kind = words.firstIndex(where: { Self.kinds.contains($0) }), kind + 1 < words.count,
          words[..<kind].allSatisfy({ Self.modifiers.contains($0) || $0.hasPrefix("@") })
        {
          open = (String(words[kind + 1]), words[..<kind].contains("public"), index + 1)
        }
      }
      var sawBrace = false
      for character in line {
        if character == "{" {
          depth += 1
          sawBrace = true
        } else if character == "}" {
          depth -= 1
        }
      }
      if let declared = open, depth == 0, sawBrace || line.contains("}") {
        types.append(
          TopLevelType(name: declared.name, isPublic: declared.isPublic, line: declared.line, lineCount: index + 2 - declared.line))
        open = nil
      }
    }
    return types
  }

  private static let modifiers: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private", "final", "indirect", "open",
  ]
}
