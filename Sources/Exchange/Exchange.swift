internal import Media
public import SIPExtensions
internal import SIPMessages
public import SIPUserAgent
public import SansIO

/// A small exchange as one machine: registrar, stateful proxy and robots of a domain, or an outbound edge proxy in front of one.
///
/// It serves the demo and the simulation, and therefore listens on loopback addresses only: a `listening` event for any other
/// address is answered with `ExchangeEvent.listenerRefused`, and nothing that arrives there is read.
///
/// ```
///  world ──network──► TransactionLayer ──request──► routing (16.3–16.5) ──► branches (16.6) ──► TransactionLayer
///                                    └──response──► response contexts (16.7) ──► TransactionLayer
///  RobotHall, a user agent of its own, hangs behind the proxy on a wire that exists in this value only.
/// ```
///
/// A departure from RFC 3261 section 16: a strict router's Route is not repaired.
public struct Exchange: NetworkedMachine, Sendable {
  /// A socket of ours that is allowed.
  struct OwnListener: Sendable {
    var id: ListenerID
    var transport: TransportProtocol
    var address: SocketAddress
  }

  let configuration: ExchangeConfiguration
  var random: RandomSource
  var layer: TransactionLayer
  var registrar: Registrar
  var gatekeeper: DigestServer
  let tokens: FlowTokens
  let loops: LoopDetection
  var hall: RobotHall?
  var listeners: [OwnListener] = []
  /// Open connections and what they speak.
  var streams: [FlowID: TransportProtocol] = [:]
  var contexts: [ServerTransactionID: ResponseContext] = [:]
  var branches: [ClientTransactionID: ServerTransactionID] = [:]
  var contextDeadlines = DeadlineQueue<ServerTransactionID>()
  /// What the layer has said and nobody has heard yet.
  var work: [TransactionLayer.Output] = []

  /// More requests than this at a time are answered with 503.
  static let greatestNumberOfContexts = 50_000

  /// `digests` must know SHA-256 or MD5 when anything is authenticated; flow tokens are sealed with SHA-256.
  /// Without `signatures` the robots that sign call unsigned.
  public init(
    configuration: ExchangeConfiguration, digests: any Digests, signatures: (any Signatures)? = nil, random: RandomSource
  ) {
    var random = random
    self.configuration = configuration
    layer = TransactionLayer(timers: configuration.timers, random: random.split())
    layer.isTracing = false
    registrar = Registrar(configuration: configuration, random: random.split())
    gatekeeper = DigestServer(realm: configuration.domain, digests: digests, random: random.split())
    loops = LoopDetection(digests: digests)
    tokens = FlowTokens(digests: digests, random: &random)
    hall =
      configuration.hasRobots
      ? RobotHall(configuration: configuration, digests: digests, signatures: signatures, random: random.split()) : nil
    self.random = random
  }

  /// Whether an exchange may listen there.
  public static func permits(_ address: SocketAddress) -> Bool { address.address.isLoopback }

  /// Whom the exchange's users can call.
  public var directory: Directory { Directory(domain: configuration.domain) }

  /// How many bindings there are, of all users.
  public var bindingCount: Int { registrar.bindings.count }

  public var nextDeadline: Instant? {
    mutating get {
      [layer.nextDeadline, contextDeadlines.next, hall?.nextDeadline].compactMap(\.self).min()
    }
  }

  public mutating func handle(_ input: ExchangeInput, now: Moment, into outputs: inout [ExchangeOutput]) {
    switch input {
    case .network(let event): receive(event, now: now, into: &outputs)
    case .media(let event): tellHall(.media(event), now: now, into: &outputs)
    case .wakeUp: wakeUp(now: now, into: &outputs)
    }
    drain(now: now, into: &outputs)
  }

  private mutating func receive(_ event: NetworkEvent, now: Moment, into outputs: inout [ExchangeOutput]) {
    switch event {
    case .listening(let id, let transport, let address, _):
      guard Self.permits(address) else {
        outputs.append(.event(.listenerRefused(address)))
        return
      }
      let isFirst = listeners.isEmpty
      listeners.append(OwnListener(id: id, transport: transport, address: address))
      // The robots send what they start themselves to the proxy, by the first socket that datagrams can reach.
      if isFirst { tellHall(.network(.listening(RobotHall.listener, .udp, RobotHall.address)), now: now, into: &outputs) }
      if transport == .udp, hall?.proxy == nil { hall?.proxy = address }
    case .listenerFailed(let id, _, _):
      listeners.removeAll { $0.id == id }
    case .datagram(_, _, let listener), .datagramFailed(_, let listener):
      guard listeners.contains(where: { $0.id == listener }) else { return }
    case .accepted(let flow, let transport, let facts):
      guard Self.permits(facts.local) else {
        outputs.append(.network(.close(flow)))
        return
      }
      streams[flow] = transport
    case .bytes(_, let flow):
      guard streams[flow] != nil else { return }
    case .failed(let flow, _):
      streams[flow] = nil
    case .opened, .resolved: break
    }
    layer.handle(event, now: now, into: &work)
  }

