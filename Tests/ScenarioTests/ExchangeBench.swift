import Cryptography
import Exchange
import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// One exchange with raw peers around it: text in, messages out, no user agent involved. A class, so that it can change within an
/// expectation.
final class ExchangeBench {
  static let udp = ListenerID(1)
  static let tcp = ListenerID(2)
  static let home = SocketAddress(.loopbackV4, port: 5060)
  static let alice = SocketAddress(.v4(0x7F00_0002), port: 5060)
  static let bob = SocketAddress(.v4(0x7F00_0003), port: 5060)
  static let carol = SocketAddress(.v4(0x7F00_0004), port: 5060)

  struct Sent {
    var to: SocketAddress?
    var flow: FlowID?
    var message: Message
  }

  var exchange: Exchange
  var events: [ExchangeEvent] = []
  var mediaOrders: [MediaOrder] = []
  private var now = Moment(instant: Instant(nanoseconds: 0), wallTime: WallTime(secondsSince1970: 1_767_225_600))
  private var branch = 0

  init(role: ExchangeConfiguration.Role = .home, authenticates: Bool = false) {
    let configuration = ExchangeConfiguration(
      role: role, domain: "example.test",
      users: [
        ExchangeUser(name: "alice", password: "a", aliases: ["31"]), ExchangeUser(name: "bob", password: "b", aliases: ["32"]),
      ],
      authenticatesRegistrations: authenticates, authenticatesCalls: authenticates)
    exchange = Exchange(configuration: configuration, digests: OpenSSLDigests(), random: RandomSource(seed: 1))
    _ = handle(.network(.listening(Self.udp, .udp, Self.home)))
    _ = handle(.network(.listening(Self.tcp, .tcp, Self.home)))
  }

  func handle(_ input: ExchangeInput) -> [Sent] {
    var outputs: [ExchangeOutput] = []
    exchange.handle(input, now: now, into: &outputs)
    var sent: [Sent] = []
    for output in outputs {
      switch output {
      case .network(.datagram(let bytes, let destination, _)):
        if let message = try? MessageParser.parse(bytes).message { sent.append(Sent(to: destination, flow: nil, message: message)) }
      case .network(.bytes(let bytes, let flow)):
        if let message = try? MessageParser.parse(bytes).message { sent.append(Sent(to: nil, flow: flow, message: message)) }
      case .event(let event): events.append(event)
      case .media(let order):
        mediaOrders.append(order)
        if case .open(let stream, _) = order {
          let endpoint = MediaEndpoint(address: .loopbackV4, rtpPort: 40_000)
          sent += handle(.media(.opened(stream, endpoint)))
        }
      case .network: break
      }
    }
    return sent
  }

  func wait(_ duration: Duration) -> [Sent] {
    let end = now.instant + duration
    var sent: [Sent] = []
    while let next = exchange.nextDeadline, next <= end {
      now.instant = max(now.instant, next)
      sent += handle(.wakeUp)
    }
    now.instant = end
    return sent
  }

  /// A request with the fields that every request needs; `more` are whole lines.
  func request(
    _ method: String, _ uri: String, from: String, to: String, call: String = "c1", sequence: Int = 1, at source: SocketAddress,
    flow: FlowID? = nil, branch given: String? = nil, extraVias: [String] = [], body: String = "",
    _ more: [String] = []
  ) -> [Sent] {
    branch += 1
    let transport = flow == nil ? "UDP" : "TCP"
    var lines = ["\(method) \(uri) SIP/2.0", "Via: SIP/2.0/\(transport) \(source);branch=\(given ?? "z9hG4bKb\(branch)");rport"]
    lines += extraVias.map { "Via: \($0)" }
    lines += ["Max-Forwards: 70", "From: <\(from)>;tag=f1", "To: <\(to)>", "Call-ID: \(call)", "CSeq: \(sequence) \(method)"]
    if !body.isEmpty { lines.append("Content-Type: application/sdp") }
    lines += more + ["Content-Length: \(body.utf8.count)", "", body]
    return deliver(lines.joined(separator: "\r\n"), at: source, flow: flow)
  }

  func deliver(_ text: String, at source: SocketAddress, flow: FlowID? = nil) -> [Sent] {
    deliver(Array(text.utf8), at: source, flow: flow)
  }

  func deliver(_ bytes: [UInt8], at source: SocketAddress, flow: FlowID? = nil) -> [Sent] {
    if let flow { return handle(.network(.bytes(bytes, on: flow))) }
    return handle(.network(.datagram(bytes, from: source, to: Self.udp)))
  }

  /// Answers a request that the exchange forwarded.
  func answer(
    _ request: Request, _ status: StatusCode, tag: String, at source: SocketAddress, flow: FlowID? = nil, contact: String? = nil
  ) -> [Sent] {
    var response = Response(to: request, status: status, toTag: tag)
    response.fields.append(allOf: .recordRoute, from: request.fields)
    if let contact { response.fields.append(name: .contact, value: "<\(contact)>") }
    return deliver(response.serialized(), at: source, flow: flow)
  }

  func register(
    _ user: String, contact: String, sequence: Int = 1, call: String? = nil, at source: SocketAddress, flow: FlowID? = nil,
    extraVias: [String] = [], _ more: [String] = []
  ) -> Response? {
    let sent = request(
      "REGISTER", "sip:example.test", from: "sip:\(user)@example.test", to: "sip:\(user)@example.test",
      call: call ?? "reg-\(user)", sequence: sequence, at: source, flow: flow, extraVias: extraVias, ["Contact: \(contact)"] + more)
    return sent.last?.message.response
  }
}
