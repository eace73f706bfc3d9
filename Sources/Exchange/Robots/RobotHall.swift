internal import Media
internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// The room where the robots live: one user agent with a line of its own to the proxy, and what each robot does with its calls.
struct RobotHall: Sendable {
  enum Input: Sendable {
    case network(NetworkEvent)
    case media(MediaEvent)
    case wakeUp
  }

  enum Output: Sendable {
    case media(MediaOrder)
    /// A datagram for the proxy's socket at that address.
    case datagram([UInt8], to: SocketAddress)
  }

  /// What wants to be woken.
  private enum Sleeper: Hashable, Sendable {
    case call(SessionID)
    case callback(UInt64)
  }

  /// Where the robots are, on a wire that no socket ends on: 127.255.255.254 is loopback, so that nothing can leave the machine.
  static let address = SocketAddress(.v4(0x7FFF_FFFE), port: 5060)
  static let listener = ListenerID(UInt64.max)

  static func contact(user: String) -> SIPURI {
    SIPURI(user: user, host: .address(address.address), port: address.port)
  }

  private let configuration: ExchangeConfiguration
  private var agent: UserAgent
  private var random: RandomSource
  private var calls: [SessionID: RobotCall] = [:]
  private var sessions: [MediaStreamID: SessionID] = [:]
  private var sleepers = DeadlineQueue<Sleeper>()
  private var callbacks: [UInt64: (robot: Robot, peer: URI)] = [:]
  private var counter: UInt64 = 0
  /// The proxy's UDP socket, which takes the calls that robots make.
  var proxy: SocketAddress?

  /// More calls at a time are refused: robots are patient, memory is not endless.
  private static let greatestNumberOfCalls = 20_000

  init(configuration: ExchangeConfiguration, digests: any Digests, random: RandomSource) {
    var random = random
    self.configuration = configuration
    var agentConfiguration = UserAgentConfiguration()
    agentConfiguration.timers = configuration.timers
    agentConfiguration.maximumSessions = Self.greatestNumberOfCalls
    agent = UserAgent(
      configuration: agentConfiguration,
      extensions: StandardExtensions.make(digests: digests, connectedIdentity: configuration.tellsConnected),
      random: random.split())
    agent.isTracing = false
    self.random = random
  }

  var nextDeadline: Instant? {
    mutating get { [agent.nextDeadline, sleepers.next].compactMap(\.self).min() }
  }

  mutating func handle(_ input: Input, now: Moment, into outputs: inout [Output]) {
    switch input {
    case .network(let event): tellAgent(.network(event), now: now, into: &outputs)
    case .media(let event): receive(event, now: now, into: &outputs)
    case .wakeUp:
      if let deadline = agent.nextDeadline, deadline <= now.instant { tellAgent(.wakeUp, now: now, into: &outputs) }
      while let sleeper = sleepers.popDue(now: now.instant) {
        switch sleeper {
        case .call(let session): act(session, now: now, into: &outputs)
        case .callback(let number): callBack(number, now: now, into: &outputs)
        }
      }
    }
  }

  private mutating func command(_ command: UserAgentCommand, now: Moment, into outputs: inout [Output]) {
    tellAgent(.command(command), now: now, into: &outputs)
  }

  private mutating func tellAgent(_ input: UserAgentInput, now: Moment, into outputs: inout [Output]) {
    var said: [UserAgentOutput] = []
    agent.handle(input, now: now, into: &said)
    follow(said, now: now, into: &outputs)
  }

  private mutating func follow(_ said: [UserAgentOutput], now: Moment, into outputs: inout [Output]) {
    for output in said {
      switch output {
      case .network(.datagram(let bytes, let destination, _)): outputs.append(.datagram(bytes, to: destination))
      // There is nothing on the wire but datagrams, and every address on it is numeric.
      case .network(.open(let flow, _)): tellAgent(.network(.failed(flow, .refused)), now: now, into: &outputs)
      case .network(.resolve(let lookup, _)):
        tellAgent(.network(.resolved(lookup, .records([]))), now: now, into: &outputs)
      case .network(.bytes), .network(.close): break
      case .event(let event): receive(event, now: now, into: &outputs)
      }
    }
  }

  // MARK: What the user agent tells

  private mutating func receive(_ event: UserAgentEvent, now: Moment, into outputs: inout [Output]) {
    switch event {
    case .incomingSession(let session, let incoming): begin(session, incoming, now: now, into: &outputs)
    case .session(let session, let event): receive(event, of: session, now: now, into: &outputs)
    case .response(let id, let response): referAnswered(id, response, now: now, into: &outputs)
    case .request(let id, let request, _):
      // INFO and the like: heard, and nothing more.
      let status: StatusCode = request.method == .info ? .ok : .notImplemented
      command(.respond(id, status, reason: nil, HeaderFields(), nil), now: now, into: &outputs)
    case .extended(let event):
      if let event = event as? ReferEvent { receive(event, now: now, into: &outputs) }
    case .lookup(let ticket, _):
      // Robots cannot look anything up; what was held goes its way without.
      tellAgent(.command(.lookupFinished(ticket, .failed("Robots look nothing up."))), now: now, into: &outputs)
    case .registration, .keptAlive, .traced: break
    }
  }

