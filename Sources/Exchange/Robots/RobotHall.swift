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
  enum Sleeper: Hashable, Sendable {
    case call(SessionID)
    case callback(UInt64)
  }

  /// Where the robots are, on a wire that no socket ends on: 127.255.255.254 is loopback, so that nothing can leave the machine.
  static let address = SocketAddress(.v4(0x7FFF_FFFE), port: 5060)
  static let listener = ListenerID(UInt64.max)

  static func contact(user: String) -> SIPURI {
    SIPURI(user: user, host: .address(address.address), port: address.port)
  }

  let configuration: ExchangeConfiguration
  /// What the robots who sign sign with.
  let signatures: (any Signatures)?
  var agent: UserAgent
  var random: RandomSource
  var calls: [SessionID: RobotCall] = [:]
  var sessions: [MediaStreamID: SessionID] = [:]
  var sleepers = DeadlineQueue<Sleeper>()
  var callbacks: [UInt64: (robot: Robot, peer: URI)] = [:]
  var counter: UInt64 = 0
  /// The proxy's UDP socket, which takes the calls that robots make.
  var proxy: SocketAddress?

  /// More calls at a time are refused: robots are patient, memory is not endless.
  private static let greatestNumberOfCalls = 20_000

  init(
    configuration: ExchangeConfiguration, digests: any Digests, signatures: (any Signatures)?, random: RandomSource
  ) {
    var random = random
    self.configuration = configuration
    self.signatures = signatures
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

  mutating func command(_ command: UserAgentCommand, now: Moment, into outputs: inout [Output]) {
    tellAgent(.command(command), now: now, into: &outputs)
  }

  mutating func tellAgent(_ input: UserAgentInput, now: Moment, into outputs: inout [Output]) {
    var said: [UserAgentOutput] = []
    agent.handle(input, now: now, into: &said)
    follow(said, now: now, into: &outputs)
  }

  mutating func follow(_ said: [UserAgentOutput], now: Moment, into outputs: inout [Output]) {
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

  mutating func makeCall(_ session: SessionID, _ robot: Robot, _ peer: URI, isIncoming: Bool, offer: Body?) -> RobotCall {
    counter += 1
    return RobotCall(
      session: session, robot: robot, stream: MediaStreamID(configuration.firstMediaStream + counter), peer: peer,
      isIncoming: isIncoming, offer: offer,
      negotiator: MediaNegotiator(configuration: NegotiatorConfiguration(sessionID: random.nextUInt64())),
      stage: .waitingForMedia, voice: robot)
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
    case .progress, .acknowledged, .identityRefused: break
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

  mutating func promiseCallback(_ call: RobotCall, after pause: Duration, now: Moment) {
    counter += 1
    callbacks[counter] = (call.robot, call.peer)
    sleepers.schedule(.callback(counter), at: now.instant + pause)
  }
}
