import Media
import SIPMessages
import SansIO

extension Phone {
  /// All that a screen shows. Made anew each time: ask when `revision` has changed, not in a loop.
  public var snapshot: PhoneSnapshot {
    var snapshot = PhoneSnapshot()
    snapshot.accounts = accounts.map { $0.snapshot }
    snapshot.calling = CallingAccounts(accounts)
    snapshot.calls = calls.map { $0.snapshot(isMicrophoneOpen: gate.isOpen($0.id)) }
    snapshot.selectedCall = selectedCall
    snapshot.contacts = configuration.contacts.map {
      ContactSnapshot(name: $0.name, label: $0.label, uri: PeerIdentification.shown($0.uri.description))
    }
    snapshot.history = history
    snapshot.answersAutomatically = answersAutomatically
    snapshot.doNotDisturb = doNotDisturb
    snapshot.answering = answering
    snapshot.isMicrophoneMuted = gate.isMuted
    snapshot.transferQuestions = transferQuestions.map(\.snapshot)
    snapshot.notices = notices
    snapshot.troubles = troubles.sentences
    snapshot.trace = trace.ordered
    return snapshot
  }

  private var answering: AnsweringSnapshot {
    var shown = AnsweringSnapshot()
    shown.rules = policy.allRules.enumerated().map { place, rule in
      AnsweringSnapshot.Row(
        rule, used: ruleUses.indices.contains(place) ? ruleUses[place] : 0, isBuiltIn: place >= answerSettings.rules.count)
    }
    shown.isAway = isAway
    shown.isLocked = isLocked
    shown.beeps = answerSettings.beeps
    shown.duringCalls = answerSettings.duringCalls
    shown.whileLocked = answerSettings.whileLocked
    shown.whenForked = answerSettings.whenForked
    shown.silenceLimit = answerSettings.silenceLimit
    shown.blockedCount = answerSettings.blocked.count
    shown.canUndo = !formerRules.isEmpty
    shown.explanation = explained
    return shown
  }

  /// The last of `snapshot.calls`; nil when there is none. For those who ask at every step and want nothing else.
  public var newestCall: CallSnapshot? {
    guard let last = calls.indices.last else { return nil }
    return calls[last].snapshot(isMicrophoneOpen: gate.isOpen(calls[last].id))
  }

  /// How many notices are kept.
  static let longestNoticeList = 50

  mutating func notice(_ level: Notice.Level, _ text: String, _ step: inout PhoneStep) {
    let notice = Notice(at: step.now.wallTime, level: level, text: text)
    notices.append(notice)
    if notices.count > Self.longestNoticeList { notices.removeFirst(notices.count - Self.longestNoticeList) }
    step.outputs.append(.event(.message(notice)))
  }

  /// A command that cannot be obeyed, or something that failed.
  mutating func complain(_ reason: String, call: CallID? = nil, _ step: inout PhoneStep) {
    let notice = Notice(at: step.now.wallTime, level: .warning, text: reason)
    notices.append(notice)
    if notices.count > Self.longestNoticeList { notices.removeFirst(notices.count - Self.longestNoticeList) }
    step.outputs.append(.event(.error(ErrorReport(reason: reason, call: call))))
  }

  mutating func setTrouble(_ cause: String, _ sentence: String?, _ step: inout PhoneStep) {
    let known = troubles.sentences
    guard troubles.set(cause, sentence) else { return }
    step.hasChanged = true
    for new in troubles.sentences where !known.contains(new) { notice(.failure, new, &step) }
  }
}
