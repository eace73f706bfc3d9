internal import Media
internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// What robots do when their time has come.
extension RobotHall {
  /// A call's deadline has come.
  mutating func act(_ session: SessionID, now: Moment, into outputs: inout [Output]) {
    guard let call = calls[session] else { return }
    switch call.stage {
    case .ringing where call.robot.callsBackAfter != nil:
      command(.reject(session, .temporarilyUnavailable, reason: nil, fields: HeaderFields()), now: now, into: &outputs)
    case .ringing:
      calls[session]?.stage = .waitingForMedia
      if call.endpoint != nil { accept(session, now: now, into: &outputs) }
    case .talking:
      switch call.robot {
      case .reception: refer(call, now: now, into: &outputs)
      case .echo, .clock, .music, .busy, .nobody: break
      case .desk, .switchboard, .pretender: becomeAnother(call, now: now, into: &outputs)
      case .signed, .stale, .borrowed, .forged: command(.end(session, reason: nil), now: now, into: &outputs)
      case .eavesdropper: demand(call, now: now, into: &outputs)
      case .dispatcher, .intercom, .pushy, .control, .impostor: command(.end(session, reason: nil), now: now, into: &outputs)
      case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback,
        .returned, .long, .usual:
        command(.end(session, reason: nil), now: now, into: &outputs)
      }
    case .holding:
      calls[session]?.stage = .resumed
      guard let offer = makeOffer(of: session, direction: .sendrecv) else { return }
      command(.offer(session, offer), now: now, into: &outputs)
    // It rings long enough to be heard and seen; nobody has to answer.
    case .calling: command(.end(session, reason: nil), now: now, into: &outputs)
    case .waitingForMedia, .referring, .referred, .resumed: break
    }
  }

  mutating func accept(_ session: SessionID, now: Moment, into outputs: inout [Output]) {
    guard let call = calls[session] else { return }
    guard let offer = call.offer else {
      guard let own = makeOffer(of: session, direction: .sendrecv) else { return }
      talk(session, now: now)
      return command(.accept(session, own), now: now, into: &outputs)
    }
    guard let (answer, parameters) = answer(to: offer, of: session) else {
      return command(.reject(session, .notAcceptableHere, reason: nil, fields: HeaderFields()), now: now, into: &outputs)
    }
    talk(session, now: now)
    command(.accept(session, answer), now: now, into: &outputs)
    run(session, parameters, now: now, into: &outputs)
  }

  mutating func talk(_ session: SessionID, now: Moment) {
    guard let call = calls[session] else { return }
    var nextAct: Instant?
    if call.robot == .reception || call.robot.turnsInto != nil { nextAct = now.instant + .seconds(4) }
    if !call.isIncoming { nextAct = now.instant + (call.robot.demands.isEmpty ? .seconds(20) : .seconds(3)) }
    calls[session]?.stage = .talking(nextAct: nextAct)
    sleepers.schedule(.call(session), at: nextAct)
  }

  /// The receptionist puts the caller through to Echo (RFC 3515).
  mutating func refer(_ call: RobotCall, now: Moment, into outputs: inout [Output]) {
    counter += 1
    let id = RequestID(2 * counter)
    calls[call.session]?.stage = .referring(id)
    var fields = HeaderFields()
    let target = SIPURI(user: Robot.echo.number, host: .name(configuration.domain))
    fields.append(ReferTo(NameAddress(uri: .sip(target), displayName: Robot.echo.displayName)))
    command(.requestInDialog(id, call.session, .refer, fields, nil), now: now, into: &outputs)
  }

  mutating func referAnswered(_ id: RequestID, _ response: Response, now: Moment, into outputs: inout [Output]) {
    guard response.status.isFinal, let call = calls.values.first(where: { $0.stage == .referring(id) }) else { return }
    if response.status.isSuccess {
      calls[call.session]?.stage = .referred(id)
    } else {
      hold(call, now: now, into: &outputs)
    }
  }

  /// A phone that cannot be transferred is held with music for three seconds instead, so that there is something to see.
  mutating func hold(_ call: RobotCall, now: Moment, into outputs: inout [Output]) {
    calls[call.session]?.stage = .holding(until: now.instant + .seconds(3))
    sleepers.schedule(.call(call.session), at: now.instant + .seconds(3))
    guard let offer = makeOffer(of: call.session, direction: .sendonly) else { return }
    command(.offer(call.session, offer), now: now, into: &outputs)
  }

  /// The transfer stands, or failed (RFC 3515 section 2.4.4).
  mutating func receive(_ event: ReferEvent, now: Moment, into outputs: inout [Output]) {
    switch event {
    case .progress(let id, let state):
      guard state.status.isFinal, let call = referring(id) else { return }
      if state.status.isSuccess {
        command(.end(call.session, reason: nil), now: now, into: &outputs)
      } else {
        // The guest stays, and hears the greeting again.
        calls[call.session]?.stage = .resumed
      }
    case .lost(let id):
      if let call = referring(id) { calls[call.session]?.stage = .resumed }
    case .asked(let referral):
      // Robots stay where they are.
      var said: [UserAgentOutput] = []
      agent.use(Refer.self, now: now, into: &said) { $0.report(referral.id, .decline, &$1) }
      follow(said, now: now, into: &outputs)
    }
  }

  func referring(_ id: RequestID) -> RobotCall? {
    calls.values.first { $0.stage == .referring(id) || $0.stage == .referred(id) }
  }

  /// The eavesdropper asks for the microphone of a call that it was let into, in one way after the other, and then gives up.
  private mutating func demand(_ call: RobotCall, now: Moment, into outputs: inout [Output]) {
    guard call.robot.demands.indices.contains(call.demandsMade) else {
      return command(.end(call.session, reason: nil), now: now, into: &outputs)
    }
    calls[call.session]?.demandsMade += 1
    let nextAct = now.instant + .seconds(3)
    calls[call.session]?.stage = .talking(nextAct: nextAct)
    sleepers.schedule(.call(call.session), at: nextAct)
    guard let offer = makeOffer(of: call.session, direction: call.robot.demands[call.demandsMade]) else { return }
    command(.offer(call.session, offer), now: now, into: &outputs)
  }
}
