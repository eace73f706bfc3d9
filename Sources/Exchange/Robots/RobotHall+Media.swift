internal import Media
internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// The robots' voices: sockets, descriptions, and what is said.
extension RobotHall {
  mutating func receive(_ event: MediaEvent, now: Moment, into outputs: inout [Output]) {
    switch event {
    case .opened(let stream, let endpoint):
      guard let session = sessions[stream], let call = calls[session] else { return }
      calls[session]?.endpoint = endpoint
      guard call.stage == .waitingForMedia else { return }
      if call.isIncoming { accept(session, now: now, into: &outputs) } else { invite(session, now: now, into: &outputs) }
    case .openFailed(let stream, _):
      guard let session = sessions.removeValue(forKey: stream), let call = calls[session] else { return }
      if call.isIncoming {
        command(.reject(session, .temporarilyUnavailable, reason: "No Media", fields: HeaderFields()), now: now, into: &outputs)
      } else {
        calls[session] = nil
      }
    case .digit, .statistics, .device: break
    }
  }

  func source(of call: RobotCall, now: Moment) -> AudioSource {
    if case .holding = call.stage { return .tones(.musicOnHold) }
    switch call.voice {
    case .echo: return .echo
    case .clock: return .tones(.speakingClock(at: now.wallTime))
    case .music: return .tones(.musicOnHold)
    case .busy, .nobody: return .silence
    case .reception, .dispatcher, .intercom, .pushy, .control, .impostor, .eavesdropper: return .tones(Self.greeting)
    case .desk, .switchboard, .pretender, .signed, .stale, .borrowed, .forged: return .tones(Self.greeting)
    case .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad, .waiting, .callback, .returned,
      .long, .usual:
      return .tones(Self.greeting)
    }
  }

  /// Three rising notes, and again after a while: somebody is there.
  private static let greeting = ToneProgram(
    [
      .init([523.25], level: -16, for: .milliseconds(180)), .init([659.25], level: -16, for: .milliseconds(180)),
      .init([783.99], level: -16, for: .milliseconds(360)), .pause(.milliseconds(1500)),
    ], repeatsFrom: 0)

  mutating func run(_ session: SessionID, _ parameters: MediaParameters, now: Moment, into outputs: inout [Output]) {
    calls[session]?.parameters = parameters
    guard let call = calls[session] else { return }
    outputs.append(.media(.run(call.stream, parameters, source(of: call, now: now))))
  }

  mutating func answer(to offer: Body, of session: SessionID) -> (Body, MediaParameters)? {
    guard let endpoint = calls[session]?.endpoint,
      let result = try? calls[session]?.negotiator.receiveOffer(offer.bytes, local: endpoint, direction: .sendrecv)
    else { return nil }
    return (Body(contentType: .sdp, bytes: result.answer), result.parameters)
  }

  mutating func makeOffer(of session: SessionID, direction: MediaDirection) -> Body? {
    guard let endpoint = calls[session]?.endpoint,
      let bytes = calls[session]?.negotiator.makeOffer(local: endpoint, direction: direction)
    else { return nil }
    return Body(contentType: .sdp, bytes: bytes)
  }
}
