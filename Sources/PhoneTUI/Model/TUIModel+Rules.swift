import Phone

/// The keys of the answer rules.
extension TUIModel {
  var selectedRule: AnsweringSnapshot.Row? {
    let rules = snapshot.answering.rules
    return rules.indices.contains(ruleList.selected) ? rules[ruleList.selected] : nil
  }

  mutating func performRules(_ action: Action, into effects: inout [TUIEffect]) {
    let number = ruleList.selected + 1
    switch action {
    case .why:
      effects.append(.send(.policy(.why(view == .incoming ? ringingCall?.id : nil))))
      view = .rules
    case .editRule: if let rule = selectedRule { beginCommand("policy set \(number) \(rule.line)") }
    case .newRule: beginCommand("policy add from=anyone asks=auto when=always then=ring")
    case .tryCaller: beginCommand("policy try ")
    case .deleteRule: effects.append(.send(.policy(.delete(number))))
    case .raiseRule:
      effects.append(.send(.policy(.move(number, to: number - 1))))
      ruleList.selected -= 1
    case .lowerRule:
      effects.append(.send(.policy(.move(number, to: number + 1))))
      ruleList.selected += 1
    case .toggleRule: if let rule = selectedRule { effects.append(.send(.policy(.enable(number, !rule.isEnabled)))) }
    case .undo: effects.append(.send(.policy(.undo)))
    default: break
    }
  }

  /// Opens the `:` line with something on it to be completed.
  private mutating func beginCommand(_ text: String) {
    commandField.set(text)
    commandHistoryIndex = nil
    overlay = .command
  }

  func availabilityOfRule(_ action: Action) -> Availability {
    guard let rule = selectedRule else { return .disabled("there is no rule") }
    if rule.isBuiltIn { return .disabled("it stands for automatically = true in the configuration") }
    let count = snapshot.answering.rules.count { !$0.isBuiltIn }
    switch action {
    case .raiseRule: return ruleList.selected > 0 ? .available : .disabled("it is the first")
    case .lowerRule: return ruleList.selected + 1 < count ? .available : .disabled("it is the last")
    default: return .available
    }
  }
}
