public import Phone

/// The words that the `:` line understands: what they are, what they become.
public struct CommandLanguage: Sendable {
  public struct Word: Hashable, Sendable {
    public var name: String
    /// `URI`, `[CALL]`; empty for none.
    public var arguments: String
    public var help: String

    public init(name: String, arguments: String, help: String) {
      self.name = name
      self.arguments = arguments
      self.help = help
    }
  }

  public enum Parsed: Hashable, Sendable {
    case command(PhoneCommand)
    /// What was expected, as a sentence.
    case failed(String)
  }

  public var words: [Word]
  public var parse: @Sendable (String) -> Parsed

  public init(words: [Word], parse: @escaping @Sendable (String) -> Parsed) {
    self.words = words
    self.parse = parse
  }

  /// Words of the screens themselves; they never reach the phone.
  static let screenWords: [Word] = [
    Word(name: "help", arguments: "", help: "explain the keys of this screen"),
    Word(name: "trace", arguments: "", help: "show the SIP messages"),
    Word(name: "calls", arguments: "", help: "show the calls in progress"),
    Word(name: "home", arguments: "", help: "show contacts and history"),
    Word(name: "quit", arguments: "", help: "leave the phone"),
  ]

  /// All words, sorted, each name once.
  var allWords: [Word] {
    var seen: [Word] = []
    for word in Self.screenWords + words where !seen.contains(where: { $0.name == word.name }) { seen.append(word) }
    return seen.sorted { $0.name < $1.name }
  }
}