  private mutating func wakeUp(now: Moment, into outputs: inout [ExchangeOutput]) {
    layer.deadlineReached(now: now, into: &work)
    while let id = contextDeadlines.popDue(now: now.instant) { contextDeadlineReached(id, now: now) }
    if let deadline = hall?.nextDeadline, deadline <= now.instant { tellHall(.wakeUp, now: now, into: &outputs) }
  }

  /// Hears out the layer until it has nothing more to say. What is said meanwhile comes after.
  mutating func drain(now: Moment, into outputs: inout [ExchangeOutput]) {
    var position = 0
    while position < work.count {
      let output = work[position]
      position += 1
      switch output {
      case .network(let order): carry(order, now: now, into: &outputs)
      case .request(let id, let received): route(received, id, now: now, into: &outputs)
      case .ack(let received): forwardAcknowledgement(received, now: now)
      case .response(let id, let response, _): receive(response, on: id, now: now, into: &outputs)
      case .clientFailed(let id, let failure): clientFailed(id, failure, now: now, into: &outputs)
      case .cancelled(let id, let cancel): cancelled(id, cancel, now: now)
      case .serverTimedOut(let id): forget(id)
      case .flowClosed(let flow, _):
        streams[flow] = nil
        for event in registrar.flowClosed(flow) { outputs.append(.event(event)) }
      case .stun(let message, let from):
        // RFC 5626 section 8: "MUST also provide a limited version of a STUN server on the same interface and UDP port".
        guard configuration.answersKeepAlives, message.kind == .request else { continue }
        let answer = STUNMessage(.success, transactionID: message.transactionID, mappedAddress: from.source)
        layer.send(answer, over: from.flow, into: &work)
      default: break
      }
    }
    work.removeAll(keepingCapacity: true)
  }

  // MARK: The robots' wire

  private mutating func carry(_ order: NetworkOrder, now: Moment, into outputs: inout [ExchangeOutput]) {
    switch order {
    case .datagram(let bytes, RobotHall.address, let listener) where hall != nil:
      guard let own = listeners.first(where: { $0.id == listener }) else { return }
      tellHall(.network(.datagram(bytes, from: own.address, to: RobotHall.listener)), now: now, into: &outputs)
    case .open(let flow, let target) where target.remote == RobotHall.address:
      // Large requests try TCP first (section 18.1.1); the wire is for datagrams of any size.
      layer.handle(.failed(flow, .refused), now: now, into: &work)
    case .open(let flow, let target):
      streams[flow] = target.transport
      outputs.append(.network(order))
    case .close(let flow):
      streams[flow] = nil
      outputs.append(.network(order))
    case .datagram, .bytes, .resolve:
      outputs.append(.network(order))
    }
  }

  mutating func tellHall(_ input: RobotHall.Input, now: Moment, into outputs: inout [ExchangeOutput]) {
    var said: [RobotHall.Output] = []
    hall?.handle(input, now: now, into: &said)
    for output in said {
      switch output {
      case .media(let order): outputs.append(.media(order))
      case .datagram(let bytes, let destination):
        guard let own = listeners.first(where: { $0.transport == .udp && $0.address == destination }) else { continue }
        layer.handle(.datagram(bytes, from: RobotHall.address, to: own.id), now: now, into: &work)
      }
    }
  }

  // MARK: Small things that routing needs

  func isOwn(_ uri: SIPURI) -> Bool {
    switch uri.host {
    case .name(let name): name.lowercased() == configuration.domain.lowercased()
    case .address(let address):
      listeners.contains { own in
        own.address.address == address && own.address.port == uri.port ?? own.transport.defaultPort
      }
    }
  }

  mutating func respond(
    _ id: ServerTransactionID, to request: Request, _ status: StatusCode, reason: String? = nil, now: Moment,
    _ change: (inout Response) -> Void = { _ in }
  ) {
    var response = Response(to: request, status: status, reason: reason, toTag: random.token(bits: 64))
    change(&response)
    layer.respond(id, with: response, now: now, into: &work)
  }
}
