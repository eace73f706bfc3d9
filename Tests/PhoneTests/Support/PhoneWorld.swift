import Cryptography
import Media
import Phone
import SIPMessages
import SIPUserAgent
import SansIO

/// Phones on 192.0.2.1, 192.0.2.2 … in virtual time, joined by a UDP network that takes ten milliseconds, and scripted peers
/// elsewhere.
///
/// Sockets for voice are there at once. Everything that a phone says is kept, and each phone is held to the promise about
/// microphones at every step.
struct PhoneWorld {
  struct Datagram {
    var at: Instant
    var bytes: [UInt8]
    var from: SocketAddress
    var to: SocketAddress
  }

  static let listener = ListenerID(1)
  static let users = ["alice", "bob", "clara", "dina"]

  var now = Instant(nanoseconds: 1_000_000_000)
  var phones: [Phone] = []
  var outputs: [[PhoneOutput]] = []
  /// What arrived at addresses that are no phones.
  var mail: [Message] = []
  /// False: sockets for voice cannot be had.
  var hasPorts = true
  /// What the certificate of the scripted peers says; nil: they do not speak TLS.
  var certificate: String?
  private var secureFlow: FlowID?
  /// By how many seconds somebody has set the wall clock.
  var wallShift: Int64 = 0
  private var watches: [MicrophoneWatch] = []
  /// Phones that hear nothing.
  private var silenced: [Int] = []
  private var inFlight: [Datagram] = []

  init(_ count: Int, configure: (Int, inout Configuration) -> Void = { _, _ in }) {
    for index in 0..<count {
      var configuration = Configuration()
      configuration.network.listen = [NetworkConfiguration.Listener(.udp, Self.address(index))]
      var account = AccountConfiguration(address: SIPURI(user: Self.users[index], host: .address(Self.address(index).address)))
      account.registers = false
      configuration.accounts = [account]
      // A ring that does not rise is the pattern and nothing else.
      configuration.alerts.risesInVolume = false
      configure(index, &configuration)
      AlertFile.add(to: &configuration)
      phones.append(
        Phone(
          configuration: configuration, digests: OpenSSLDigests(), signatures: OpenSSLSignatures(),
          random: RandomSource(seed: UInt64(index) + 1)))
      outputs.append([])
      watches.append(MicrophoneWatch())
      input(index, .network(.listening(Self.listener, .udp, Self.address(index))))
    }
  }

  static func address(_ index: Int) -> SocketAddress { SocketAddress(.v4(0xC000_0201 + UInt32(index)), port: 5060) }

  /// A scripted peer: 192.0.2.101.
  static let peer = SocketAddress(.v4(0xC000_0265), port: 5060)

  static func uri(_ index: Int) -> String { "sip:\(users[index])@192.0.2.\(index + 1)" }

  var moment: Moment {
    Moment(
      instant: now, wallTime: WallTime(nanosecondsSince1970: (1_700_000_000 + wallShift) * 1_000_000_000 + now.nanoseconds))
  }

  mutating func input(_ index: Int, _ input: PhoneInput) {
    var said: [PhoneOutput] = []
    phones[index].handle(input, now: moment, into: &said)
    watches[index].check(input, said, phones[index].snapshot)
    outputs[index] += said
    for output in said {
      switch output {
      case .network(.datagram(let bytes, to: let remote, from: _)): transmit(bytes, from: Self.address(index), to: remote)
      case .network(.open(let flow, let target)): open(flow, target, index)
      case .network(.bytes(let bytes, on: _)): receive(bytes)
      case .network(.resolve(let lookup, _)): self.input(index, .network(.resolved(lookup, .records([]))))
      case .media(.open(let stream, peer: _)):
        let endpoint = MediaEndpoint(address: Self.address(index).address, rtpPort: 20_000 + UInt16(stream.rawValue * 2 % 10_000))
        self.input(index, .media(hasPorts ? .opened(stream, endpoint) : .openFailed(stream, reason: "all ports are taken")))
      case .network(.close), .media, .storage, .fetch, .event, .finished: break
      }
    }
  }

  private mutating func open(_ flow: FlowID, _ target: FlowTarget, _ index: Int) {
    guard target.transport == .tls, let name = certificate else { return input(index, .network(.failed(flow, .refused))) }
    let peer = TLSPeerIdentity(
      uris: [], dnsNames: [name], commonName: nil, fingerprint: Array(repeating: 1, count: 32), isPinned: false)
    secureFlow = flow
    input(index, .network(.opened(flow, ConnectionFacts(local: Self.address(index), remote: target.remote, peer: peer))))
  }

  private mutating func receive(_ bytes: [UInt8]) {
    if let received = try? MessageParser.parse(bytes) { mail.append(received.message) }
  }

  /// The scripted peer answers over the TLS connection that phone 0 has opened.
  mutating func sendSecurely(_ response: Response) {
    guard let secureFlow else { return }
    input(0, .network(.bytes(response.serialized(), on: secureFlow)))
  }

  /// From now on that phone hears nothing.
  mutating func silence(_ index: Int) { silenced.append(index) }

  mutating func command(_ index: Int, _ command: PhoneCommand) {
    input(index, .command(command))
  }

  /// A command as a line.
  mutating func type(_ index: Int, _ line: String) throws {
    command(index, try CommandTable.parse(line))
  }

  private mutating func transmit(_ bytes: [UInt8], from: SocketAddress, to: SocketAddress) {
    inFlight.append(Datagram(at: now + .milliseconds(10), bytes: bytes, from: from, to: to))
  }

  /// A scripted peer sends text; line feeds become line ends.
  mutating func send(_ text: String, from source: SocketAddress = Self.peer, to index: Int = 0) {
    transmit(text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }, from: source, to: Self.address(index))
  }

  mutating func send(_ response: Response, from source: SocketAddress = Self.peer, to index: Int = 0) {
    transmit(response.serialized(), from: source, to: Self.address(index))
  }

  mutating func run(for duration: Duration) {
    let end = now + duration
    for _ in 0..<100_000 {
      var next: (at: Instant, phone: Int?)?
      if let first = inFlight.map({ $0.at }).min() { next = (first, nil) }
      for index in phones.indices {
        if let deadline = phones[index].nextDeadline, deadline < next?.at ?? end + .nanoseconds(1) { next = (deadline, index) }
      }
      guard let next, next.at <= end else { break }
      now = max(now, next.at)
      if let phone = next.phone { input(phone, .wakeUp) } else { deliver() }
    }
    now = end
  }

  private mutating func deliver() {
    guard let index = inFlight.indices.min(by: { inFlight[$0].at < inFlight[$1].at }) else { return }
    let datagram = inFlight.remove(at: index)
    if let phone = phones.indices.first(where: { Self.address($0) == datagram.to }) {
      guard !silenced.contains(phone) else { return }
      input(phone, .network(.datagram(datagram.bytes, from: datagram.from, to: Self.listener)))
    } else {
      receive(datagram.bytes)
    }
  }
}
