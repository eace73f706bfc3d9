import SIPMessages
import SansIO

/// One binding of an address of record to our contact, kept alive (RFC 3261 section 10.2).
///
///     sending ──2xx──► registered ──time──► sending …
///        ╰──failure──► waiting ──time──► sending …
///     any ──stop──► removing ──any final──► ended
///
/// A refresh uses the same Call-ID with the next CSeq. Failures are retried with a growing pause, after RFC 5626 section 4.5. With
/// `RegistrationSettings.outbound` it is one flow of its account; what all of them do together is the user agent's.
struct Registration: Sendable {
  enum State: Sendable {
    case sending(ExchangeID)
    case registered(refreshAt: Instant, expiresAt: Instant)
    case waiting(until: Instant)
    /// Refused for good: only an order of the application starts it again.
    case halted
    case removing(ExchangeID)
    case ended
  }

  enum Action: Sendable {
    case send(ExchangeID, Request, RequestRouting)
    case status(RegistrationStatus)
  }

  struct Step: Sendable {
    let now: Instant
    /// Another flow of the same account works.
    var othersLive = false
    var random: RandomSource
    var nextExchange: UInt64
    var actions: [Action] = []

    mutating func makeExchange() -> ExchangeID {
      nextExchange += 1
      return ExchangeID(nextExchange)
    }
  }

  var settings: RegistrationSettings
  let callID: String
  private let localTag: String
  private(set) var state = State.halted
  private var sequence: UInt32
  /// What the registrar wants at least (section 10.2.8); 0 before it said so.
  private var minimumExpires: UInt32 = 0
  private var shortIntervalRefusals = 0
  private var recovery = FlowRecovery()
  /// The order to stop came while a REGISTER was on its way.
  private var mustRemove = false
  /// Another REGISTER is due as soon as the present one is answered.
  private var mustRefresh = false
  /// A binding of ours may exist at the registrar.
  private var mayBeBound = false
  /// The way that the last 2xx came; requests of the account take it too.
  var flow: FlowReference?
  /// The server at the other end of it; kept when the flow is gone, because routes of dialogs may still lead there.
  private(set) var peer: SocketAddress?
  /// The registrar confirmed that it keeps the flow (RFC 5626 section 4.2.1: Require: outbound).
  private(set) var isOutbound = false
  /// Somebody between us and the registrar cannot keep flows (439): this is a plain registration then.
  private var isRefusedOutbound = false
  /// The peer has answered a keep-alive since the registration.
  private var isProven = false
  /// How often the flow died before it ever answered a keep-alive.
  private var unprovenLosses = 0
  private(set) var gruus = GRUUs()
  private var negotiatedUse: ServiceRouteUse?
  /// How long the server wants the flow to be silent at most.
  private(set) var flowTimer: Duration?
  /// Where REGISTER goes.
  private(set) var hop: SIPURI?
  private(set) var serviceRoute: [NameAddress] = []
  /// Our contact as the registrar stored it.
  private(set) var contact: URI?

  /// A binding that holds no longer than this would have us refresh it all the time.
  static let leastLifetime: UInt32 = 20
  /// A flow that died for the first time is built anew at once, but not by all clients of a restarting server in the same instant.
  private static let reconnectionSpread: UInt64 = 1000
  /// After so many flows that stood, and never answered a keep-alive, none is asked for: the server promises what it cannot do.
  private static let unprovenLimit = 2
  private static let serviceRouteTag = OptionTag("sr")

  init(settings: RegistrationSettings, callID: String, localTag: String, firstSequence: UInt32) {
    self.settings = settings
    self.callID = callID
    self.localTag = localTag
    sequence = firstSequence
  }

  var nextDeadline: Instant? {
    switch state {
    case .registered(let refreshAt, _): refreshAt
    case .waiting(let until): until
    case .sending, .halted, .removing, .ended: nil
    }
  }

  /// When the binding ends that the registrar last confirmed: a refresh that is refused or slow takes nothing away. nil when there
  /// is none, or no way along which calls could come.
  private(set) var boundUntil: Instant?

