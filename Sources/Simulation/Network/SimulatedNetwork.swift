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
  }

  struct Endpoint: Hashable, Sendable {
    var transport: TransportProtocol
    var address: SocketAddress
  }

  var hosts: [SimulatedHost] = []
  var listeners: [Endpoint: (node: NodeID, listener: ListenerID)] = [:]
  var localEndpoints: [ListenerID: Endpoint] = [:]
  var deliveries = EventQueue<Delivery>()
  var random: RandomSource
  var streams = StreamTable()
  private var down: Set<NodeID> = []

  public init(random: RandomSource, faults: FaultPlan = .none, dns: SimulatedDNS = SimulatedDNS()) {
    self.random = random
    self.faults = faults
    self.dns = dns
  }

  /// Gives a host its sockets. `listening` events for them are the first that it hears.
  public mutating func attach(_ host: SimulatedHost, now: Instant) -> NodeID {
    let node = NodeID(UInt64(hosts.count))
    hosts.append(host)
    for listener in host.listeners {
      let id = ListenerID(UInt64(localEndpoints.count + 1))
      let endpoint = Endpoint(transport: listener.transport, address: listener.address)
      guard listeners[endpoint] == nil else {
        deliveries.push(
          Delivery(to: node, event: .listenerFailed(id, listener.transport, reason: "\(listener.address) is taken.")), at: now)
        continue
      }
      listeners[endpoint] = (node, id)
      localEndpoints[id] = endpoint
      deliveries.push(Delivery(to: node, event: .listening(id, listener.transport, listener.address)), at: now)
    }
    return node
  }

  public func name(of node: NodeID) -> String { hosts[Int(node.rawValue)].name }

  /// Cuts a host off, or lets it back in. What is under way to it is lost, and its streams fall silent.
  public mutating func setDown(_ node: NodeID, _ isDown: Bool) {
    if isDown { down.insert(node) } else { down.remove(node) }
  }

  public var nextDeadline: Instant? { deliveries.next }

  /// The next event whose time has come, with the host that hears it.
  public mutating func next(now: Instant) -> (NodeID, NetworkEvent)? {
    while let delivery = deliveries.pop(now: now) {
      if down.contains(delivery.to) { continue }
      return (delivery.to, delivery.event)
    }
    return nil
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
      deliver(.resolved(lookup, dns.answer(question)), to: node, at: now + oneWay())
    }
  }

  mutating func deliver(_ event: NetworkEvent, to node: NodeID, at instant: Instant) {
    deliveries.push(Delivery(to: node, event: event), at: instant)
  }

  func isDown(_ node: NodeID) -> Bool { down.contains(node) }

  mutating func record(_ passage: Passage) {
    if isRecording { passages.append(passage) }
  }

  /// Forgets the passages so far, so that a scenario's ladder begins with what matters.
  public mutating func forgetPassages() {
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
    guard let source = localEndpoints[listener] else { return }
    let target = listeners[Endpoint(transport: .udp, address: destination)]
    var passage = Passage(at: now, from: node, to: target?.node, transport: .udp, bytes: bytes, fate: .delivered)
    guard let target else {
      undeliverable += 1
      passage.fate = .unreachable
      record(passage)
      deliver(.datagramFailed(to: destination, from: listener), to: node, at: now + oneWay() + oneWay())
      return
    }
    guard !happens(faults.loss), !isDown(target.node), !isDown(node) else {
      passage.fate = .lost
      record(passage)
      return
    }
    var delay = oneWay()
    if happens(faults.reordering) { delay += faults.greatestDelay + oneWay() }
    let event = NetworkEvent.datagram(bytes, from: source.address, to: target.listener)
    deliver(event, to: target.node, at: now + delay)
    if happens(faults.duplication) {
      passage.fate = .duplicated
      deliver(event, to: target.node, at: now + delay + oneWay())
    }
    record(passage)
  }
}
