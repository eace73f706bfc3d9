import Phone
import SansIO

extension TUIModel {
  enum Availability: Hashable, Sendable {
    case available
    /// Why the key does nothing now; it stays visible all the same.
    case disabled(String)
  }

  var scope: Keymap.Scope {
    switch view {
    case .home: .home
    case .incoming: .incoming
    case .calls: .calls
    case .trace: .trace
    case .rules: .rules
    case .accounts: .accounts
    }
  }

  func availability(of action: Action) -> Availability {
    func when(_ condition: Bool, else reason: String) -> Availability { condition ? .available : .disabled(reason) }
    switch action {
    case .answer, .answerMuted, .reject: return when(ringingCall != nil, else: "no call rings")
    case .silence:
      guard let call = ringingCall else { return .disabled("no call rings") }
      return when(!silenced.contains(call.id), else: "it is silent already")
    case .toggleMute: return when(activeCall != nil || ringingCall != nil, else: "no call, so the microphone is shut")
    case .toggleHold:
      guard let call = activeCall else { return .disabled("no call") }
      return when(call.isAnswered, else: "\(call.peer.title) has not answered yet")
    case .swap:
      return when(snapshot.calls.count(where: \.isAnswered) >= 2, else: "it takes two answered calls")
    case .hangUp: return when(callToHangUp != nil, else: "no call to hang up")
    case .followRedirection, .refuseRedirection:
      return when(redirectedCall != nil || transferQuestion != nil, else: "nobody sends you elsewhere")
    case .transfer:
      return when(ringingCall != nil || activeCall?.isAnswered == true, else: "it takes an answered call")
    case .identify: return when(activeCall?.isAnswered == true, else: "it takes an answered call")
    case .openPad: return when(snapshot.calls.contains(where: \.isAnswered), else: "digits need an answered call")
    case .callSelected:
      if homePane == .dial { return when(!dialField.isEmpty, else: "type a number or an address first") }
      return when(selectedTarget != nil, else: "nothing is selected")
    case .people: return when(shownCall != nil, else: "no call")
    case .calls: return when(!snapshot.calls.isEmpty, else: "no call in progress")
    // Stopping the process would stop the sound with it.
    case .suspend: return when(!snapshot.calls.contains { $0.canBeHungUp }, else: "it would stop the sound of the call")
    case .traceFull: return when(!snapshot.trace.isEmpty, else: "no message yet")
    case .editRule, .deleteRule, .raiseRule, .lowerRule, .toggleRule: return availabilityOfRule(action)
    case .undo: return when(snapshot.answering.canUndo, else: "no change to take back")
    case .callingAccount: return when(snapshot.calling.candidates.count > 1, else: "there is one account")
    case .signIn: return when(selectedAccount.map { $0.state != .direct } ?? false, else: "this account does not register")
    case .signOut:
      return when(selectedAccount.map { $0.state != .direct && $0.state != .offline } ?? false, else: "it is not signed in")
    case .accounts, .rules, .why, .newRule, .tryCaller, .nextPane, .previousPane, .historyFilter, .toggleDoNotDisturb,
      .toggleAutomaticAnswer, .up, .down, .pageUp, .pageDown, .first, .last, .home, .trace, .find, .command, .help, .back, .quit,
      .redraw:
      return .available
    }
  }

  var redirectedCall: CallSnapshot? {
    func isRedirected(_ call: CallSnapshot) -> Bool { if case .redirected = call.state { true } else { false } }
    return snapshot.calls.first { $0.id == cursorCall && isRedirected($0) } ?? snapshot.calls.first(where: isRedirected)
  }

  /// Who asks to be left for somebody else; the oldest question.
  var transferQuestion: TransferQuestionSnapshot? { snapshot.transferQuestions.first }

  /// The word of a key bar, as it is meant at this moment.
  func title(of action: Action) -> String {
    switch action {
    case .toggleMute:
      guard let call = activeCall else { return ringingCall == nil ? "Mute" : "Answer, mic shut" }
      return snapshot.isMicrophoneMuted || call.state == .talking && !call.isMicrophoneOpen ? "Open mic" : "Mute"
    case .toggleHold: return activeCall?.state == .held ? "Resume" : "Hold"
    case .hangUp: return callToHangUp.map { "Hang up \($0.peer.title)" } ?? "Hang up"
    case .followRedirection where transferQuestion != nil: return "Yes, follow"
    case .refuseRedirection where transferQuestion != nil: return "No, stay"
    case .callSelected where homePane == .dial: return "Dial"
    case .traceFull: return traceText == nil ? "Full text" : "Ladder"
    default: return action.title
    }
  }
}