  /// It is registered, or tries to be.
  var isWanted: Bool {
    switch state {
    case .sending, .registered, .waiting: !mustRemove
    case .halted, .removing, .ended: false
    }
  }

  /// What the Service-Route does to the configured routes: as configured, or as the registrar's knowledge of `sr` says; nil lets
  /// the route decide.
  var serviceRouteUse: ServiceRouteUse? { negotiatedUse ?? settings.serviceRoute }

  /// REGISTER says reg-id and outbound.
  var asksForOutbound: Bool { settings.outbound != nil && !isRefusedOutbound }

  /// Something is sent along the flow while nothing else is.
  var keepsFlowOpen: Bool { settings.outbound != nil || settings.keepsFlowOpen }

  /// Keep-alives are to be sent and answered.
  var expectsKeepAlives: Bool { isOutbound && unprovenLosses < Self.unprovenLimit }

  var isEnded: Bool {
    if case .ended = state { true } else { false }
  }

  func isWaiting(for exchange: ExchangeID) -> Bool {
    switch state {
    case .sending(let own), .removing(let own): own == exchange
    case .registered, .waiting, .halted, .ended: false
    }
  }

  mutating func nextSequence() -> UInt32 {
    sequence = min(sequence, CSeq.largestNumber - 1) + 1
    return sequence
  }

  // MARK: Orders

  mutating func replace(_ settings: RegistrationSettings, _ step: inout Step) {
    self.settings = settings
    mustRemove = false
    // The pauses go on growing until a registration succeeds: an application that tries one proxy after the other calls this each
    // time.
    refresh(&step)
  }

  mutating func refresh(_ step: inout Step) {
    switch state {
    case .registered, .waiting, .halted: register(&step)
    case .sending: mustRefresh = true
    case .removing, .ended: break
    }
  }

  mutating func stop(_ step: inout Step) {
    switch state {
    case .sending: mustRemove = true
    case .registered: remove(&step)
    case .waiting, .halted:
      if mayBeBound {
        remove(&step)
      } else {
        end(&step)
      }
    case .removing, .ended: break
    }
  }

  mutating func deadlineReached(_ step: inout Step) {
    if let nextDeadline, nextDeadline <= step.now { register(&step) }
  }

  /// The connection that the registrar knows us by is gone, and the binding is worth nothing without it.
  mutating func flowLost(_ step: inout Step, because sentence: String = "The connection to the server broke") {
    flow = nil
    let wasBound = boundUntil != nil
    boundUntil = nil
    switch state {
    case .registered:
      var pause = Duration.milliseconds(Int64(step.random.next(below: Self.reconnectionSpread)))
      if isOutbound, !isProven {
        // It stood and never worked: that counts as a failure.
        unprovenLosses += 1
        pause = recovery.pause(othersLive: step.othersLive, times: settings.recovery, &step.random)
      }
      isProven = false
      state = .waiting(until: step.now + pause)
      // Until then no call finds us, and the application may know another way at once.
      step.actions.append(.status(.failed(.unreachable(sentence), retryIn: pause)))
    case .sending:
      // The refresh under way is the next try.
      if wasBound, !mustRemove { step.actions.append(.status(.failed(.unreachable(sentence), retryIn: .zero))) }
    case .waiting, .halted, .removing, .ended: break
    }
  }

  /// Somebody else took the binding away. One that is being refreshed is not looked at: the answer will tell.
  /// - Parameter pause: until the next try; nil: not before the application says so.
  mutating func withdrawn(because sentence: String, pause: Duration?, _ step: inout Step) {
    guard case .registered = state else { return }
    boundUntil = nil
    serviceRoute = []
    mayBeBound = false
    state = pause.map { .waiting(until: step.now + $0) } ?? .halted
    step.actions.append(.status(.failed(.withdrawn(sentence), retryIn: pause)))
  }

  /// The peer answered a keep-alive.
  mutating func proven() {
    isProven = true
    unprovenLosses = 0
    recovery.succeeded()
  }