  private mutating func begin(_ session: SessionID, _ incoming: IncomingSession, now: Moment, into outputs: inout [Output]) {
    guard let user = incoming.request.uri.sip?.decodedUser, let robot = Robot(user: user) else {
      return command(.reject(session, .notFound, reason: nil, fields: HeaderFields()), now: now, into: &outputs)
    }
    guard robot != .busy, calls.count < Self.greatestNumberOfCalls else {
      return command(.reject(session, .busyHere, reason: nil, fields: HeaderFields()), now: now, into: &outputs)
    }
    let peer = incoming.request.from?.address.uri ?? .other(scheme: "sip", rest: "")
    var call = makeCall(session, robot, peer, isIncoming: true, offer: incoming.offer)
    call.stage = .ringing(answerAt: (robot.answersAfter ?? robot.callsBackAfter).map { now.instant + $0 })
    calls[session] = call
    var fields = HeaderFields()
    fields.append(alerts: robot.ringbackAlerts)
    command(.provisional(session, .ringing, nil, fields: fields), now: now, into: &outputs)
    if robot.answersAfter != nil {
      sessions[call.stream] = session
      outputs.append(.media(.open(call.stream, peer: "127.0.0.1")))
    }
    sleepers.schedule(.call(session), at: call.deadline)
  }

  private mutating func makeCall(_ session: SessionID, _ robot: Robot, _ peer: URI, isIncoming: Bool, offer: Body?) -> RobotCall {
    counter += 1
    return RobotCall(
      session: session, robot: robot, stream: MediaStreamID(configuration.firstMediaStream + counter), peer: peer,
      isIncoming: isIncoming, offer: offer,
      negotiator: MediaNegotiator(configuration: NegotiatorConfiguration(sessionID: random.nextUInt64())),
      stage: .waitingForMedia)
  }

  private mutating func receive(_ event: SessionEvent, of session: SessionID, now: Moment, into outputs: inout [Output]) {
    guard let call = calls[session] else { return }
    switch event {
    case .answered(let body, let isEarly):
      guard !isEarly, let parameters = try? calls[session]?.negotiator.receiveAnswer(body.bytes) else { return }
      run(session, parameters, now: now, into: &outputs)
    case .offered(let body):
      guard let (answer, parameters) = answer(to: body, of: session) else {
        return command(.answer(session, nil), now: now, into: &outputs)
      }
      command(.answer(session, answer), now: now, into: &outputs)
      run(session, parameters, now: now, into: &outputs)
    case .offerWanted:
      guard let offer = makeOffer(of: session, direction: .sendrecv) else { return }
      command(.answer(session, offer), now: now, into: &outputs)
    case .established:
      if case .calling = call.stage { talk(session, now: now) }
    case .offerRefused:
      calls[session]?.negotiator.abandonOffer()
    case .redirected:
      command(.end(session, reason: nil), now: now, into: &outputs)
    case .ended(let ending): ended(call, ending, now: now, into: &outputs)
    case .progress, .acknowledged: break
    }
  }

  private mutating func ended(_ call: RobotCall, _ ending: SessionEnding, now: Moment, into outputs: inout [Output]) {
    calls[call.session] = nil
    sleepers.schedule(.call(call.session), at: nil)
    if sessions.removeValue(forKey: call.stream) != nil { outputs.append(.media(.close(call.stream))) }
    guard call.isIncoming else { return }
    switch ending {
    case .remote: if call.robot == .dispatcher { promiseCallback(call, after: .seconds(3), now: now) }
    // Given up by the caller, or refused by the robot itself.
    case .cancelled, .local: if call.robot.callsBackAfter != nil { promiseCallback(call, after: .seconds(2), now: now) }
    case .refused, .failed: break
    }
  }

  private mutating func promiseCallback(_ call: RobotCall, after pause: Duration, now: Moment) {
    counter += 1
    callbacks[counter] = (call.robot, call.peer)
    sleepers.schedule(.callback(counter), at: now.instant + pause)
  }

  // MARK: Media

