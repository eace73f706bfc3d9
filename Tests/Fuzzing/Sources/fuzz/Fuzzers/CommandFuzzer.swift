import Phone

/// A line that a person typed, or that another program wrote.
enum CommandFuzzer: Fuzzer {
  static let name = "command"
  static let summary = "a line of the headless mode and of the screen, and what it may be completed to"
  static let longestInput = 300

  private static let snapshot = {
    var snapshot = PhoneSnapshot()
    snapshot.contacts = [ContactSnapshot(name: "Clara Weiss", label: "", uri: "sip:clara@example.com")]
    snapshot.accounts = [AccountSnapshot(number: 1, address: "alice@example.com", state: .ready)]
    return snapshot
  }()

  static func run(_ bytes: [UInt8]) {
    let line = String(decoding: bytes, as: UTF8.self)
    do {
      _ = try CommandTable.parse(line)
    } catch {
      let text = HeadlessFormat.line(error)
      require(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a control character in an error")
      require(text.utf8.count < 4096, "an error of \(text.utf8.count) bytes")
    }
    let completions = CommandTable.completions(for: line, in: snapshot)
    require(completions.count <= 40, "\(completions.count) completions")
    for completion in completions {
      let again = CommandTable.completions(for: completion, in: snapshot)
      require(again.contains(completion) || completion.hasSuffix(" ") || again.isEmpty, "a completion that completes to another")
    }
    if let shown = DisplayText.bounded(line) {
      require(shown.count <= DisplayText.longestName, "a name of \(shown.count) characters")
      require(!shown.unicodeScalars.contains { $0.properties.generalCategory == .control }, "a control character is shown")
      require(DisplayText.bounded(shown) == shown, "what is shown changes when it is shown again: \(shown.debugDescription)")
    }
  }
}
