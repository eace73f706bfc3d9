internal import SIPMessages
public import SansIO

/// A user agent: the core of RFC 3261 section 8 over the transaction layer, with dialogs, sessions and registrations (sections 10
/// to 15).
///
/// Hand it what happened with `handle`, carry out what it orders, and wake it at `nextDeadline`. It has no clock, no socket and no
/// thread. What a peer does wrong is answered or dropped; nothing a peer sends can stop it.
public struct UserAgent: Sendable, NetworkedMachine {
  enum DeadlineKey: Hashable, Sendable {
    case session(SessionID)
    case registration(RegistrationID)
    case subscription(SubscriptionID)
    /// A flow's keep-alive.
    case flow(FlowReference)
    /// After a 2xx to INVITE, when no fork can answer any more.
    case exchange(ExchangeID)
    /// A server transaction that is kept for repetitions and for merged requests.
    case server(ServerTransactionID)
  }

  public let configuration: UserAgentConfiguration
  var extensions: [any UserAgentExtension]
  var layer: TransactionLayer
  var random: RandomSource
  /// The present, set at the start of each step.
  var now = Moment(instant: Instant(nanoseconds: 0), wallTime: WallTime(nanosecondsSince1970: 0))
  /// What this step has to say so far.
  var outputs: [UserAgentOutput] = []
  /// What the transaction layer said and nobody has looked at yet; worked off in order, so that no machine is entered twice.
  var layerOutputs: [TransactionLayer.Output] = []
  var extensionActions: [ExtensionAction] = []

  /// The union of what the core and the extensions understand; nobody else writes Supported.
  let supportedOptionTags: [OptionTag]
  /// The union of the event packages that the extensions serve.
  let eventPackages: [String]
  /// What Allow lists.
  let allowedMethods: [Method]
  var sessions = Table<SessionID, InviteUsage>()
  /// Sessions that the application has not been told the end of.
  var liveSessions = 0
  var dialogOwners: [DialogID: SessionID] = [:]
  var knownDialogs: [SessionID: [DialogID]] = [:]
  var registrations: [RegistrationID: Registration] = [:]
  /// Who confirmed each registration last.
  var registrars: [RegistrationID: IPAddress] = [:]
  /// Of the flows along which registrations hold.
  var keepAlives: [FlowReference: FlowKeepAlive] = [:]
  /// Flows that are closed as soon as their successors stand.
  var retired: [FlowID] = []
  var subscriptions: [SubscriptionID: Subscription] = [:]
  var exchanges = Table<ExchangeID, ClientExchange>()
  var exchangeOf: [ClientTransactionID: ExchangeID] = [:]
  var servers = Table<ServerTransactionID, ServerExchange>()
  var mergeKeys: [MergeKey: ServerTransactionID] = [:]
  /// Requests that the application has to answer.
  var asked: [RequestID: ServerTransactionID] = [:]
  var held: [Ticket: HeldRequest] = [:]
  /// Lookups for which no request is held.
  var awaited: Set<Ticket> = []
  var deadlines = DeadlineQueue<DeadlineKey>()
  var nextExchange: UInt64 = 0
  /// Far above what an application counts up to, so that the two never meet.
  var nextIncomingSession: UInt64 = 1 << 32 | 1
  var nextIncomingRequest: UInt64 = 1
  var nextTicket: UInt64 = 0

  public init(configuration: UserAgentConfiguration, extensions: [any UserAgentExtension], random: RandomSource) {
    self.configuration = configuration
    self.extensions = extensions
    self.random = random
    var tags: [OptionTag] = [.rel100]
    var methods = configuration.allowedMethods
    for candidate in extensions {
      for tag in candidate.optionTags where !tags.contains(tag) { tags.append(tag) }
      for method in candidate.methods where !methods.contains(method) { methods.append(method) }
    }
    let packages = extensions.flatMap(\.eventPackages)
    if !packages.isEmpty {
      for method in [Method.subscribe, .notify] where !methods.contains(method) { methods.append(method) }
    }
    eventPackages = packages
    supportedOptionTags = tags
    allowedMethods = methods
    layer = TransactionLayer(timers: configuration.timers, random: self.random.split())
    layer.showsCertificate = configuration.showsCertificate
    layer.renewsRequests = true
    layer.sourceLimit = configuration.sourceLimit.map { SourceRateLimit($0) }
  }