  private mutating func register(_ step: inout Step) {
    mustRefresh = false
    mayBeBound = true
    let exchange = step.makeExchange()
    state = .sending(exchange)
    step.actions.append(.status(.registering))
    let seconds = max(UInt32(clamping: settings.expires.components.seconds), minimumExpires)
    send(exchange, expires: seconds, &step)
  }

  private mutating func remove(_ step: inout Step) {
    boundUntil = nil
    let exchange = step.makeExchange()
    state = .removing(exchange)
    send(exchange, expires: 0, &step)
  }

  private mutating func end(_ step: inout Step) {
    state = .ended
    step.actions.append(.status(.unregistered))
  }

  private mutating func send(_ exchange: ExchangeID, expires: UInt32, _ step: inout Step) {
    let routing = RequestRouting(target: .sip(settings.registrar), routes: settings.identity.routes)
    hop = routing.nextHop
    var fields = HeaderFields()
    if !routing.routes.isEmpty { fields.set(routing.routes.map { Route($0) }) }
    fields.set(MaxForwards(70))
    let address = settings.identity.address.withoutTag
    var from = From(address)
    from.tag = localTag
    fields.set(from)
    fields.set(To(address))
    fields.set(CallIDHeader(value: callID))
    fields.set(CSeq(number: nextSequence(), method: .register))
    fields.set(Expires(expires))
    for field in settings.fields { fields.append(name: field.name, value: field.value) }
    var tags: [OptionTag] = settings.outbound == nil ? [] : asksForOutbound ? [.path, .outbound] : [.path]
    if settings.outbound != nil, settings.usesGRUU { tags.append(.gruu) }
    if settings.experiments.offersServiceRouteTag { tags.append(Self.serviceRouteTag) }
    if settings.experiments.offersLooseRouting { tags.append(OptionTag("ua-loose")) }
    if !tags.isEmpty { fields.set(Supported(tags)) }
    step.actions.append(.send(exchange, Request(method: .register, uri: routing.requestURI, fields: fields), routing))
  }

  // MARK: Responses

  /// - Parameter contact: the contact that we sent, as the layer wrote it on this way.
  mutating func receive(
    _ response: Response, exchange: ExchangeID, contact: URI?, from: ReceivedFrom, _ step: inout Step
  ) {
    guard response.status.isFinal, isWaiting(for: exchange) else { return }
    if case .removing = state {
      end(&step)
      return
    }
    if response.status.isSuccess {
      succeed(response, contact: contact, from: from, &step)
    } else if response.status == .intervalTooBrief, let minimum = response.value(MinExpires.self)?.seconds,
      shortIntervalRefusals < 3, minimum <= 86_400
    {
      // Section 10.2.8. A registrar that raises its minimum again and again is not followed for ever.
      shortIntervalRefusals += 1
      minimumExpires = max(minimum, minimumExpires)
      state = .halted
      mustRemove ? end(&step) : register(&step)
    } else if response.status == .firstHopLacksOutboundSupport, asksForOutbound, !mustRemove {
      // RFC 5626 section 4.2.1 leaves it to us: a plain registration reaches us as well, only less surely.
      isRefusedOutbound = true
      register(&step)
    } else {
      fail(RegistrationFailure(response), pause: pause(after: response, &step), &step)
    }
  }

  mutating func requestFailed(_ status: StatusCode, _ sentence: String, exchange: ExchangeID, _ step: inout Step) {
    guard isWaiting(for: exchange) else { return }
    flow = nil
    boundUntil = nil
    if case .removing = state {
      end(&step)
      return
    }
    let failure: RegistrationFailure = status == .requestTimeout ? .timedOut : .unreachable(sentence)
    fail(failure, pause: growingPause(&step), &step)
  }

  /// Every server that there is serves another flow already.
  mutating func foundNoOtherServer(exchange: ExchangeID, _ step: inout Step) {
    guard isWaiting(for: exchange) else { return }
    mayBeBound = false
    boundUntil = nil
    if case .removing = state { return end(&step) }
    if mustRemove { return end(&step) }
    state = .halted
    step.actions.append(.status(.failed(.noOtherServer, retryIn: nil)))
  }

