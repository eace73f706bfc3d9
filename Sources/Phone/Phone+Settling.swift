import Media
import SansIO

/// Says the difference between what is true now and what was said last.
extension Phone {
  mutating func settle(_ step: inout PhoneStep) {
    for index in calls.indices where !calls[index].isEnded { run(index, &step) }
    let focus = focusIndex
    let (tone, ring) = alertSounds()
    sounds.settle(
      tone: tone, ring: ring, focus: focus.flatMap { calls[$0].hasMedia && !isAnnounced($0) ? calls[$0].stream : nil },
      into: &step.outputs)
    let talking = focus.flatMap { calls[$0].isTalking && calls[$0].hasMedia ? calls[$0].id : nil }
    for id in gate.settle(talking: talking, into: &step.outputs) {
      guard let index = index(of: id) else { continue }
      step.hasChanged = true
      report(.microphone(isOpen: gate.isOpen(id)), of: index, &step)
    }
    for index in calls.indices { reportState(index, &step) }
    forgetOldest()
  }

  /// The call that is heard: the selected one when it has a voice, else the first that has.
  var focusIndex: Int? {
    if let selected = selectedCall.flatMap({ index(of: $0) }), calls[selected].isHeard { return selected }
    for index in calls.indices where calls[index].isHeard { return index }
    return nil
  }

  private mutating func run(_ index: Int, _ step: inout PhoneStep) {
    guard let parameters = calls[index].parameters else { return }
    let wanted = Call.Run(parameters: parameters, source: calls[index].source)
    guard calls[index].lastRun != wanted else { return }
    calls[index].lastRun = wanted
    step.outputs.append(.media(.run(calls[index].stream, wanted.parameters, wanted.source)))
    report(.running(parameters.direction, codec: calls[index].codecName ?? ""), of: index, &step)
  }

  // MARK: Events

  private mutating func reportState(_ index: Int, _ step: inout PhoneStep) {
    // What has ended stays so.
    if calls[index].isEnded, case .ended = calls[index].lastReported { return }
    let state = calls[index].state
    guard calls[index].lastReported != state else { return }
    noteHolding(index, from: calls[index].lastReported, to: state, step)
    calls[index].lastReported = state
    let snapshot = calls[index].snapshot(isMicrophoneOpen: gate.isOpen(calls[index].id))
    step.hasChanged = true
    let ending = calls[index].ending
    step.outputs.append(
      .event(
        .call(
          CallReport(
            call: snapshot, account: accounts[calls[index].account - 1].name, status: ending?.status, reason: ending?.words,
            callID: calls[index].callID.isEmpty ? nil : calls[index].callID, outcome: ending?.outcome))))
  }

  func report(_ change: MediaReport.Change, of index: Int, _ step: inout PhoneStep) {
    let account = accounts[calls[index].account - 1].name
    step.outputs.append(.event(.media(MediaReport(call: calls[index].id, account: account, change: change))))
  }
}