  /// Counters of what crossed the border.
  public var statistics: Statistics { layer.statistics }

  /// False spares the work of `UserAgentEvent.traced`.
  public var isTracing: Bool {
    get { layer.isTracing }
    set { layer.isTracing = newValue }
  }

  /// How many sessions are kept, those that only wait for late messages included.
  public var sessionCount: Int { sessions.count }

  /// How many requests of peers are remembered, those that have been answered and only wait for repetitions included.
  public var keptRequestCount: Int { servers.count }

  /// The installed extension of that type; nil when there is none, and setting does nothing then.
  public subscript<E: UserAgentExtension>(_: E.Type) -> E? {
    get {
      for candidate in extensions {
        if let found = candidate as? E { return found }
      }
      return nil
    }
    set {
      guard let newValue, let index = extensions.firstIndex(where: { $0 is E }) else { return }
      extensions[index] = newValue
    }
  }

  public var nextDeadline: Instant? {
    mutating get {
      var earliest = layer.nextDeadline
      if let own = deadlines.next { earliest = min(earliest ?? own, own) }
      for index in extensions.indices {
        if let deadline = extensions[index].nextDeadline { earliest = min(earliest ?? deadline, deadline) }
      }
      return earliest
    }
  }

  public mutating func handle(_ input: UserAgentInput, now: Moment, into outputs: inout [UserAgentOutput]) {
    self.now = now
    switch input {
    case .network(let event): layer.handle(event, now: now, into: &layerOutputs)
    case .command(let command): handle(command)
    case .wakeUp: deadlineReached()
    }
    drain()
    hand(over: &outputs)
  }

  private mutating func hand(over outputs: inout [UserAgentOutput]) {
    if outputs.isEmpty {
      swap(&outputs, &self.outputs)
    } else {
      outputs.append(contentsOf: self.outputs)
      self.outputs.removeAll(keepingCapacity: true)
    }
  }

  /// Lets the application order something of an extension that it installed. Nothing happens when there is none of that type.
  public mutating func use<E: UserAgentExtension>(
    _: E.Type, now: Moment, into outputs: inout [UserAgentOutput], _ body: (inout E, inout ExtensionContext) -> Void
  ) {
    guard let index = extensions.firstIndex(where: { $0 is E }), var used = extensions[index] as? E else { return }
    self.now = now
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    body(&used, &context)
    extensions[index] = used
    absorb(context)
    drain()
    hand(over: &outputs)
  }

  /// The dialog of a session: the confirmed one, else the newest early one; nil when there is none.
  public func dialog(of session: SessionID) -> Dialog? { sessions[session]?.dialog }

  /// The verified certificate's names at the other end of a TLS connection; nil for other ways, and where none was shown.
  func tlsPeer(along flow: FlowReference) -> TLSPeerIdentity? {
    guard case .stream(let id) = flow else { return nil }
    return layer.peerIdentity(of: id)
  }

  /// Whether the peer of a session said that it understands another From than the first one (RFC 4916 section 4); only then
  /// `UserAgentCommand.identify` tells it anything.
  public func peerAcceptsFromChange(in session: SessionID) -> Bool { sessions[session]?.peerAcceptsFromChange ?? false }

