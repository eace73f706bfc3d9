public import SIPUserAgent
public import SansIO

/// A network in virtual time: UDP that loses, doubles, delays and reorders, streams that arrive in pieces, and a name server.
///
/// Hosts hand in their `NetworkOrder`s and take out `NetworkEvent`s when their time has come. The same seed gives the same run.
public struct SimulatedNetwork: Sendable {
  public var faults: FaultPlan
  public var dns: SimulatedDNS
  /// Everything that was sent, oldest first, when `isRecording`.
  public private(set) var passages: [Passage] = []
  public var isRecording = true
  /// Called-for but impossible: datagrams and connections to nobody. A scenario that expects none checks this.
  public internal(set) var undeliverable = 0

  struct Delivery: Sendable {
    var to: NodeID
    var event: NetworkEvent
    /// What it was in the life of the host when it was sent; a host that crashed meanwhile does not hear it.
    var life: Int
    /// The passage whose last piece this is, counted from the first one of the run; nil for anything else.
    var passage: Int?
  }

  /// Something that has arrived at a host.
  struct Arrival: Sendable {
    var node: NodeID
    var event: NetworkEvent
    var passage: Int?
  }

  struct Endpoint: Hashable, Sendable {
    var transport: TransportProtocol
    var address: SocketAddress
  }

  /// So many datagrams from now on vanish, whoever sends them.
  public var swallows = 0

  var hosts: [SimulatedHost] = []
  var listeners: [Endpoint: (node: NodeID, listener: ListenerID)] = [:]
  var localEndpoints: [ListenerID: Endpoint] = [:]
  var deliveries = EventQueue<Delivery>()
  var random: RandomSource
  var streams = StreamTable()
  private var down: Set<NodeID> = []
  private var lives: [Int] = []
  /// Hosts without a machine: nobody accepts there.
  private var off: Set<NodeID> = []
  /// Where datagrams of a socket behind a NAT seem to come from.
  private var mappings: [ListenerID: SocketAddress] = [:]
  private var isInBurst = false
  /// Sockets that do not work.
  private var lost: Set<ListenerID> = []
  /// Passages that were forgotten: those that are left are counted on from there.
  private(set) var forgottenPassages = 0

  public init(random: RandomSource, faults: FaultPlan = .none, dns: SimulatedDNS = SimulatedDNS()) {
    self.random = random
    self.faults = faults
    self.dns = dns
  }

  /// Gives a host its sockets. `listening` events for them are the first that it hears.
  public mutating func attach(_ host: SimulatedHost, now: Instant) -> NodeID {
    let node = NodeID(UInt64(hosts.count))
    hosts.append(host)
    lives.append(0)
    for listener in host.listeners {
      let id = ListenerID(UInt64(localEndpoints.count + 1))
      let endpoint = Endpoint(transport: listener.transport, address: listener.address)
      guard listeners[endpoint] == nil else {
        deliver(.listenerFailed(id, listener.transport, reason: "\(listener.address) is taken."), to: node, at: now)
        continue
      }
      listeners[endpoint] = (node, id)
      localEndpoints[id] = endpoint
      deliver(.listening(id, listener.transport, listener.address), to: node, at: now)
    }
    return node
  }

  /// The host's machine is gone with all it knew: its streams break, what is under way to it is lost.
  public mutating func crash(_ node: NodeID, now: Instant) {
    lives[Int(node.rawValue)] += 1
    off.insert(node)
    streams.forgetEnds(of: node)
    for stream in streams.streams(of: node) {
      for (side, end) in streams.streams[stream].ends.enumerated() where end.node != node {
        let arrival = streams.arrives(stream, towards: side, at: now + oneWay())
        deliver(.failed(end.flow, .closedByPeer), to: end.node, at: arrival)
      }
      streams.close(stream)
    }
  }

  /// The host has a machine again.
  mutating func restart(_ node: NodeID, now: Instant) {
    off.remove(node)
    announceListeners(of: node, now: now)
  }

  /// The host hears of its sockets as at first.
  public mutating func announceListeners(of node: NodeID, now: Instant) {
    for (id, endpoint) in listeners(of: node) {
      lost.remove(id)
      deliver(.listening(id, endpoint.transport, endpoint.address), to: node, at: now)
    }
  }

  /// A socket of the host stops working.
  public mutating func loseListeners(of node: NodeID, now: Instant) {
    for (id, endpoint) in listeners(of: node) {
      lost.insert(id)
      deliver(.listenerFailed(id, endpoint.transport, reason: "The socket is gone."), to: node, at: now)
    }
  }

  /// In the order of their numbers: the order of a dictionary must not reach an output.
  private func listeners(of node: NodeID) -> [(ListenerID, Endpoint)] {
    listeners.filter { $0.value.node == node && localEndpoints[$0.value.listener] == $0.key }
      .map { ($0.value.listener, $0.key) }.sorted { $0.0 < $1.0 }
  }

  /// From now on the host's datagrams seem to come from another address or port, as when a NAT has lost or changed its mapping.
  /// What comes to the address before it finds nobody any more. The host can still be reached at its own address.
  public mutating func remap(_ node: NodeID, to address: SocketAddress) {
    for (id, endpoint) in listeners(of: node) where endpoint.transport == .udp {
      let outside = Endpoint(transport: .udp, address: address)
      guard listeners[outside] == nil else { return }
      if let former = mappings[id] { listeners[Endpoint(transport: .udp, address: former)] = nil }
      listeners[outside] = (node, id)
      mappings[id] = address
      return
    }
  }

  public func name(of node: NodeID) -> String { hosts[Int(node.rawValue)].name }

