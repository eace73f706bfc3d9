import Phone

/// The words of the `:` line: the phone's own table, and those of the screens, which never reach the phone.
enum CommandWords {
  struct Row: Hashable, Sendable {
    var name: String
    /// `reject [CALL] [STATUS]`.
    var usage: String
    var help: String
    var takesArgument: Bool
  }

  private static let screens: [(name: String, help: String)] = [
    ("help", "Explain the keys of this screen."), ("trace", "Show the SIP messages that were sent and received."),
    ("calls", "Show the calls in progress."), ("home", "Show contacts and history."),
  ]

  /// All of them, by name.
  static let rows: [Row] = {
    let ours = screens.map { Row(name: $0.name, usage: $0.name, help: $0.help, takesArgument: false) }
    let phones = CommandTable.words.filter { $0.places.contains(.screen) }.map {
      Row(name: $0.word, usage: $0.usage, help: $0.help, takesArgument: $0.argument != nil)
    }
    return (ours + phones).sorted { $0.name < $1.name }
  }()

  /// Whole lines that `line` could become.
  static func completions(for line: String, in snapshot: PhoneSnapshot) -> [String] {
    let words = line.contains(" ") ? [] : screens.map(\.name).filter { $0.hasPrefix(line.lowercased()) }
    return words + CommandTable.completions(for: line, in: snapshot)
  }
}
