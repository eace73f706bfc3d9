internal import Cryptography
public import Exchange
internal import Media
public import Phone
internal import SIPUserAgent
public import SansIO

/// Phones, exchanges and a network in virtual time. The same seed and the same orders give the same run, byte for byte.
///
/// The machines are the ones of the program; only what is around them is simulated. Time moves when somebody waits: `run(for:)`
/// goes from deadline to deadline, so that an hour of silence costs nothing.
public struct World: Sendable {
  /// What stands at a place of the network.
  private enum Seat: Sendable {
    case phone(Int)
    case exchange(Int)
    case observer
  }

  /// An event that a phone told its listeners.
  public struct PhoneReport: Sendable {
    public var at: Instant
    public var node: NodeID
    public var event: PhoneEvent
  }

  public private(set) var now: Moment
  public var network: SimulatedNetwork
  public private(set) var audio = SimulatedAudio()
  public private(set) var checkers: [any Checker]
  public private(set) var reports: [PhoneReport] = []
  public private(set) var exchangeEvents: [(node: NodeID, event: ExchangeEvent)] = []
  /// Whether phones' events are kept.
  public var isRecording = true
  private var random: RandomSource
  private var seats: [Seat] = []
  private var addresses: [IPAddress] = []
  private var phones: [Phone] = []
  private var exchanges: [Exchange] = []
  private var deadlines = DeadlineQueue<NodeID>()
  private var mediaEvents = EventQueue<(NodeID, MediaEvent)>()
  private var passagesSeen = 0

  /// 2026-01-01T00:00:00Z, where every run begins.
  private static let epoch = WallTime(secondsSince1970: 1_767_225_600)

  public init(seed: UInt64, faults: FaultPlan = .none, dns: SimulatedDNS = SimulatedDNS(), checkers: [any Checker] = []) {
    random = RandomSource(seed: seed)
    network = SimulatedNetwork(random: random.split(), faults: faults, dns: dns)
    self.checkers = checkers
    now = Moment(instant: Instant(nanoseconds: 0), wallTime: Self.epoch)
  }

  // MARK: Who is there

  public mutating func addPhone(_ host: SimulatedHost, _ configuration: Configuration) -> NodeID {
    let node = attach(host, .phone(phones.count))
    var phone = Phone(configuration: configuration, digests: OpenSSLDigests(), random: random.split())
    // The network keeps what was sent; nobody looks at the phone's own trace.
    phone.isTracing = false
    phones.append(phone)
    return node
  }

  public mutating func addExchange(_ host: SimulatedHost, _ configuration: ExchangeConfiguration) -> NodeID {
    let node = attach(host, .exchange(exchanges.count))
    exchanges.append(Exchange(configuration: configuration, digests: OpenSSLDigests(), random: random.split()))
    return node
  }

  /// A host that says nothing and hears everything: a dead server, or an address that swallows datagrams.
  public mutating func addSilentHost(_ host: SimulatedHost) -> NodeID { attach(host, .observer) }

  private mutating func attach(_ host: SimulatedHost, _ seat: Seat) -> NodeID {
    let node = network.attach(host, now: now.instant)
    seats.append(seat)
    addresses.append(host.listeners.first?.address.address ?? .loopbackV4)
    return node
  }

  public func snapshot(of node: NodeID) -> PhoneSnapshot {
    guard case .phone(let index) = seats[Int(node.rawValue)] else { return PhoneSnapshot() }
    return phones[index].snapshot
  }

  /// The last of the calls in the snapshot, without making the rest of it.
  public func newestCall(of node: NodeID) -> CallSnapshot? {
    guard case .phone(let index) = seats[Int(node.rawValue)] else { return nil }
    return phones[index].newestCall
  }

  public func exchange(_ node: NodeID) -> Exchange? {
    guard case .exchange(let index) = seats[Int(node.rawValue)] else { return nil }
    return exchanges[index]
  }

  // MARK: What happens

  /// A user's act.
  public mutating func command(_ command: PhoneCommand, to node: NodeID) {
    guard case .phone(let index) = seats[Int(node.rawValue)] else { return }
    for position in checkers.indices { checkers[position].acted(command, at: node, now.instant) }
    tellPhone(index, node, .command(command))
  }

  /// Lets time pass.
  public mutating func run(for duration: Duration) {
    let end = now.instant + duration
    while step(until: end) {}
    advance(to: end)
  }