  /// Cuts a host off, or lets it back in. What is under way to it is lost. Its streams are broken, and who writes to one learns it.
  public mutating func setDown(_ node: NodeID, _ isDown: Bool) {
    guard isDown else {
      down.remove(node)
      return
    }
    down.insert(node)
    for stream in streams.streams(of: node) { streams.close(stream) }
  }

  public var nextDeadline: Instant? { deliveries.next }

  /// The next event whose time has come, with the host that hears it.
  mutating func next(now: Instant) -> Arrival? {
    while let delivery = deliveries.pop(now: now) {
      // What a host hears of its own sockets does not come over the network.
      if case .datagram(_, from: _, to: let listener) = delivery.event, lost.contains(listener) { continue }
      if delivery.life != lives[Int(delivery.to.rawValue)] || down.contains(delivery.to) && !delivery.event.isLocal { continue }
      return Arrival(node: delivery.to, event: delivery.event, passage: delivery.passage)
    }
    return nil
  }

  /// Whether what has arrived is heard: nothing comes over a stream after the host has heard that it failed.
  mutating func hears(_ arrival: Arrival) -> Bool { streams.hears(arrival.event, at: arrival.node) }

  /// Gives back what a host cannot hear yet.
  mutating func postpone(_ arrival: Arrival, until instant: Instant) {
    deliver(arrival.event, to: arrival.node, at: instant, passage: arrival.passage)
  }

  public mutating func perform(_ order: NetworkOrder, by node: NodeID, now: Instant) {
    switch order {
    case .datagram(let bytes, let destination, let listener):
      send(bytes, to: destination, from: listener, by: node, now: now)
    case .open(let flow, let target):
      open(flow, target, by: node, now: now)
    case .bytes(let bytes, let flow):
      write(bytes, on: flow, by: node, now: now)
    case .close(let flow):
      close(flow, by: node, now: now)
    case .resolve(let lookup, let question):
      var arrival = now + oneWay()
      if faults.dnsDelay > .zero {
        arrival = arrival + .nanoseconds(Int64(random.next(below: UInt64(faults.dnsDelay.wholeNanoseconds))))
      }
      let answer = happens(faults.dnsFailure) || isDown(node) ? .failed("The name server did not answer.") : dns.answer(question)
      deliver(.resolved(lookup, answer), to: node, at: arrival)
    }
  }

  mutating func deliver(_ event: NetworkEvent, to node: NodeID, at instant: Instant, passage: Int? = nil) {
    deliveries.push(Delivery(to: node, event: event, life: lives[Int(node.rawValue)], passage: passage), at: instant)
  }

  func isDown(_ node: NodeID) -> Bool { down.contains(node) }

  func isOff(_ node: NodeID) -> Bool { off.contains(node) }

  func isLost(_ listener: ListenerID) -> Bool { lost.contains(listener) }

  /// The number of what was recorded; nil when nothing is.
  @discardableResult
  mutating func record(_ passage: Passage) -> Int? {
    guard isRecording else { return nil }
    passages.append(passage)
    return forgottenPassages + passages.count - 1
  }

  /// Forgets the passages so far, so that a scenario's ladder begins with what matters.
  public mutating func forgetPassages() {
    forgottenPassages += passages.count
    passages.removeAll(keepingCapacity: true)
  }

  mutating func happens(_ share: Double) -> Bool {
    share > 0 && random.nextFraction() < share
  }

  mutating func oneWay() -> Duration {
    let least = faults.leastDelay.wholeNanoseconds
    let span = faults.greatestDelay.wholeNanoseconds - least
    guard span > 0 else { return .nanoseconds(least) }
    return .nanoseconds(least + Int64(random.next(below: UInt64(span))))
  }

  private mutating func send(
    _ bytes: [UInt8], to destination: SocketAddress, from listener: ListenerID, by node: NodeID, now: Instant
  ) {
    guard let source = mappings[listener] ?? localEndpoints[listener]?.address else { return }
    let target = listeners[Endpoint(transport: .udp, address: destination)].flatMap { lost.contains($0.listener) ? nil : $0 }
    var passage = Passage(at: now, from: node, to: target?.node, transport: .udp, bytes: bytes, fate: .delivered)
    guard let target else {
      undeliverable += 1
      passage.fate = .unreachable
      record(passage)
      deliver(.datagramFailed(to: destination, from: listener), to: node, at: now + oneWay() + oneWay())
      return
    }
    guard !isSwallowed(), !isDown(target.node), !isDown(node) else {
      passage.fate = .lost
      record(passage)
      return
    }
    var delay = oneWay()
    if happens(faults.reordering) { delay += faults.greatestDelay + oneWay() }
    let event = NetworkEvent.datagram(bytes, from: source, to: target.listener)
    let isDoubled = happens(faults.duplication)
    if isDoubled { passage.fate = .duplicated }
    let number = record(passage)
    deliver(event, to: target.node, at: now + delay, passage: number)
    if isDoubled { deliver(event, to: target.node, at: now + delay + oneWay(), passage: number) }
  }

  /// Loss comes alone or in bursts.
  private mutating func isSwallowed() -> Bool {
    if swallows > 0 {
      swallows -= 1
      return true
    }
    if faults.burstBegin > 0 {
      if happens(isInBurst ? faults.burstEnd : faults.burstBegin) { isInBurst.toggle() }
      if isInBurst { return true }
    }
    return happens(faults.loss)
  }
}

extension NetworkEvent {
  /// Happens within the host; a resolver and a socket say that they failed whether there is a network or not.
  fileprivate var isLocal: Bool {
    switch self {
    case .listening, .listenerFailed, .failed, .resolved: true
    case .datagram, .datagramFailed, .opened, .accepted, .bytes: false
    }
  }
}
