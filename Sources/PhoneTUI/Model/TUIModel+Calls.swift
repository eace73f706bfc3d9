import Phone
import SansIO

extension TUIModel {
  /// The call that `answer` and `reject` mean.
  var ringingCall: CallSnapshot? {
    if let cursorCall, view == .calls, let call = snapshot.calls.first(where: { $0.id == cursorCall && $0.isRinging }) {
      return call
    }
    return snapshot.calls.first { $0.isRinging }
  }

  /// The call that hold, mute and digits mean: the one under the cursor, else the phone's own choice, else any that lives.
  var activeCall: CallSnapshot? {
    let candidates = snapshot.calls.filter { $0.canBeHungUp && !$0.isRinging }
    return candidates.first { view == .calls && $0.id == cursorCall } ?? candidates.first { $0.id == snapshot.selectedCall }
      ?? candidates.first { $0.state == .talking } ?? candidates.first
  }

  /// The visible, named object of Delete and F4: a call in progress goes before one that only rings.
  var callToHangUp: CallSnapshot? { activeCall ?? ringingCall }

  /// The call whose details the call screen shows.
  var shownCall: CallSnapshot? {
    snapshot.calls.first { $0.id == cursorCall } ?? activeCall ?? snapshot.calls.last
  }

  func isFresh(_ call: CallSnapshot) -> Bool {
    guard let since = ringing.first(where: { $0.id == call.id })?.since else { return false }
    return now.instant < since + Self.guardTime
  }

  func isFresh(_ question: TransferQuestionSnapshot) -> Bool {
    guard let askedSince, askedSince.question == question else { return true }
    return now.instant < askedSince.since + Self.guardTime
  }

  func quality(of id: CallID) -> QualityHistory {
    qualities.first { $0.id == id }?.history ?? QualityHistory()
  }

  mutating func take(_ new: PhoneSnapshot, into effects: inout [TUIEffect]) {
    let old = snapshot
    snapshot = new
    let ringingIDs = new.calls.filter(\.isRinging).map(\.id)
    let arrived = ringingIDs.filter { id in !ringing.contains { $0.id == id } }
    ringing.removeAll { !ringingIDs.contains($0.id) }
    for id in arrived { ringing.append((id, now.instant)) }
    silenced.removeAll { !ringingIDs.contains($0) }
    if !arrived.isEmpty { effects.append(.bell) }

    if let question = transferQuestion {
      if askedSince?.question != question {
        askedSince = (question, now.instant)
        effects.append(.bell)
      }
    } else {
      askedSince = nil
    }

    for call in new.calls {
      guard let statistics = call.statistics else { continue }
      let index = qualities.firstIndex { $0.id == call.id } ?? qualities.endIndex
      if index == qualities.endIndex { qualities.append((call.id, QualityHistory())) }
      qualities[index].history.append(statistics)
    }
    qualities.removeAll { entry in !new.calls.contains { $0.id == entry.id } }

    // The cursor follows the phone's choice and never stays on a call that is gone.
    if new.selectedCall != old.selectedCall, new.selectedCall != nil { cursorCall = new.selectedCall }
    if !new.calls.contains(where: { $0.id == cursorCall && $0.isLive }) {
      cursorCall = activeCall?.id ?? ringingCall?.id ?? new.selectedCall ?? new.calls.last?.id
    }
    if !new.calls.contains(where: \.isAnswered) { padHasFocus = false }

    chooseView(old: old, arrived: arrived)
    contactList.clamp(count: shownContacts.count)
    historyList.clamp(count: shownHistory.count)
    if traceFollows { traceList.selected = new.trace.count - 1 }
    traceList.clamp(count: new.trace.count)
    ruleList.clamp(count: new.answering.rules.count)
    accountList.clamp(count: new.accounts.count)
  }

  /// Calls show themselves when the user is at home, and leave the user alone elsewhere: there the banner says all.
  private mutating func chooseView(old: PhoneSnapshot, arrived: [CallID]) {
    let inProgress = snapshot.calls.contains { $0.canBeHungUp && !$0.isRinging }
    let wasInProgress = old.calls.contains { $0.canBeHungUp && !$0.isRinging }
    let rings = snapshot.calls.contains { $0.isRinging }
    switch view {
    case .home:
      // Whoever is typing keeps the screen that takes the typing.
      guard dialField.isEmpty else { return }
      if inProgress, !wasInProgress {
        view = .calls
      } else if !arrived.isEmpty, !inProgress {
        view = .incoming
      }
    case .incoming:
      if inProgress { view = .calls } else if !rings { view = .home }
    case .calls:
      if snapshot.calls.isEmpty { view = .home } else if !inProgress, rings { view = .incoming }
    case .trace, .rules, .accounts: break
    }
  }
}
