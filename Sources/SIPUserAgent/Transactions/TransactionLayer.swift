public import SIPMessages
public import SansIO

/// The transaction and transport layers of RFC 3261 sections 17 and 18, with the server location of RFC 3263, as one value.
///
/// Give it every network event and wake it at `nextDeadline`; order requests with `send`, answers with `respond`. It adds and
/// checks the Via header field, repeats and absorbs retransmissions, acknowledges failures, answers CANCEL, says 100 when nobody
/// else has, goes to the next server when one fails, opens, checks and reuses connections.
///
/// Responses are handed up as they came, our own Via still on top: a proxy takes it off.
public struct TransactionLayer: Sendable {
  public enum Output: Sendable {
    case network(NetworkOrder)
    /// A new request other than ACK. `respond` is due.
    case request(ServerTransactionID, ReceivedRequest)
    /// An ACK to a 2xx: it belongs to no transaction.
    case ack(ReceivedRequest)
    /// Every provisional response, and the final one; of an INVITE every 2xx of every fork, retransmissions of 2xx included.
    case response(ClientTransactionID, Response, ReceivedFrom)
    /// There will be no final response. Nothing follows for this transaction.
    case clientFailed(ClientTransactionID, ClientFailure)
    /// A request of a dialog, or an INVITE, was sent in vain, and may go another way: `goOn` or `giveUp` is due. Only with
    /// `renewsRequests`.
    case attemptLost(ClientTransactionID)
    /// A CANCEL for an INVITE that has no final response yet. It was answered; a 487 to the INVITE is due (section 9.2).
    case cancelled(ServerTransactionID, cancel: Request)
    /// No ACK came for our final response, or a request other than INVITE was left unanswered for 64*T1.
    case serverTimedOut(ServerTransactionID)
    /// A response could not be sent. The transaction lives on (RFC 6026 section 7.1), and a final response is still due to it.
    case undeliverable(ServerTransactionID)
    /// A connection is gone; requests that used it have failed, or gone another way, in the same step.
    case flowClosed(FlowID, FlowFailure)
    /// A connection that we opened stands and its peer is the wanted one.
    case flowOpened(FlowID)
    /// The answer to `sendKeepAlive` on a connection (RFC 5626 section 4.4.1).
    case pong(FlowID)
    /// The network says that datagrams do not get there; requests that went that way have failed, or gone another way.
    case unreachable(FlowReference)
    /// A STUN message on a UDP socket (RFC 5626 section 8).
    case stun(STUNMessage, ReceivedFrom)
    case listening(ListenerID, TransportProtocol, SocketAddress)
    case listenerFailed(ListenerID, TransportProtocol, reason: String)
    case traced(TracedMessage)
  }

  enum DeadlineKey: Hashable, Sendable {
    case client(ClientTransactionID)
    case server(ServerTransactionID)
  }

  enum Waiter: Hashable, Sendable {
    case client(ClientTransactionID)
    /// The bytes go along, because on a reliable transport the transaction of a request other than INVITE ends with its response.
    case response(ServerTransactionID, [UInt8])
  }

  struct PendingLookup: Sendable {
    var client: ClientTransactionID
    var question: DNSQuestion
  }

  /// How many transactions of each side are held at once. 500 calls a second, with an INVITE and a BYE each that live for 32 s,
  /// make 32,000; twice that, and the rest is turned away, before a flood has eaten the memory.
  public static let defaultTransactionLimit = 65_536

  /// A request longer than this goes over a congestion controlled transport (section 18.1.1): "if the path MTU is unknown, and the
  /// request is larger than 1300 bytes".
  public static let datagramRequestLimit = 1300

  /// How long a connection may take to stand while there is another server to go to, and when there is none. The kernel would try
  /// for two minutes; a person waits for a call.
  public static let connectionLimit = Duration.seconds(4)
  public static let lastConnectionLimit = Duration.seconds(16)
  /// The same for the TCP attempt of a large request, which has UDP to fall back on.
  public static let switchedConnectionLimit = Duration.seconds(2)

  /// The host name that stands in a Contact for "our own address, as seen from the way that this message takes". The layer puts the
  /// address, the port and the transport in its place when it sends. See `contact(for:user:)`.
  public static let contactPlaceholder = "contact.invalid"

  public let timers: TransactionTimers
  /// How many transactions of each side are held before new ones are turned away.
  public var transactionLimit = Self.defaultTransactionLimit
  /// How many requests strangers may send; nil for no limit. Connections that we opened and `trustedSources` have none.
  public var sourceLimit: SourceRateLimit?
  /// Registrars at which we are registered: the calls of everybody else come through them. Few, so an array.
  public var trustedSources: [IPAddress] = []
  /// Transports for requests whose URI leaves the choice to us, the preferred one first. UDP counts only while a UDP socket exists.
  public var transportPreference: [TransportProtocol] = [.udp, .tcp, .tls]

