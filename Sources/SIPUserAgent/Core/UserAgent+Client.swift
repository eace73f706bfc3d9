import SIPMessages
import SansIO

/// The user agent client of RFC 3261 section 8.1: every request that leaves passes here, and every response that comes.
extension UserAgent {
  /// How often extensions may have one request sent again: a chain of proxies that each ask for credentials, and an interval too
  /// short.
  static let maximumAttempts = 10

  mutating func makeExchange() -> ExchangeID {
    nextExchange += 1
    return ExchangeID(nextExchange)
  }

  mutating func send(
    _ request: Request, exchange id: ExchangeID, owner: ClientExchange.Owner, identity: LocalIdentity, routing: RequestRouting
  ) {
    var identity = identity
    var request = request
    var nextHop = routing.nextHop
    if case .registration = owner {} else { nextHop = takeLivingFlow(&request, nextHop, &identity) }
    guard let target = nextHop ?? domain(of: identity) else {
      fail(owner, exchange: id, .unsupportedURIScheme, "There is no way to reach \(routing.requestURI.description)")
      return
    }
    complete(&request, identity: identity, isSecure: isSecureDialog(of: owner))
    let hop = hop(to: target, of: identity, owner)
    exchanges[id] = ClientExchange(
      owner: owner, identity: identity, target: routing.target, template: request, sent: request, hop: hop)
    transmit(id)
  }

  /// A `tel:` target and the like go to the account's own domain (RFC 3261 section 19.1.6).
  func domain(of identity: LocalIdentity) -> SIPURI? {
    guard let address = identity.address.uri.sip else { return nil }
    return SIPURI(user: nil, host: address.host, port: address.port, isSecure: address.isSecure)
  }

  mutating func transmit(_ id: ExchangeID) {
    guard let request = prepare(id), let exchange = exchanges[id] else { return }
    if request.method == .invite { hurryKeepAlive(of: exchange.hop.flow) }
    let transaction = layer.send(request, to: exchange.hop, now: now, into: &layerOutputs)
    if let old = exchange.transaction { exchangeOf[old] = nil }
    exchanges[id]?.transaction = transaction
    exchangeOf[transaction] = id
  }

  /// The next attempt of an exchange, with what the extensions add to it.
  private mutating func prepare(_ id: ExchangeID) -> Request? {
    guard let exchange = exchanges[id] else { return nil }
    var request = exchange.template
    var context = makeContext(for: exchange, id)
    for index in extensions.indices { extensions[index].willSend(&request, &context) }
    absorb(context)
    exchanges[id]?.attempts += 1
    exchanges[id]?.sent = request
    return request
  }

  /// A request was sent in vain. With a new number it may go another way, as long as it is wanted.
  mutating func attemptLost(_ transaction: ClientTransactionID) {
    guard let id = exchangeOf[transaction], let exchange = exchanges[id], exchange.attempts < Self.maximumAttempts,
      mayResend(exchange, id)
    else { return layer.giveUp(transaction, into: &layerOutputs) }
    if exchange.template.to?.tag == nil, !leaveEarlyDialogs(of: exchange) {
      // RFC 3263 section 4.3: "identical to the previous", unless it rang: whoever knows its number would call it a loop.
      return layer.goOn(transaction, with: exchange.sent, now: now, into: &layerOutputs)
    }
    let number = renumber(exchange, id)
    exchanges[id]?.template.fields.set(CSeq(number: number, method: exchange.template.method))
    guard let request = prepare(id) else { return }
    layer.goOn(transaction, with: request, now: now, into: &layerOutputs)
  }

  /// An INVITE goes another way: what it made ring is ended. False when nothing rang.
  @discardableResult
  mutating func leaveEarlyDialogs(of exchange: ClientExchange) -> Bool {
    guard case .session(let session) = exchange.owner, exchange.template.method == .invite, exchange.template.to?.tag == nil else {
      return false
    }
    var hasRung = false
    withSession(session) { hasRung = $0.leaveEarlyDialogs(&$1) }
    return hasRung
  }

