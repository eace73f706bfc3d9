import SIPMessages
import SansIO

/// The answer rules as the user changes them and asks about them.
extension Phone {
  /// How many changes can be taken back.
  private static let longestUndo = 50

  mutating func obey(_ command: PolicyCommand, _ step: inout PhoneStep) {
    switch command {
    case .list: say(.list, policy.allRules.enumerated().map { "\($0.offset + 1)  \($0.element.summary)" } + guardLines, &step)
    case .why(let id): explain(id, &step)
    case .attempt(let trial): attempt(trial, &step)
    case .add(let line):
      guard let rule = read(line, &step) else { return }
      change("Rule \(answerSettings.rules.count + 1) was added.", &step) {
        $0.append(rule)
      } uses: {
        $0.append(0)
      }
    case .replace(let number, let line):
      guard let place = place(number, &step), let rule = read(line, &step) else { return }
      change("Rule \(number) was changed.", &step) {
        $0[place] = rule
      } uses: {
        $0[place] = 0
      }
    case .delete(let number):
      guard let place = place(number, &step) else { return }
      change("Rule \(number) was deleted; u brings it back.", &step) {
        $0.remove(at: place)
      } uses: {
        $0.remove(at: place)
      }
    case .move(let number, let target):
      guard let place = place(number, &step), let end = self.place(target, &step), place != end else { return }
      change("Rule \(number) is rule \(target) now.", &step) {
        $0.insert($0.remove(at: place), at: end)
      } uses: {
        $0.insert($0.remove(at: place), at: end)
      }
    case .enable(let number, let isOn):
      guard let place = place(number, &step), answerSettings.rules[place].isEnabled != isOn else { return }
      change("Rule \(number) is \(isOn ? "on" : "off").", &step) {
        $0[place].isEnabled = isOn
      } uses: { _ in
      }
    case .undo:
      guard let former = formerRules.popLast() else {
        complain("There is no change of the rules to take back.", &step)
        return
      }
      answerSettings.rules = former.rules
      ruleUses = former.uses
      rulesChanged("The last change of the rules was taken back.", &step)
    }
  }

  // MARK: Changing

  /// A rule of the list; what `automatically = true` added has no place in it.
  private mutating func place(_ number: Int, _ step: inout PhoneStep) -> Int? {
    guard answerSettings.rules.indices.contains(number - 1) else {
      complain("There is no rule \(number); there are \(answerSettings.rules.count).", &step)
      return nil
    }
    return number - 1
  }

  private mutating func read(_ line: String, _ step: inout PhoneStep) -> AnswerRule? {
    guard answerSettings.rules.count < Self.maximumRules else {
      complain("There are too many rules.", &step)
      return nil
    }
    do throws(AnswerRuleParts.Fault) {
      return try AnswerRuleParts(line: line).rule()
    } catch {
      complain("\(error.message).", &step)
      return nil
    }
  }

  private static let maximumRules = 10_000

  private mutating func change(
    _ sentence: String, _ step: inout PhoneStep, rules body: (inout [AnswerRule]) -> Void, uses: (inout [UInt64]) -> Void
  ) {
    formerRules.append((answerSettings.rules, ruleUses))
    if formerRules.count > Self.longestUndo { formerRules.removeFirst() }
    body(&answerSettings.rules)
    uses(&ruleUses)
    rulesChanged(sentence, &step)
  }

  private mutating func rulesChanged(_ sentence: String, _ step: inout PhoneStep) {
    rebuildPolicy()
    step.outputs.append(
      .storage(.saveRules(RuleFile(configured: configuration.answering.rules, edited: answerSettings.rules).text)))
    notice(.information, sentence, &step)
  }

  mutating func rebuildPolicy() {
    policy = AnswerPolicy(answerSettings, contacts: configuration.contacts)
    if ruleUses.count < policy.allRules.count { ruleUses += Array(repeating: 0, count: policy.allRules.count - ruleUses.count) }
  }

