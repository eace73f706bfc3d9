import Phone

extension TUIModel {
  /// The words that the text so far can become; with arguments begun, the contacts that fit.
  var completions: [String] {
    let text = String(commandField.characters.prefix(commandField.cursor))
    guard let space = text.firstIndex(of: " ") else {
      return options.commands.allWords.map(\.name).filter { $0.hasPrefix(text.lowercased()) }
    }
    guard text[..<space] == "dial" else { return [] }
    let query = String(text[text.index(after: space)...])
    return snapshot.contacts.filter { Self.matches(query, in: [$0.name, $0.label]) }.map { "dial \($0.name)" }
  }

  /// What the line under the command line says: what the word takes, or which words there are.
  var commandAdvice: String {
    let text = commandField.text
    let word = String(text.prefix { $0 != " " })
    if text.contains(" ") || completions == [word], let known = options.commands.allWords.first(where: { $0.name == word }) {
      let names = completions.filter { $0 != word }.prefix(5).map { String($0.dropFirst(word.count + 1)) }
      return "\(known.name) \(known.arguments)  \(known.help)" + (names.isEmpty ? "" : "   Tab: \(names.joined(separator: ", "))")
    }
    return completions.isEmpty ? "no such command" : completions.joined(separator: "  ")
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
      let takesMore = options.commands.allWords.contains { $0.name == first && !$0.arguments.isEmpty }
      commandField.set(takesMore ? first + " " : first)
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
    case "quit": leaveCommandLine(text, .quit, into: &effects)
    default:
      switch options.commands.parse(text) {
      case .failed(let sentence): say(sentence)
      case .command(let command):
        leaveCommandLine(text, nil, into: &effects)
        effects.append(.send(command))
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