  private mutating func succeed(_ response: Response, contact sent: URI?, from: ReceivedFrom, _ step: inout Step) {
    shortIntervalRefusals = 0
    let bindings = response.contacts
    let own = ownBinding(in: bindings, sent, response)
    // Section 10.3: the 200 lists the current bindings. The others are those of other phones and say nothing about ours. A
    // registrar that lists none at all leaves the list out, and its Expires counts.
    if own == nil, !bindings.isEmpty {
      let sentence = "The registrar lists other contacts of this address, and not ours"
      fail(.refused(response.status, reason: sentence), pause: growingPause(&step), &step)
      return
    }
    let seconds = own?.expires ?? response.expires?.seconds ?? UInt32(clamping: settings.expires.components.seconds)
    guard seconds > 0 else {
      fail(.refused(response.status, reason: "The registrar kept no binding"), pause: growingPause(&step), &step)
      return
    }
    guard seconds >= Self.leastLifetime || mustRemove else {
      let sentence = "The registrar keeps the binding for \(seconds) s only"
      fail(.refused(response.status, reason: sentence), pause: growingPause(&step), &step)
      return
    }
    isOutbound = asksForOutbound && response.fields.optionTags(Require.self).contains(.outbound)
    // Without keep-alives the registration is all that there is to judge by.
    if !isOutbound { recovery.succeeded() }
    flowTimer = isOutbound ? response.value(FlowTimer.self).map { .seconds(Int64($0.seconds)) } : nil
    if flow != from.flow { isProven = false }
    peer = from.source
    if let own, settings.outbound != nil, settings.usesGRUU { gruus = GRUUs(in: own) }
    let lifetime = Duration.seconds(Int64(min(seconds, 604_800)))
    state = .registered(refreshAt: step.now + Self.refreshPause(of: lifetime), expiresAt: step.now + lifetime)
    if settings.experiments.offersServiceRouteTag {
      // The draft has the registrar say it in Require at one place, and the client look into Supported at another.
      let tags = response.fields.optionTags(Require.self) + response.fields.optionTags(Supported.self)
      negotiatedUse = tags.contains(Self.serviceRouteTag) ? .replace : .append
    }
    boundUntil = step.now + lifetime
    flow = from.flow
    serviceRoute = response.values(ServiceRoute.self).map(\.address)
    contact = own?.uri ?? sent
    var facts = RegistrationFacts(
      contact: contact ?? settings.identity.address.uri, expires: lifetime, transport: from.transport,
      server: from.source.description, serviceRoute: serviceRoute, response: response)
    facts.isOutbound = isOutbound
    facts.flowTimer = flowTimer
    facts.path = response.values(Path.self).map(\.address)
    facts.gruus = gruus
    facts.refreshAt = nextDeadline
    step.actions.append(.status(.registered(facts)))
    if mustRemove {
      remove(&step)
    } else if mustRefresh {
      register(&step)
    }
  }

  private mutating func fail(_ failure: RegistrationFailure, pause: Duration?, _ step: inout Step) {
    // RFC 3608 section 6.1: what a binding brought goes with it.
    if boundUntil.map({ $0 <= step.now }) ?? true { serviceRoute = [] }
    if mustRemove {
      end(&step)
      return
    }
    state = pause.map { .waiting(until: step.now + $0) } ?? .halted
    step.actions.append(.status(.failed(failure, retryIn: pause)))
    if mustRefresh { register(&step) }
  }

  /// nil when trying again would only lock the account.
  private mutating func pause(after response: Response, _ step: inout Step) -> Duration? {
    switch response.status {
    case .unauthorized, .proxyAuthenticationRequired, .paymentRequired: if !response.isStaleChallenge { return nil }
    default: break
    }
    let growing = growingPause(&step)
    guard let seconds = response.value(RetryAfter.self)?.seconds else { return growing }
    // An hour at most: a server that says "never" is asked again some time.
    return max(.seconds(Int64(min(max(seconds, 1), 3600))), .seconds(1))
  }

  private mutating func growingPause(_ step: inout Step) -> Duration {
    recovery.pause(othersLive: step.othersLive, times: settings.recovery, &step.random)
  }
}