  /// Rules that were edited in an earlier session.
  mutating func receive(rules text: String, _ step: inout PhoneStep) {
    guard let file = RuleFile(text) else {
      notice(.warning, "The rules that were saved cannot be read; those of the configuration are in force.", &step)
      return
    }
    guard file.isBased(on: configuration.answering.rules) else {
      notice(
        .warning,
        "The answer rules in the configuration have changed: they are in force, not those that were edited on the screen.",
        &step)
      return
    }
    answerSettings.rules = file.rules
    ruleUses = Array(repeating: 0, count: file.rules.count)
    rebuildPolicy()
  }

  /// The switch over everything that answers by itself.
  mutating func setAutomaticAnswer(_ isOn: Bool, _ step: inout PhoneStep) {
    guard answersAutomatically != isOn else { return }
    answersAutomatically = isOn
    // Somebody who switches it on without a rule to switch means everybody.
    if isOn, !policy.allRules.contains(where: { $0.answersByItself && $0.isEnabled && $0.fault == nil }) {
      answerSettings.answersEverybody = true
      rebuildPolicy()
    }
    let sentence =
      switch (isOn, answerSettings.answersEverybody) {
      case (false, _): "Calls ring until you answer them."
      case (true, true): "Calls are answered automatically; the microphone stays shut until you talk."
      case (true, false): "Calls are answered automatically where a rule says so; the microphone stays shut until you talk."
      }
    notice(.information, sentence, &step)
  }

  mutating func setAway(_ isOn: Bool, _ step: inout PhoneStep) {
    guard isAway != isOn else { return }
    isAway = isOn
    notice(.information, isOn ? "You are away: rules for that time are in force." : "You are back.", &step)
  }

  // MARK: Asking

  /// Why the newest call was treated as it was, in lines; empty before the first.
  public var newestExplanation: [String] {
    lastFacts.map { policy.explain($0, answersByItself: answersAutomatically).lines } ?? []
  }

  private mutating func explain(_ id: CallID?, _ step: inout PhoneStep) {
    let asked = id.map { wanted in calls.firstIndex { $0.id == wanted && $0.answering != nil } }
    let implied = calls.firstIndex { $0.isWaiting && $0.answering != nil } ?? calls.lastIndex { $0.answering != nil }
    let facts: AnswerFacts
    if let index = asked ?? implied, let answering = calls[index].answering {
      facts = answering.facts
    } else if id == nil, let lastFacts {
      facts = lastFacts
    } else {
      complain("There is no call that the rules decided about.", &step)
      return
    }
    say(.why, policy.explain(facts, answersByItself: answersAutomatically), &step)
  }

  private mutating func attempt(_ trial: PolicyTrial, _ step: inout PhoneStep) {
    do throws(CommandError) {
      var facts = try AnswerFacts(
        trial, contacts: configuration.contacts, home: accounts[defaultAccount].home,
        clock: WeekClock(step.now.wallTime, offset: secondsAheadOfUTC))
      facts.isOnCall = calls.contains { !$0.isEnded && !$0.isWaiting }
      facts.isDoNotDisturb = doNotDisturb
      facts.isAway = isAway
      facts.isLocked = isLocked
      say(.attempt, policy.explain(facts, answersByItself: answersAutomatically), &step)
    } catch {
      complain(error.expected, &step)
    }
  }

  private mutating func say(_ subject: PolicyReport.Subject, _ explanation: AnswerExplanation, _ step: inout PhoneStep) {
    explained = explanation
    var report = PolicyReport(subject: subject, lines: explanation.lines)
    if case .rule(let place) = explanation.decision.ground { report.rule = place + 1 }
    report.outcome = explanation.decision.outcomeWords
    if case .refuse(let status, _) = explanation.decision.outcome { report.status = status.rawValue }
    step.outputs.append(.event(.policy(report)))
  }

  private mutating func say(_ subject: PolicyReport.Subject, _ lines: [String], _ step: inout PhoneStep) {
    step.outputs.append(.event(.policy(PolicyReport(subject: subject, lines: lines))))
  }

  private var guardLines: [String] {
    let settings = policy.settings
    func word(_ isOn: Bool) -> String { isOn ? "yes" : "no" }
    return [
      "Answered by itself: \(answersAutomatically ? "as the rules say" : "nothing, it is switched off"). During calls: "
        + "\(word(settings.duringCalls)). While locked: \(word(settings.whileLocked)). When other phones ring too: "
        + "\(word(settings.whenForked))."
    ]
  }
}
