import SIPMessages
import SIPUserAgent
import SansIO

/// A tiny network in virtual time: user agents on 192.0.2.1, 192.0.2.2 … and scripted peers elsewhere, joined by UDP.
///
/// A datagram takes ten milliseconds. Connections are refused, so that what is too large for a datagram falls back to one.
struct World {
  struct Datagram {
    var at: Instant
    var order: Int
    var bytes: [UInt8]
    var from: SocketAddress
    var to: SocketAddress
  }

  static let listener = ListenerID(1)
  static let latency = Duration.milliseconds(10)

  var now = Instant(nanoseconds: 1_000_000_000)
  var agents: [UserAgent] = []
  /// What each agent told its application, in order.
  var events: [[UserAgentEvent]] = []
  /// Every message that was put on the wire: `1>2 INVITE`, `2>1 180 INVITE`. A lost one ends in ` (lost)`.
  var ladder: [String] = []
  /// Decides whether a message is lost, given its ladder line.
  var isLost: (String) -> Bool = { _ in false }
  /// The names that have addresses; all others have none.
  var hosts: [String: [IPAddress]] = [:]
  /// What arrived at addresses that are no agents.
  var mail: [(message: Message, from: SocketAddress, at: Instant)] = []
  /// What arrived there and is no SIP.
  var strays: [(bytes: [UInt8], to: SocketAddress, at: Instant)] = []
  private var inFlight: [Datagram] = []
  private var order = 0

  init(
    agents count: Int, configuration: UserAgentConfiguration = UserAgentConfiguration(), extensions: [any UserAgentExtension] = []
  ) {
    for index in 0..<count { add(configuration, extensions, seed: UInt64(index + 1)) }
  }

  mutating func add(_ configuration: UserAgentConfiguration, _ extensions: [any UserAgentExtension], seed: UInt64) {
    agents.append(UserAgent(configuration: configuration, extensions: extensions, random: RandomSource(seed: seed)))
    events.append([])
    let index = agents.count - 1
    input(index, .network(.listening(Self.listener, .udp, Self.address(index))))
  }

  /// The address of the agent with that index: 192.0.2.1:5060 is index 0.
  static func address(_ index: Int) -> SocketAddress {
    SocketAddress(.v4(0xC000_0201 + UInt32(index)), port: 5060)
  }

  /// Where scripted peers live: 192.0.2.101, 192.0.2.102 …
  static func peer(_ index: Int = 0) -> SocketAddress {
    SocketAddress(.v4(0xC000_0265 + UInt32(index)), port: 5060)
  }

  // MARK: Agents

  mutating func input(_ index: Int, _ input: UserAgentInput) {
    var outputs: [UserAgentOutput] = []
    let moment = Moment(instant: now, wallTime: WallTime(nanosecondsSince1970: 1_700_000_000_000_000_000 + now.nanoseconds))
    agents[index].handle(input, now: moment, into: &outputs)
    follow(index, outputs)
  }

  /// Carries out what an agent said.
  mutating func follow(_ index: Int, _ outputs: [UserAgentOutput]) {
    for output in outputs {
      switch output {
      case .network(.datagram(let bytes, to: let remote, from: _)): transmit(bytes, from: Self.address(index), to: remote)
      case .network(.open(let flow, _)): self.input(index, .network(.failed(flow, .refused)))
      case .network(.resolve(let lookup, let question)):
        let records = question.type == .a ? hosts[question.name, default: []].map { DNSRecord.address($0) } : []
        self.input(index, .network(.resolved(lookup, .records(records))))
      case .network(.bytes), .network(.close): break
      case .event(.traced): break
      case .event(let event): events[index].append(event)
      }
    }
  }

  mutating func command(_ index: Int, _ command: UserAgentCommand) {
    input(index, .command(command))
  }

  // MARK: The wire

  private mutating func transmit(_ bytes: [UInt8], from: SocketAddress, to: SocketAddress) {
    var line = "\(Self.name(from))>\(Self.name(to)) \(Self.glance(bytes))"
    let lost = isLost(line)
    if lost { line += " (lost)" }
    ladder.append(line)
    guard !lost else { return }
    order += 1
    inFlight.append(Datagram(at: now + Self.latency, order: order, bytes: bytes, from: from, to: to))
  }

  /// A scripted peer sends text; line feeds become line ends.
  mutating func send(_ text: String, from peer: SocketAddress = World.peer(), to index: Int = 0) {
    transmit(Self.wire(text), from: peer, to: Self.address(index))
  }

  static func wire(_ text: String) -> [UInt8] {
    text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }
  }

  private static func name(_ address: SocketAddress) -> String {
    guard case .v4(let bits) = address.address else { return "?" }
    let last = Int(bits & 0xFF)
    return last > 100 ? "p\(last - 100)" : String(last)
  }

  private static func glance(_ bytes: [UInt8]) -> String {
    guard let received = try? MessageParser.parse(bytes) else {
      // The answer to a broken request may be as broken as the fields that it copies.
      let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
      return line.hasPrefix("SIP/2.0 ") ? line.split(separator: " ").dropFirst().prefix(1).joined() : "?"
    }
    switch received.message {
    case .request(let request): return request.method.token
    case .response(let response): return "\(response.status) \(response.cseq?.method.token ?? "?")"
    }
  }

  // MARK: Time

  /// Lets time pass, message by message and timer by timer.
  mutating func run(for duration: Duration) {
    let end = now + duration
    var steps = 0
    while steps < 200_000 {
      steps += 1
      var next = inFlight.map(\.at).min()
      for index in agents.indices {
        if let deadline = agents[index].nextDeadline { next = min(next ?? deadline, deadline) }
      }
      guard let next, next <= end else { break }
      now = max(now, next)
      deliver()
      for index in agents.indices {
        if let deadline = agents[index].nextDeadline, deadline <= now { input(index, .wakeUp) }
      }
    }
    now = end
  }

  /// Long enough for a few messages to and fro, too short for a retransmission.
  mutating func settle() {
    run(for: .milliseconds(200))
  }

  private mutating func deliver() {
    let due = inFlight.filter { $0.at <= now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
    inFlight.removeAll { $0.at <= now }
    for datagram in due {
      if let index = agents.indices.first(where: { Self.address($0) == datagram.to }) {
        input(index, .network(.datagram(datagram.bytes, from: datagram.from, to: Self.listener)))
      } else if let received = try? MessageParser.parse(datagram.bytes) {
        mail.append((received.message, datagram.from, now))
      } else {
        strays.append((datagram.bytes, datagram.to, now))
      }
    }
  }
}