  /// The author of requests says so. One within a dialog that may have reached the peer, though no answer came back, takes another
  /// way with a new CSeq: "Requests within a dialog MUST contain strictly monotonically increasing and contiguous CSeq sequence
  /// numbers" (RFC 3261 section 12.2.1.1), and the peer may know the old one, or a later one. An INVITE that rang ends that first.
  /// A proxy may not renumber.
  public var renewsRequests = false
  /// A certificate of ours is shown on every TLS connection that we open.
  var showsCertificate = false

  var random: RandomSource
  var transport = TransportLayer()
  var clients = Table<ClientTransactionID, ClientTransaction>()
  var clientKeys: [ClientTransactionKey: ClientTransactionID] = [:]
  var servers = Table<ServerTransactionID, ServerTransaction>()
  var failedServers = FailedServers()
  var serverKeys: [ServerTransactionKey: ServerTransactionID] = [:]
  var deadlines = DeadlineQueue<DeadlineKey>()
  /// Which client transactions fail when a way does.
  var users: [FlowReference: Set<ClientTransactionID>] = [:]
  /// Who waits for a connection to stand, in order of arrival.
  var waiters: [FlowID: [Waiter]] = [:]
  var lookups: [LookupID: PendingLookup] = [:]
  /// Requests within dialogs that are not on the wire yet, in the order of their numbers: only the first is under way.
  var unsent: [DialogSide: [ClientTransactionID]] = [:]
  /// When something happened last: the time of what is due at once.
  var present = Instant(nanoseconds: 0)
  /// The To tag of every stateless refusal, once one was needed.
  var strangerTag: String?
  private var nextClient: UInt64 = 1
  private var nextServer: UInt64 = 1
  private var nextLookup: UInt64 = 1

  public init(timers: TransactionTimers = TransactionTimers(), random: RandomSource) {
    self.timers = timers
    self.random = random
    transport.statelessKey = self.random.nextUInt64()
  }

  public var statistics: Statistics { transport.statistics }

  /// False spares the work of `Output.traced`.
  public var isTracing: Bool {
    get { transport.isTracing }
    set { transport.isTracing = newValue }
  }

  /// How many transactions of either side are alive.
  public var transactionCount: Int { clients.count + servers.count }

  public var nextDeadline: Instant? {
    mutating get {
      switch (deadlines.next, transport.nextDeadline) {
      case (let one?, let other?): min(one, other)
      case (let one, let other): one ?? other
      }
    }
  }

  public mutating func deadlineReached(now: Moment, into outputs: inout [Output]) {
    present = now.instant
    var events: [TransportLayer.Output] = []
    transport.deadlineReached(now: now.instant, into: &events)
    follow(events, now: now.instant, into: &outputs)
    while let key = deadlines.popDue(now: now.instant) {
      switch key {
      case .client(let id): clientDeadlineReached(id, now: now.instant, into: &outputs)
      case .server(let id): serverDeadlineReached(id, now: now.instant, into: &outputs)
      }
    }
  }

  public mutating func handle(_ event: NetworkEvent, now: Moment, into outputs: inout [Output]) {
    present = now.instant
    var events: [TransportLayer.Output] = []
    switch event {
    case .listening(let id, let transport, let address, let routes):
      self.transport.add(Listener(id: id, transport: transport, address: address, routes: routes))
      outputs.append(.listening(id, transport, address))
    case .listenerFailed(let id, let transport, let reason):
      self.transport.removeListener(id)
      outputs.append(.listenerFailed(id, transport, reason: reason))
      failUsers(ofListener: id, now: now.instant, into: &outputs)
    case .datagram(let bytes, from: let source, to: let listener):
      transport.receiveDatagram(bytes, from: source, to: listener, now: now.instant, into: &events)
    case .datagramFailed(to: let remote, from: let listener):
      transport.statistics.transportFailures += 1
      let sentence = "Nothing listens at \(remote) (UDP refused), or there is no way to it."
      // First the flow, so that what goes another way knows which one is gone.
      if transport.listener(listener) != nil { outputs.append(.unreachable(.datagram(listener, remote: remote))) }
      failUsers(of: .datagram(listener, remote: remote), because: .unreachable(sentence), now: now.instant, into: &outputs)
    case .opened(let flow, let facts):
      transport.opened(flow, facts, now: now.instant, into: &events)
    case .accepted(let flow, let transport, let facts):
      self.transport.accepted(flow, transport, facts, now: now.instant, into: &events)
    case .bytes(let bytes, on: let flow):
      transport.receive(bytes, on: flow, now: now.instant, into: &events)
    case .failed(let flow, let failure):
      transport.failed(flow, failure, into: &events)
    case .resolved(let lookup, let result):
      receive(result, for: lookup, now: now.instant, into: &outputs)
    }
    follow(events, now: now.instant, into: &outputs)
  }

