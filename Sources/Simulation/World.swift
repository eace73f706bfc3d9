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
  enum Seat: Sendable {
    case phone(Int)
    case exchange(Int)
    case liar(Int)
    case observer
  }

  /// What a host hears from its own machine.
  enum LocalEvent: Sendable {
    case media(MediaEvent)
    case storage(StorageEvent)
    case fetched(Ticket, TicketResult)
  }

  /// One event for a host, from its own machine; `life` as in the network.
  struct LocalDelivery: Sendable {
    var node: NodeID
    var life: Int
    var event: LocalEvent
  }

  /// What is kept for each host.
  struct Place: Sendable {
    var seat: Seat
    var address: IPAddress
    /// Counts crashes.
    var life = 0
    var isOff = false
    /// It does nothing before that.
    var stalledUntil = Instant(nanoseconds: 0)
    /// The history database, which survives crashes; oldest first.
    var records: [CallRecord] = []
    /// Answer rules, which survive them too.
    var rules: String?
  }

  /// An event that a phone told its listeners.
  public struct PhoneReport: Sendable {
    public var at: Instant
    public var node: NodeID
    public var event: PhoneEvent
  }

  public internal(set) var now: Moment
  public var network: SimulatedNetwork
  public internal(set) var audio = SimulatedAudio()
  public internal(set) var checkers: [any Checker]
  public internal(set) var reports: [PhoneReport] = []
  public internal(set) var exchangeEvents: [(node: NodeID, event: ExchangeEvent)] = []
  /// Whether phones' events are kept.
  public var isRecording = true
  /// Whether `traceHash` is computed.
  public var isHashing = false
  public internal(set) var traceHash = TraceHash()
  /// The last things that were said to the machines, oldest first; empty unless asked for.
  public internal(set) var inputs = InputLog()
  /// A fault that is made on purpose, to see that somebody notices; nil for none.
  public var plant: Plant?
  /// Phones' sockets for voice cannot be bound.
  public var hasMediaPorts: [NodeID: Bool] = [:]
  var random: RandomSource
  var places: [Place] = []
  var phones: [Phone] = []
  var exchanges: [Exchange] = []
  /// What they are made of when they start again, beside them.
  var exchangeConfigurations: [ExchangeConfiguration] = []
  var liars: [LyingPeer] = []
  var deadlines = DeadlineQueue<NodeID>()
  var localEvents = EventQueue<LocalDelivery>()
  var passagesSeen = 0
  /// What `MessageGlance` made of the passages, beside them; nil for what is no message.
  var glances: [MessageGlance?] = []

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
    let node = attach(host, .phone(phones.count), .phone)
    phones.append(makePhone(configuration))
    return node
  }

  func makePhone(_ configuration: Configuration, _ random: RandomSource) -> Phone {
    var phone = Phone(configuration: configuration, digests: OpenSSLDigests(), signatures: OpenSSLSignatures(), random: random)
    // The network keeps what was sent; nobody looks at the phone's own trace.
    phone.isTracing = false
    return phone
  }

  private mutating func makePhone(_ configuration: Configuration) -> Phone { makePhone(configuration, random.split()) }

  public mutating func addExchange(_ host: SimulatedHost, _ configuration: ExchangeConfiguration) -> NodeID {
    let node = attach(host, .exchange(exchanges.count), .exchange)
    exchangeConfigurations.append(configuration)
    exchanges.append(
      Exchange(
        configuration: configuration, digests: OpenSSLDigests(), signatures: OpenSSLSignatures(), random: random.split()))
    return node
  }

  /// A peer that breaks rules.
  public mutating func addLiar(_ host: SimulatedHost, _ liar: LyingPeer) -> NodeID {
    let node = attach(host, .liar(liars.count), .scripted)
    liars.append(liar)
    deadlines.schedule(node, at: liar.nextDeadline)
    return node
  }

  /// A host that says nothing and hears everything: a dead server, or an address that swallows datagrams.
  public mutating func addSilentHost(_ host: SimulatedHost) -> NodeID { attach(host, .observer, .silent) }

  private mutating func attach(_ host: SimulatedHost, _ seat: Seat, _ role: NodeRole) -> NodeID {
    let node = network.attach(host, now: now.instant)
    places.append(Place(seat: seat, address: host.listeners.first?.address.address ?? .loopbackV4))
    for position in checkers.indices { checkers[position].joined(node, role) }
    return node
  }

  public func snapshot(of node: NodeID) -> PhoneSnapshot {
    guard case .phone(let index) = places[Int(node.rawValue)].seat else { return PhoneSnapshot() }
    return phones[index].snapshot
  }

  /// The last of the calls in the snapshot, without making the rest of it.
  public func newestCall(of node: NodeID) -> CallSnapshot? {
    guard case .phone(let index) = places[Int(node.rawValue)].seat else { return nil }
    return phones[index].newestCall
  }

  /// Whether any call of the phone is not over.
  public func hasLiveCalls(_ node: NodeID) -> Bool {
    guard case .phone(let index) = places[Int(node.rawValue)].seat else { return false }
    return phones[index].hasLiveCalls
  }

  public func exchange(_ node: NodeID) -> Exchange? {
    guard case .exchange(let index) = places[Int(node.rawValue)].seat else { return nil }
    return exchanges[index]
  }

  // MARK: What happens

  /// A user's act.
  public mutating func command(_ command: PhoneCommand, to node: NodeID) {
    guard case .phone(let index) = places[Int(node.rawValue)].seat, !places[Int(node.rawValue)].isOff else { return }
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
  public mutating func step(until end: Instant) -> Bool {
    var next = network.nextDeadline
    if let other = deadlines.next { next = min(next ?? other, other) }
    if let other = localEvents.next { next = min(next ?? other, other) }
    guard let next, next <= end else { return false }
    advance(to: next)
    if let arrival = network.next(now: now.instant) {
      receive(arrival)
    } else if let delivery = localEvents.pop(now: now.instant) {
      receive(delivery)
    } else if let node = deadlines.popDue(now: now.instant) {
      wake(node)
    }
    return true
  }

  /// Passes over the time until then; nothing may be due in it.
  public mutating func advance(to instant: Instant) {
    guard instant > now.instant else { return }
    now.wallTime.nanosecondsSince1970 += instant.nanoseconds - now.instant.nanoseconds
    now.instant = instant
  }

  private mutating func receive(_ arrival: SimulatedNetwork.Arrival) {
    let index = Int(arrival.node.rawValue)
    guard !places[index].isOff else { return }
    if places[index].stalledUntil > now.instant {
      network.postpone(arrival, until: places[index].stalledUntil)
      return
    }
    guard network.hears(arrival) else { return }
    if !checkers.isEmpty {
      seePassages()
      for position in checkers.indices { checkers[position].heard(arrival.event, at: arrival.node, now.instant) }
      if let number = arrival.passage, number >= network.forgottenPassages,
        let glance = glances[number - network.forgottenPassages]
      {
        for position in checkers.indices { checkers[position].received(glance, at: arrival.node, now.instant) }
      }
    }
    switch places[index].seat {
    case .phone(let phone): tellPhone(phone, arrival.node, .network(arrival.event))
    case .exchange(let exchange): tellExchange(exchange, arrival.node, .network(arrival.event))
    case .liar(let liar): tellLiar(liar, arrival.node, arrival.event)
    case .observer: break
    }
  }

  private mutating func receive(_ delivery: LocalDelivery) {
    let index = Int(delivery.node.rawValue)
    guard delivery.life == places[index].life, !places[index].isOff else { return }
    if places[index].stalledUntil > now.instant {
      localEvents.push(delivery, at: places[index].stalledUntil)
      return
    }
    switch (places[index].seat, delivery.event) {
    case (.phone(let phone), .media(let event)): tellPhone(phone, delivery.node, .media(event))
    case (.phone(let phone), .storage(let event)): tellPhone(phone, delivery.node, .storage(event))
    case (.phone(let phone), .fetched(let ticket, let result)): tellPhone(phone, delivery.node, .fetched(ticket, result))
    case (.exchange(let exchange), .media(let event)): tellExchange(exchange, delivery.node, .media(event))
    case (.exchange, .storage), (.exchange, .fetched), (.liar, _), (.observer, _): break
    }
  }

  private mutating func wake(_ node: NodeID) {
    let index = Int(node.rawValue)
    guard !places[index].isOff else { return }
    if places[index].stalledUntil > now.instant {
      deadlines.schedule(node, at: places[index].stalledUntil)
      return
    }
    switch places[index].seat {
    case .phone(let phone):
      if let later = plant?.postponed(wakeUpOf: node, now.instant) {
        deadlines.schedule(node, at: later)
        return
      }
      tellPhone(phone, node, .wakeUp)
    case .exchange(let exchange): tellExchange(exchange, node, .wakeUp)
    case .liar(let liar): tellLiar(liar, node, nil)
    case .observer: break
    }
  }

  // MARK: What is to be said about it

  /// Begins the ladder anew.
  public mutating func forgetPassages() {
    network.forgetPassages()
    glances.removeAll(keepingCapacity: true)
    passagesSeen = 0
  }

  public func ladder(of nodes: [NodeID], width: Int = 24, showsTime: Bool = false) -> String {
    LadderReport(columns: nodes, names: nodes.map { network.name(of: $0) }, width: width, showsTime: showsTime)
      .text(network.passages)
  }

  /// Everything that checkers have found so far.
  public var findings: [Finding] { checkers.flatMap(\.findings) }

  /// Everything that a checker found wrong, each as a sentence. Call it when every call should be over.
  public mutating func verdict() -> [String] {
    for position in checkers.indices { checkers[position].finish(now.instant) }
    return findings.map(\.description)
  }
}