  func makeContext(for exchange: ClientExchange, _ id: ExchangeID) -> ExtensionContext {
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    context.identity = exchange.identity
    context.exchange = id
    context.template = exchange.template
    switch exchange.owner {
    case .session(let session):
      context.session = session
      sessions[session]?.inform(&context)
      if case .application(let request)? = sessions[session]?.purpose(of: id) { context.request = request }
    case .registration(let registration): context.registration = registration
    case .request(let request): context.request = request
    case .subscription, .keepAlive: break
    }
    return context
  }

  // MARK: What the core adds to requests

  /// Section 12.2.1.1: "If the "secure" flag is true, that URI MUST be a SIPS URI."
  func isSecureDialog(of owner: ClientExchange.Owner) -> Bool {
    guard case .session(let id) = owner, let usage = sessions[id], let index = usage.currentIndex else { return false }
    return usage.dialogs[index].dialog.isSecure
  }

  func complete(_ request: inout Request, identity: LocalIdentity, isSecure isSecureDialog: Bool) {
    let traits = MethodTraits(request.method)
    if traits.carriesContact, !request.fields.contains(.contact) {
      // Section 8.1.1.8: with a SIPS target, or a SIPS first route, the Contact is SIPS as well.
      let isSecure =
        isSecureDialog || request.uri.sip?.isSecure == true || request.routes.first?.address.uri.sip?.isSecure == true
      request.fields.append(Contact(contact(for: identity, isSecure: isSecure)))
    }
    if request.method != .register, traits.announcesCapabilities { addOutboundTags(to: &request.fields, of: identity) }
    announce(in: &request.fields, traits)
    if let name = configuration.productName, !request.fields.contains(.userAgent) {
      request.fields.append(UserAgentHeader(value: name))
    }
    if request.method == .invite || request.method == .options, !request.fields.contains(.accept) {
      request.fields.append(name: .accept, value: acceptText)
    }
  }

  func announce(in fields: inout HeaderFields, _ traits: MethodTraits) {
    guard traits.announcesCapabilities else { return }
    if !fields.contains(.allow) { fields.append(Allow(allowedMethods)) }
    var tags = supportedOptionTags
    for tag in fields.optionTags(Supported.self) where !tags.contains(tag) { tags.append(tag) }
    if !tags.isEmpty { fields.set(Supported(tags)) }
    if !eventPackages.isEmpty, !fields.contains(.allowEvents) { fields.set(AllowEvents(eventPackages)) }
  }

  var acceptText: String {
    configuration.acceptedBodyTypes.map { "\($0.type)/\($0.subtype)" }.joined(separator: ", ")
  }

  // MARK: Responses

  mutating func receive(_ response: Response, transaction: ClientTransactionID, from: ReceivedFrom) {
    guard let id = exchangeOf[transaction], let exchange = exchanges[id] else { return }
    // Section 8.1.3.3: "If more than one Via header field value is present in a response, the UAC SHOULD discard the message."
    guard response.vias.count == 1, response.status != .trying else { return }
    if consult(response, exchange, id, from: from) { return }
    if response.status == .serviceUnavailable || response.status == .flowFailed,
      changeFlow(of: id, isAnswered: true)
    {
      return
    }
    if response.status.isFinal {
      if response.status.isSuccess, exchange.sent.method == .invite {
        deadlines.schedule(.exchange(id), at: now.instant + configuration.timers.lifetime + configuration.timers.t4)
      } else {
        forget(exchange: id)
      }
    }
    switch exchange.owner {
    case .session(let session): withSession(session) { $0.receive(response, to: exchange.sent, exchange: id, &$1) }
    case .registration(let registration): receive(response, registration: registration, exchange: exchange, id, from: from)
    case .request(let request): outputs.append(.event(.response(request, response)))
    case .subscription(let subscription): receive(response, subscription: subscription)
    case .keepAlive(let flow): receive(response, keepAliveOf: flow)
    }
  }

