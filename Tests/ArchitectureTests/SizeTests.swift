import Testing

@Suite("Sizes (one file, one type, a screenful or two)")
struct SizeTests {
  /// A file may be longer when one of its first twenty lines says why, beginning with these words.
  private static let excuse = "// Longer than 600 lines because "

  @Test("No file above 600 lines without a reason written in its head")
  func filesAreShort() {
    for file in House.files where file.lines.count > 600 {
      #expect(file.lines.prefix(20).contains { $0.hasPrefix(Self.excuse) }, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test("No line above 132 columns")
  func linesAreShort() {
    for file in House.files {
      for (index, line) in file.lines.enumerated() where line.count > 132 {
        // A string literal that cannot be broken is left to the author.
        let isComment = line.drop { $0 == " " }.hasPrefix("//")
        guard isComment || !line.contains("\"") else { continue }
        Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
      }
    }
  }

  /// The borders are read as one page: what may be said and what may be answered. Each holds a family of plain values.
  private static let borders: Set<String> = [
    "NetworkBorder.swift", "UserAgentInput.swift", "UserAgentOutput.swift", "PhoneInput.swift", "PhoneOutput.swift",
    "PhoneSnapshot.swift",
  ]

  @Test("A public type that is more than a companion has a file of its own, named for it")
  func oneTypePerFile() {
    for file in House.files where !Self.borders.contains(file.name) {
      let types = file.topLevelTypes.filter(\.isPublic)
      guard types.count > 1 else { continue }
      let ownName = file.name.split(whereSeparator: { $0 == "." || $0 == "+" }).first.map(String.init) ?? ""
      let large = types.filter { $0.name != ownName && $0.lineCount > 60 }
      for type in large {
        Issue.record("\(file.path):\(type.line) declares \(type.name) (\(type.lineCount) lines) beside other public types")
      }
    }
  }

  @Test("The reader of declarations finds types, their sizes, and no extension")
  func readerFindsTypes() {
    let text = "public struct A {\n  struct Inner {}\n}\n\nenum B {}\nextension A {\n  func f() {}\n}\npublic final class C\n{\n}\n"
    let types = SourceFile(room: "x", path: "x.swift", text: text).topLevelTypes
    #expect(types.map(\.name) == ["A", "B", "C"])
    #expect(types.map(\.isPublic) == [true, false, true])
    #expect(types.map(\.lineCount) == [3, 1, 3])
  }
}