  /// Lets time pass until something is so, at most `limit`. Returns whether it came to be.
  public mutating func run(atMost limit: Duration, until condition: (borrowing World) -> Bool) -> Bool {
    let end = now.instant + limit
    while !condition(self) {
      guard step(until: end) else {
        advance(to: end)
        return condition(self)
      }
    }
    return true
  }

  /// Does the next thing that is due, whatever it is. False when nothing is before `end`.
  private mutating func step(until end: Instant) -> Bool {
    var next = network.nextDeadline
    if let other = deadlines.next { next = min(next ?? other, other) }
    if let other = mediaEvents.next { next = min(next ?? other, other) }
    guard let next, next <= end else { return false }
    advance(to: next)
    if let (node, event) = network.next(now: now.instant) {
      switch seats[Int(node.rawValue)] {
      case .phone(let index): tellPhone(index, node, .network(event))
      case .exchange(let index): tellExchange(index, node, .network(event))
      case .observer: break
      }
    } else if let (node, event) = mediaEvents.pop(now: now.instant) {
      switch seats[Int(node.rawValue)] {
      case .phone(let index): tellPhone(index, node, .media(event))
      case .exchange(let index): tellExchange(index, node, .media(event))
      case .observer: break
      }
    } else if let node = deadlines.popDue(now: now.instant) {
      switch seats[Int(node.rawValue)] {
      case .phone(let index): tellPhone(index, node, .wakeUp)
      case .exchange(let index): tellExchange(index, node, .wakeUp)
      case .observer: break
      }
    }
    return true
  }

  private mutating func advance(to instant: Instant) {
    guard instant > now.instant else { return }
    now.wallTime.nanosecondsSince1970 += instant.nanoseconds - now.instant.nanoseconds
    now.instant = instant
  }

  private mutating func tellPhone(_ index: Int, _ node: NodeID, _ input: PhoneInput) {
    var outputs: [PhoneOutput] = []
    phones[index].handle(input, now: now, into: &outputs)
    for output in outputs {
      switch output {
      case .network(let order): perform(order, by: node)
      case .media(let order): perform(order, by: node)
      case .event(let event): if isRecording { reports.append(PhoneReport(at: now.instant, node: node, event: event)) }
      case .storage, .finished: break
      }
    }
    deadlines.schedule(node, at: phones[index].nextDeadline)
  }

  private mutating func tellExchange(_ index: Int, _ node: NodeID, _ input: ExchangeInput) {
    var outputs: [ExchangeOutput] = []
    exchanges[index].handle(input, now: now, into: &outputs)
    for output in outputs {
      switch output {
      case .network(let order): perform(order, by: node)
      case .media(let order): perform(order, by: node)
      case .event(let event): if isRecording { exchangeEvents.append((node, event)) }
      }
    }
    deadlines.schedule(node, at: exchanges[index].nextDeadline)
  }

  private mutating func perform(_ order: NetworkOrder, by node: NodeID) {
    network.perform(order, by: node, now: now.instant)
    guard !checkers.isEmpty else { return }
    while passagesSeen < network.passages.count {
      let passage = network.passages[passagesSeen]
      passagesSeen += 1
      guard let glance = MessageGlance(passage.bytes) else { continue }
      for position in checkers.indices { checkers[position].sent(glance, passage) }
    }
  }

  private mutating func perform(_ order: MediaOrder, by node: NodeID) {
    for position in checkers.indices { checkers[position].ordered(order, at: node, now.instant) }
    if let event = audio.perform(order, by: node, at: addresses[Int(node.rawValue)], now: now.instant) {
      mediaEvents.push((node, event), at: now.instant)
    }
  }

  // MARK: What is to be said about it

  /// Begins the ladder anew.
  public mutating func forgetPassages() {
    network.forgetPassages()
    passagesSeen = 0
  }

  public func ladder(of nodes: [NodeID], width: Int = 24, showsTime: Bool = false) -> String {
    LadderReport(columns: nodes, names: nodes.map { network.name(of: $0) }, width: width, showsTime: showsTime)
      .text(network.passages)
  }

  /// Everything that a checker found wrong, each as a sentence. Call it when every call should be over.
  public mutating func verdict() -> [String] {
    for position in checkers.indices { checkers[position].finish() }
    return checkers.flatMap(\.violations)
  }
}
