import Phone

extension TUIModel {
  /// Whole lines that the text so far can become.
  var completions: [String] {
    CommandWords.completions(for: String(commandField.characters.prefix(commandField.cursor)), in: snapshot)
  }

  /// What the line under the command line says: what the word takes, or which words there are.
  var commandAdvice: String {
    let text = commandField.text
    let word = text.prefix { $0 != " " }
    let name = CommandTable.word(word)?.word ?? String(word)
    if let row = CommandWords.rows.first(where: { $0.name == name }), text.contains(" ") || completions.count <= 1 {
      let next = completions.prefix(4).map { String($0.dropFirst(row.name.count)).trimmedLine }.filter { !$0.isEmpty }
      return "\(row.usage)   " + (next.isEmpty ? row.help : "Tab: \(next.joined(separator: ", "))")
    }
    let words = completions.map { String($0.trimmedLine) }
    return words.isEmpty ? "There is no such command; Esc goes back." : words.joined(separator: "  ")
  }

  mutating func handleCommandLine(_ key: Key, into effects: inout [TUIEffect]) {
    switch key {
    case .escape, .control("c"): overlay = nil
    case .backspace where commandField.isEmpty: overlay = nil
    case .tab: complete()
    case .up: recall(by: -1)
    case .down: recall(by: 1)
    case .enter: runCommandLine(into: &effects)
    default:
      _ = commandField.handle(key)
      commandHistoryIndex = nil
    }
  }

  private mutating func complete() {
    let candidates = completions
    guard let first = candidates.first else { return }
    if candidates.count == 1 {
      commandField.set(first)
      return
    }
    let common = candidates.dropFirst().reduce(first) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
    if common.count > commandField.text.count { commandField.set(common) }
  }

  private mutating func recall(by step: Int) {
    guard !commandHistory.isEmpty else { return }
    let index = (commandHistoryIndex ?? commandHistory.count) + step
    guard index < commandHistory.count else {
      commandHistoryIndex = nil
      commandField.clear()
      return
    }
    commandHistoryIndex = max(0, index)
    commandField.set(commandHistory[max(0, index)])
  }

  private mutating func runCommandLine(into effects: inout [TUIEffect]) {
    let text = String(commandField.text.trimmedLine)
    guard !text.isEmpty else {
      overlay = nil
      return
    }
    switch text {
    case "help": leaveCommandLine(text, .help, into: &effects)
    case "trace": leaveCommandLine(text, view == .trace ? nil : .trace, into: &effects)
    case "calls": leaveCommandLine(text, .calls, into: &effects)
    case "home": leaveCommandLine(text, .home, into: &effects)
    default:
      do throws(CommandError) {
        let command = try CommandTable.parse(text)
        // The screens ask before they go; the phone would not.
        leaveCommandLine(text, command == .quit ? .quit : nil, into: &effects)
        if command != .quit { effects.append(.send(command)) }
      } catch {
        say(error.expected)
      }
    }
  }

  private mutating func leaveCommandLine(_ text: String, _ action: Action?, into effects: inout [TUIEffect]) {
    overlay = nil
    if commandHistory.last != text { commandHistory.append(text) }
    if commandHistory.count > Self.commandHistoryLimit { commandHistory.removeFirst() }
    if let action { perform(action, into: &effects) }
  }
}
