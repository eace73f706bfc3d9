import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// A user agent on 192.0.2.1 and what its peers and its application know of it. Everything it orders is looked at here.
struct AgentWorld {
  /// A message that the agent sent.
  struct Heard {
    var message: Message
    var way: Way
  }

  /// How a peer talks to the agent.
  enum Way: Hashable {
    case datagram(SocketAddress)
    case stream(FlowID)
  }

  /// A dialog, seen from the peer.
  struct Pairing: Hashable {
    var callID: String
    var agentTag: String
    var peerTag: String
  }

  static let udp = ListenerID(1)
  static let tcp = ListenerID(2)
  static let home = SocketAddress(.v4(0xC000_0201), port: 5060)
  static let accepted = FlowID(7)
  static let limits = (sessions: 6, requests: 24)

  var agent: UserAgent
  var nanoseconds: Int64 = 1_000_000_000
  /// The last two dozen.
  private(set) var heard: [Heard] = []
  private(set) var pairings: [Pairing] = []
  /// Connections and names that the agent asked for and that nobody has answered.
  private(set) var opens: [FlowID] = []
  private(set) var lookups: [LookupID] = []
  private(set) var sessions: [SessionID] = []
  private(set) var asked: [RequestID] = []
  /// The last bytes with each branch and method: a branch is used for one request only (RFC 3261 section 8.1.1.7).
  private var branches: [String: [UInt8]] = [:]
  /// Answers everything that is asked of the world at once, with no.
  var isOver = false

  init() {
    var credentials = CredentialStore()
    credentials.set(DigestCredentials(username: "alice", password: "secret"), account: nil, realm: nil)
    var configuration = UserAgentConfiguration(maximumSessions: Self.limits.sessions)
    configuration.maximumKeptRequests = Self.limits.requests
    agent = UserAgent(
      configuration: configuration, extensions: StandardExtensions.make(digests: OpenSSLDigests(), credentials: credentials),
      random: RandomSource(seed: 5))
    input(.network(.listening(Self.udp, .udp, Self.home)))
    input(.network(.listening(Self.tcp, .tcp, Self.home)))
    let facts = ConnectionFacts(local: Self.home, remote: SocketAddress(.v4(0xC000_0265), port: 50_000))
    input(.network(.accepted(Self.accepted, .tcp, facts)))
  }

  /// 192.0.2.101 and those after it.
  static func peer(_ index: Int) -> Way { .datagram(SocketAddress(.v4(0xC000_0265 + UInt32(index)), port: 5060)) }

  // MARK: In

  mutating func receive(_ bytes: [UInt8], by way: Way) {
    switch way {
    case .datagram(let source): input(.network(.datagram(bytes, from: source, to: Self.udp)), question: (bytes, source))
    case .stream(let flow): input(.network(.bytes(bytes, on: flow)))
    }
  }

  mutating func input(_ input: UserAgentInput, question: (bytes: [UInt8], source: SocketAddress)? = nil) {
    var outputs: [UserAgentOutput] = []
    let wall = WallTime(nanosecondsSince1970: 1_700_000_000_000_000_000 + nanoseconds)
    agent.handle(input, now: Moment(instant: Instant(nanoseconds: nanoseconds), wallTime: wall), into: &outputs)
    require(outputs.count <= 400, "\(outputs.count) outputs in one step")
    require(agent.keptRequestCount <= Self.limits.requests, "\(agent.keptRequestCount) requests are kept")
    if let question, (try? MessageParser.parse(question.bytes)) == nil { checkAnswer(to: question, outputs) }
    for output in outputs { take(output) }
  }

  /// What cannot be read may be refused, but nobody gets more bytes than were sent, and nobody else gets any.
  private func checkAnswer(to question: (bytes: [UInt8], source: SocketAddress), _ outputs: [UserAgentOutput]) {
    for case .network(.datagram(let answer, to: let remote, from: _)) in outputs {
      require(answer.count <= question.bytes.count, "\(answer.count) bytes answer \(question.bytes.count) that cannot be read")
      require(remote.address == question.source.address, "what cannot be read makes us send to \(remote)")
    }
  }

  // MARK: Out

  private mutating func take(_ output: UserAgentOutput) {
    switch output {
    case .network(.datagram(let bytes, to: let remote, from: _)): hear(bytes, by: .datagram(remote))
    case .network(.bytes(let bytes, on: let flow)): hear(bytes, by: .stream(flow))
    case .network(.open(let flow, _)):
      opens.append(flow)
      require(opens.count < 2000, "\(opens.count) connections are asked for")
    case .network(.resolve(let lookup, _)):
      lookups.append(lookup)
      require(lookups.count < 2000, "\(lookups.count) names are asked for")
    case .network(.close(let flow)): opens.removeAll { $0 == flow }
    case .event(.incomingSession(let id, _)): sessions.append(id)
    case .event(.session(let id, .ended)): sessions.removeAll { $0 == id }
    case .event(.request(let id, _, session: _)): asked.append(id)
    case .event: break
    }
  }