  /// Does what the transport layer asks for.
  mutating func follow(_ events: [TransportLayer.Output], now: Instant, into outputs: inout [Output]) {
    for event in events {
      switch event {
      case .network(let order): outputs.append(.network(order))
      case .traced(let message): outputs.append(.traced(message))
      case .pong(let flow): outputs.append(.pong(flow))
      case .stun(let message, let from): outputs.append(.stun(message, from))
      case .received(let message, let from):
        switch message.message {
        case .request(let request): receive(request, message, from, now: now, into: &outputs)
        case .response(let response): receive(response, message, from, now: now, into: &outputs)
        }
      case .flowOpened(let flow):
        outputs.append(.flowOpened(flow))
        for waiter in waiters.removeValue(forKey: flow) ?? [] {
          switch waiter {
          case .client(let id): begin(id, over: .stream(flow), now: now, into: &outputs)
          case .response(let id, let bytes): sendResponse(bytes, of: id, over: .stream(flow), now: now, into: &outputs)
          }
        }
      case .flowEnded(let flow, let failure):
        outputs.append(.flowClosed(flow, failure))
        for waiter in waiters.removeValue(forKey: flow) ?? [] {
          switch waiter {
          case .client(let id): connectionFailed(id, failure, now: now, into: &outputs)
          case .response(let id, _): responseFailed(id, now: now, into: &outputs)
          }
        }
        failUsers(of: .stream(flow), now: now, into: &outputs)
      }
    }
  }

  private mutating func failUsers(
    of flow: FlowReference, because fault: ClientFailure = .flowDied, now: Instant, into outputs: inout [Output]
  ) {
    // Sorted: the order of a set must not reach an output.
    for id in (users[flow] ?? []).sorted() {
      clients[id]?.transportFault = fault
      transportFailed(id, now: now, into: &outputs)
    }
  }

  private mutating func failUsers(ofListener listener: ListenerID, now: Instant, into outputs: inout [Output]) {
    var ids: [ClientTransactionID] = []
    for (flow, members) in users {
      if case .datagram(listener, _) = flow { ids.append(contentsOf: members) }
    }
    for id in ids.sorted() { transportFailed(id, now: now, into: &outputs) }
  }

  /// Keeps a connection alive: a double CRLF, answered with `Output.pong` (RFC 5626 section 4.4.1). Nothing leaves over UDP, where
  /// that is forbidden.
  public mutating func sendKeepAlive(on flow: FlowReference, now: Moment, into outputs: inout [Output]) {
    var events: [TransportLayer.Output] = []
    transport.ping(flow, into: &events)
    follow(events, now: now.instant, into: &outputs)
  }

  /// Sends a STUN message along a UDP flow; nothing leaves over connections, where that is forbidden (RFC 5626 section 4.4.2).
  public mutating func send(_ message: STUNMessage, over flow: FlowReference, into outputs: inout [Output]) {
    guard case .datagram(let listener, let remote) = flow, transport.isUsable(flow) else { return }
    outputs.append(.network(.datagram(message.serialized(), to: remote, from: listener)))
  }

  /// Closes a connection. Requests on it fail as if it had broken.
  public mutating func close(
    _ flow: FlowID, because sentence: String = "The connection was closed here.", now: Moment, into outputs: inout [Output]
  ) {
    var events: [TransportLayer.Output] = []
    transport.close(flow, because: .other(sentence), into: &events)
    follow(events, now: now.instant, into: &outputs)
  }

  /// Keeps a connection for what is under way on it, and gives it to no new request that looks for one.
  public mutating func retire(_ flow: FlowID) {
    transport.retire(flow)
  }

  /// The other end of a flow; nil when it is gone.
  public func remoteAddress(of flow: FlowReference) -> SocketAddress? {
    transport.isUsable(flow) ? transport.remoteAddress(of: flow) : nil
  }

  mutating func makeClientID() -> ClientTransactionID {
    defer { nextClient += 1 }
    return ClientTransactionID(nextClient)
  }

  mutating func makeServerID() -> ServerTransactionID {
    defer { nextServer += 1 }
    return ServerTransactionID(nextServer)
  }

  mutating func makeLookupID() -> LookupID {
    defer { nextLookup += 1 }
    return LookupID(nextLookup)
  }
}