  private mutating func receive(_ event: MediaEvent, now: Moment, into outputs: inout [Output]) {
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

  private func source(of call: RobotCall, now: Moment) -> AudioSource {
    if case .holding = call.stage { return .tones(.musicOnHold) }
    switch call.robot {
    case .echo: return .echo
    case .clock: return .tones(.speakingClock(at: now.wallTime))
    case .music: return .tones(.musicOnHold)
    case .busy, .nobody: return .silence
    case .reception, .dispatcher, .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad:
      return .tones(Self.greeting)
    }
  }

  /// Three rising notes, and again after a while: somebody is there.
  private static let greeting = ToneProgram(
    [
      .init([523.25], level: -16, for: .milliseconds(180)), .init([659.25], level: -16, for: .milliseconds(180)),
      .init([783.99], level: -16, for: .milliseconds(360)), .pause(.milliseconds(1500)),
    ], repeatsFrom: 0)

  private mutating func run(_ session: SessionID, _ parameters: MediaParameters, now: Moment, into outputs: inout [Output]) {
    guard let call = calls[session] else { return }
    outputs.append(.media(.run(call.stream, parameters, source(of: call, now: now))))
  }

  private mutating func answer(to offer: Body, of session: SessionID) -> (Body, MediaParameters)? {
    guard let endpoint = calls[session]?.endpoint,
      let result = try? calls[session]?.negotiator.receiveOffer(offer.bytes, local: endpoint, direction: .sendrecv)
    else { return nil }
    return (Body(contentType: .sdp, bytes: result.answer), result.parameters)
  }

  private mutating func makeOffer(of session: SessionID, direction: MediaDirection) -> Body? {
    guard let endpoint = calls[session]?.endpoint,
      let bytes = calls[session]?.negotiator.makeOffer(local: endpoint, direction: direction)
    else { return nil }
    return Body(contentType: .sdp, bytes: bytes)
  }

  // MARK: What robots do

  /// A call's deadline has come.
  private mutating func act(_ session: SessionID, now: Moment, into outputs: inout [Output]) {
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
      case .dispatcher, .urgent, .leisurely, .inside, .outside, .friend, .family, .recall, .brief, .late, .abroad:
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

  private mutating func accept(_ session: SessionID, now: Moment, into outputs: inout [Output]) {
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

  private mutating func talk(_ session: SessionID, now: Moment) {
    guard let call = calls[session] else { return }
    var nextAct: Instant?
    if call.robot == .reception { nextAct = now.instant + .seconds(4) }
    if !call.isIncoming { nextAct = now.instant + .seconds(20) }
    calls[session]?.stage = .talking(nextAct: nextAct)
    sleepers.schedule(.call(session), at: nextAct)
  }

  /// The receptionist puts the caller through to Echo (RFC 3515).
  private mutating func refer(_ call: RobotCall, now: Moment, into outputs: inout [Output]) {
    counter += 1
    let id = RequestID(2 * counter)
    calls[call.session]?.stage = .referring(id)
    var fields = HeaderFields()
    let target = SIPURI(user: Robot.echo.number, host: .name(configuration.domain))
    fields.append(ReferTo(NameAddress(uri: .sip(target), displayName: Robot.echo.displayName)))
    command(.requestInDialog(id, call.session, .refer, fields, nil), now: now, into: &outputs)
  }

  private mutating func referAnswered(_ id: RequestID, _ response: Response, now: Moment, into outputs: inout [Output]) {
    guard response.status.isFinal, let call = calls.values.first(where: { $0.stage == .referring(id) }) else { return }
    if response.status.isSuccess {
      calls[call.session]?.stage = .referred(id)
    } else {
      hold(call, now: now, into: &outputs)
    }
  }

  /// A phone that cannot be transferred is held with music for three seconds instead, so that there is something to see.
  private mutating func hold(_ call: RobotCall, now: Moment, into outputs: inout [Output]) {
    calls[call.session]?.stage = .holding(until: now.instant + .seconds(3))
    sleepers.schedule(.call(call.session), at: now.instant + .seconds(3))
    guard let offer = makeOffer(of: call.session, direction: .sendonly) else { return }
    command(.offer(call.session, offer), now: now, into: &outputs)
  }

  /// The transfer stands, or failed (RFC 3515 section 2.4.4).
  private mutating func receive(_ event: ReferEvent, now: Moment, into outputs: inout [Output]) {
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

  private func referring(_ id: RequestID) -> RobotCall? {
    calls.values.first { $0.stage == .referring(id) || $0.stage == .referred(id) }
  }

  // MARK: The dispatcher and the bells call back

  private mutating func callBack(_ number: UInt64, now: Moment, into outputs: inout [Output]) {
    guard let (robot, peer) = callbacks.removeValue(forKey: number), proxy != nil else { return }
    counter += 1
    let call = makeCall(SessionID(2 * counter), robot, peer, isIncoming: false, offer: nil)
    calls[call.session] = call
    sessions[call.stream] = call.session
    outputs.append(.media(.open(call.stream, peer: "127.0.0.1")))
  }

  private mutating func invite(_ session: SessionID, now: Moment, into outputs: inout [Output]) {
    guard let call = calls[session], let proxy, let offer = makeOffer(of: session, direction: .sendrecv) else { return }
    calls[session]?.stage = .calling
    let address = SIPURI(user: call.robot.number, host: .name(configuration.domain))
    let route = SIPURI(host: .address(proxy.address), port: proxy.port).loose
    let identity = LocalIdentity(
      address: NameAddress(uri: .sip(address), displayName: call.robot.displayName), routes: [NameAddress(uri: .sip(route))],
      transport: .udp)
    var fields = HeaderFields()
    fields.append(alerts: call.robot.alerts)
    if call.robot.callsBackAfter != nil { sleepers.schedule(.call(session), at: now.instant + .seconds(30)) }
    let order = InviteOrder(identity: identity, target: call.peer, offer: offer, fields: fields)
    command(.invite(session, order), now: now, into: &outputs)
  }
}