  private mutating func hear(_ bytes: [UInt8], by way: Way) {
    // Keep-alives are no messages.
    guard bytes.count > 4 else { return }
    guard let received = try? MessageParser.parse(bytes) else {
      // The answer to a broken request may be as broken as the fields that it copies.
      require(bytes.starts(with: Array("SIP/2.0 4".utf8)), "we sent \(String(decoding: bytes, as: UTF8.self))")
      return
    }
    let essentials = received.essentials
    if case .request(let request) = received.message {
      let key = "\(essentials.topVia.branch ?? "") \(request.method)"
      // An ACK to a refusal has the branch of its INVITE and the To of the response, of which a hostile peer may send two.
      if request.method != .ack {
        if let before = branches[key] { require(before == bytes, "one branch for two requests: \(key)") }
        branches[key] = bytes
      }
      require(essentials.topVia.hasMagicCookie, "a branch without the cookie")
      require(essentials.maxForwards != nil && essentials.contentLength == request.body.count, "Max-Forwards or Content-Length")
      note(Pairing(callID: essentials.callID, agentTag: essentials.fromTag ?? "", peerTag: essentials.toTag ?? "peer0"))
    } else if let tag = essentials.toTag {
      note(Pairing(callID: essentials.callID, agentTag: tag, peerTag: essentials.fromTag ?? ""))
    }
    heard.append(Heard(message: received.message, way: way))
    if heard.count > 24 { heard.removeFirst() }
  }

  private mutating func note(_ pairing: Pairing) {
    if pairings.last != pairing { pairings.append(pairing) }
    if pairings.count > 16 { pairings.removeFirst() }
  }

  // MARK: The world's answers

  mutating func answerOpen(_ choices: inout Choices) {
    guard !opens.isEmpty else { return }
    let flow = opens.remove(at: choices.next(below: opens.count))
    let facts = ConnectionFacts(local: Self.home, remote: SocketAddress(.v4(0xC000_0266), port: 5060))
    switch choices.next(below: 4) {
    case 0: input(.network(.failed(flow, .refused)))
    case 1: input(.network(.failed(flow, .timedOut)))
    default: input(.network(.opened(flow, facts)))
    }
  }

  mutating func answerLookup(_ choices: inout Choices) {
    guard !lookups.isEmpty else { return }
    let lookup = lookups.remove(at: choices.next(below: lookups.count))
    let result: LookupResult =
      switch choices.next(below: 5) {
      case 0: .failed("no answer")
      case 1: .records([])
      case 2: .records([.srv(priority: 1, weight: 1, port: 5060, target: "a.example")])
      case 3: .records([.naptr(order: 1, preference: 1, flags: "s", service: "SIP+D2T", replacement: "_sip._tcp.a.example")])
      default: .records([.address(.v4(0xC000_0265)), .address(.v4(0xC000_0266))])
      }
    input(.network(.resolved(lookup, result)))
  }

  mutating func breakFlow(_ choices: inout Choices) {
    if choices.flag() {
      input(.network(.failed(Self.accepted, .closedByPeer)))
    } else {
      input(.network(.datagramFailed(to: SocketAddress(.v4(0xC000_0265), port: 5060), from: Self.udp)))
    }
  }

  mutating func begin(_ session: SessionID) { sessions.append(session) }

  mutating func takeAsked() -> RequestID? { asked.popLast() }

  // MARK: Time

  mutating func run(for duration: Duration) {
    let end = nanoseconds + duration.wholeNanoseconds
    var steps = 0
    var stepsAtOnce = 0
    while true {
      if isOver { refuseAll() }
      guard let deadline = agent.nextDeadline, deadline.nanoseconds <= end else { break }
      steps += 1
      stepsAtOnce = deadline.nanoseconds <= nanoseconds ? stepsAtOnce + 1 : 0
      require(stepsAtOnce < 200, "a deadline that never passes")
      require(steps < 50_000, "more than 50,000 deadlines in \(duration)")
      nanoseconds = max(nanoseconds, deadline.nanoseconds)
      input(.wakeUp)
    }
    nanoseconds = end
  }

  private mutating func refuseAll() {
    while let flow = opens.popLast() { input(.network(.failed(flow, .refused))) }
    while let lookup = lookups.popLast() { input(.network(.resolved(lookup, .records([])))) }
  }
}