  private mutating func deadlineReached() {
    layer.deadlineReached(now: now, into: &layerOutputs)
    // First what the layer had to say: a response that came now counts before a timer that ends now.
    drain()
    while let key = deadlines.popDue(now: now.instant) {
      switch key {
      case .session(let id): withSession(id) { $0.deadlineReached(&$1) }
      case .registration(let id): withRegistration(id) { $0.deadlineReached(&$1) }
      case .subscription(let id): subscriptionDeadlineReached(id)
      case .flow(let flow): withKeepAlive(flow) { $0.deadlineReached(now: $1, random: &$2, into: &$3) }
      case .exchange(let id): forget(exchange: id)
      case .server(let id): serverDeadlineReached(id)
      }
      drain()
    }
    extensionDeadlinesReached()
  }

  /// Works off what the layers and the extensions said, until nobody has anything left to say.
  mutating func drain() {
    while !layerOutputs.isEmpty || !extensionActions.isEmpty {
      if !layerOutputs.isEmpty {
        let events = layerOutputs
        layerOutputs = []
        for event in events { follow(event) }
      }
      if !extensionActions.isEmpty {
        let actions = extensionActions
        extensionActions = []
        for action in actions { carryOut(action) }
      }
    }
  }

  private mutating func follow(_ event: TransactionLayer.Output) {
    switch event {
    case .network(let order): outputs.append(.network(order))
    case .traced(let message): outputs.append(.event(.traced(message)))
    case .request(let transaction, let received): receive(received, transaction: transaction)
    case .ack(let received): receiveAcknowledgement(received.request)
    case .response(let transaction, let response, let from): receive(response, transaction: transaction, from: from)
    case .clientFailed(let transaction, let failure): requestFailed(transaction, failure)
    case .attemptLost(let transaction): attemptLost(transaction)
    case .cancelled(let transaction, cancel: let cancel): cancelled(transaction, cancel: cancel)
    case .serverTimedOut(let transaction): serverTimedOut(transaction)
    case .undeliverable(let transaction): undeliverable(transaction)
    case .flowClosed(let flow, let failure): flowClosed(flow, failure)
    case .pong(let flow): withKeepAlive(.stream(flow)) { $0.pong(now: $1, random: &$2, into: &$3) }
    case .stun(let message, let from):
      withKeepAlive(from.flow) { $0.receive(message, now: $1, random: &$2, into: &$3) }
    case .unreachable(let flow): flowUnreachable(flow)
    case .flowOpened, .listening, .listenerFailed: break
    }
  }

  private mutating func handle(_ command: UserAgentCommand) {
    switch command {
    case .register(let id, let settings): register(id, settings)
    case .refreshRegistration(let id): withRegistration(id) { $0.refresh(&$1) }
    case .networkChanged(let addresses): networkChanged(addresses)
    case .resumed: resumed()
    case .unregister(let id): unregister(id)
    case .invite(let id, let order): invite(id, order)
    case .provisional(let id, let status, let body, let fields):
      withSession(id) { $0.sendProvisional(status, body: body, fields: fields, &$1) }
    case .accept(let id, let body, let fields): withSession(id) { $0.accept(body, fields, &$1) }
    case .reject(let id, let status, reason: let reason, fields: let fields):
      withSession(id) { $0.reject(status, reason: reason, fields: fields, &$1) }
    case .end(let id, reason: let reason): withSession(id) { $0.end(reason: reason, &$1) }
    case .offer(let id, let body): withSession(id) { $0.want(.offer(body), &$1) }
    case .answer(let id, let body, refusal: let fields): withSession(id) { $0.answer(body, refusal: fields, &$1) }
    case .identify(let id, let address): withSession(id) { $0.changeIdentity(to: address, &$1) }
    case .follow(let id, let targets): withSession(id) { $0.follow(targets, &$1) }
    case .requestInDialog(let id, let session, let method, let fields, let body):
      requestInDialog(id, session, method, fields, body)
    case .request(let id, let order): request(id, order)
    case .respond(let id, let status, reason: let reason, let fields, let body):
      respond(id, status, reason: reason, fields, body)
    case .lookupFinished(let ticket, let result): lookupFinished(ticket, result)
    }
  }
}
