import Phone

extension TUIModel {
  var helpTitle: String {
    switch view {
    case .home: "contacts and history"
    case .incoming: "a call rings"
    case .calls: "calls"
    case .trace: "trace of SIP messages"
    case .rules: "answer rules"
    case .accounts: "accounts and their flows"
    }
  }

  /// What help shows, narrowed by the search.
  var helpLines: [HelpLine] {
    var sections: [(String, [HelpLine])] = []
    if scope != .everywhere { sections.append(("On this screen", keyLines(in: scope))) }
    if view == .home {
      sections[0].1.append(.key("0-9 + * #", title: "Dial", text: "Begin to type a number; sip: begins an address."))
    } else if view == .calls {
      sections[0].1.append(.key("1-9", title: "Line", text: "Choose the call that the keys act on."))
    }
    sections.append(("Everywhere", keyLines(in: .everywhere)))
    sections.append(
      (
        "While letters are text, in a field",
        [
          .key("F1", title: "Answer", text: Action.answer.explanation),
          .key("F2", title: "Mute", text: Action.toggleMute.explanation),
          .key("F4", title: "Hang up", text: Action.hangUp.explanation),
        ]
      ))
    sections.append(
      (
        "Commands, after :",
        CommandWords.rows.map { .key($0.name, title: String($0.usage.dropFirst($0.name.count + 1)), text: $0.help) }
      ))
    var lines: [HelpLine] = []
    for (title, section) in sections {
      let found = section.filter { line in
        guard case .key(let keys, let title, let text) = line else { return false }
        return Self.matches(helpField.text, in: [keys, title, text])
      }
      guard !found.isEmpty else { continue }
      if !lines.isEmpty { lines.append(.blank) }
      lines += [.title(title)] + found.flatMap(wrapped)
    }
    return lines
  }

  private func wrapped(_ line: HelpLine) -> [HelpLine] {
    guard case .key(let keys, let title, let text) = line else { return [line] }
    let parts = TextWrap.lines(text, columns: columns - HelpLine.textColumn - 2, limit: 3, glyphs: options.glyphs)
    return [.key(keys, title: title, text: parts.first ?? "")] + parts.dropFirst().map { .more($0) }
  }

  private func keyLines(in scope: Keymap.Scope) -> [HelpLine] {
    var seen: [Action] = []
    for binding in options.keymap.bindings where binding.scope == scope && !seen.contains(binding.action) {
      seen.append(binding.action)
    }
    return seen.map { action in
      let keys = options.keymap.bindings.filter { $0.scope == scope && $0.action == action }.map(\.key.name)
      return .key(keys.joined(separator: " "), title: action.title, text: action.explanation)
    }
  }
}