  /// Asks the extensions; true when one of them had the request sent again.
  private mutating func consult(_ response: Response, _ exchange: ClientExchange, _ id: ExchangeID, from: ReceivedFrom) -> Bool {
    var context = makeContext(for: exchange, id)
    context.sender = from.source
    context.tlsPeer = tlsPeer(along: from.flow)
    var next: Request?
    for index in extensions.indices {
      switch extensions[index].didReceive(response, to: exchange.sent, &context) {
      case .proceed: continue
      case .resend(let request): next = request
      }
      break
    }
    absorb(context)
    guard let next, response.status >= .multipleChoices, exchange.attempts < Self.maximumAttempts, mayResend(exchange, id) else {
      return false
    }
    var template = next
    template.fields.set(CSeq(number: renumber(exchange, id), method: template.method))
    exchanges[id]?.template = template
    transmit(id)
    return true
  }

  func mayResend(_ exchange: ClientExchange, _ id: ExchangeID) -> Bool {
    switch exchange.owner {
    case .session(let session): sessions[session]?.mayResend(id) ?? false
    case .registration(let registration): registrations[registration]?.isWaiting(for: id) ?? false
    case .request: true
    case .keepAlive: false
    case .subscription(let subscription): subscriptions[subscription] != nil
    }
  }

  mutating func renumber(_ exchange: ClientExchange, _ id: ExchangeID) -> UInt32 {
    let number = exchange.sent.cseq?.number ?? 0
    switch exchange.owner {
    case .session(let session): return sessions[session]?.renumber(id, after: number) ?? number + 1
    case .registration(let registration): return registrations[registration]?.nextSequence() ?? number + 1
    case .subscription(let subscription): return renumber(subscription: subscription, after: number)
    case .request, .keepAlive: return min(number, CSeq.largestNumber - 1) + 1
    }
  }

  mutating func requestFailed(_ transaction: ClientTransactionID, _ failure: ClientFailure) {
    guard let id = exchangeOf[transaction], let exchange = exchanges[id] else { return }
    if failure != .cancelled, changeFlow(of: id, isAnswered: false) { return }
    forget(exchange: id)
    switch failure {
    case .timedOut: fail(exchange.owner, exchange: id, .requestTimeout, "No answer came")
    case .unreachable(let sentence): fail(exchange.owner, exchange: id, .serviceUnavailable, sentence)
    case .flowDied: fail(exchange.owner, exchange: id, .serviceUnavailable, "The connection broke")
    case .noOtherServer:
      if case .registration(let registration) = exchange.owner {
        withRegistration(registration) { $0.foundNoOtherServer(exchange: id, &$1) }
      } else {
        fail(exchange.owner, exchange: id, .serviceUnavailable, "There is no other server")
      }
    case .cancelled: fail(exchange.owner, exchange: id, .requestTerminated, "It was cancelled before it was sent")
    }
  }

  private mutating func fail(_ owner: ClientExchange.Owner, exchange: ExchangeID, _ status: StatusCode, _ sentence: String) {
    switch owner {
    case .session(let id): withSession(id) { $0.requestFailed(status, sentence, exchange: exchange, &$1) }
    case .registration(let id): withRegistration(id) { $0.requestFailed(status, sentence, exchange: exchange, &$1) }
    case .request(let id):
      outputs.append(.event(.response(id, Response(status: status, reason: sentence))))
    case .subscription(let id): subscriptionRequestFailed(id, status)
    // The keep-alive itself has not waited for it.
    case .keepAlive: break
    }
  }

  mutating func forget(exchange id: ExchangeID) {
    guard let exchange = exchanges.removeValue(forKey: id) else { return }
    if let transaction = exchange.transaction { exchangeOf[transaction] = nil }
    deadlines.schedule(.exchange(id), at: nil)
  }
}
