import SIPMessages
import SansIO

/// The user agent server of RFC 3261 section 8.2: every request that comes passes here, and every response that leaves.
extension UserAgent {
  /// Requests kept for merging and repetition; a flood beyond that is served without.
  static let maximumMergeKeys = 16_384
  /// How long a lookup may hold a request.
  static let longestHold = Duration.seconds(20)

  mutating func receive(_ received: ReceivedRequest, transaction: ServerTransactionID) {
    let request = received.request
    guard servers.count < configuration.maximumKeptRequests else {
      // Before anything is remembered of it. The transaction below answers its repetitions and ends by itself.
      var response = Response(to: request, status: .serviceUnavailable, toTag: random.token(bits: 64))
      response.fields.append(RetryAfter(32))
      layer.respond(transaction, with: response, now: now, into: &layerOutputs)
      return
    }
    let key = mergeKey(of: request)
    let isMerged = key.map { mergeKeys[$0] != nil && !isRetry($0) } ?? false
    servers[transaction] = ServerExchange(request: request, from: received.from, mergeKey: isMerged ? nil : key)
    let owner = dialogOwner(of: request)
    let inspection = RequestInspection(
      allowedMethods: allowedMethods, supportedOptionTags: supportedOptionTags, acceptedBodyTypes: configuration.acceptedBodyTypes)
    if let refusal = inspection.refusal(of: request, isInDialog: owner != nil) {
      respond(transaction, refusal)
      return
    }
    if isMerged {
      respond(transaction, Response(to: request, status: .loopDetected))
      return
    }
    if let key, mergeKeys.count < Self.maximumMergeKeys { mergeKeys[key] = transaction }
    if let (session, id) = owner {
      servers[transaction]?.session = session
      var isInOrder = true
      withSession(session) { usage, _ in isInOrder = usage.acceptSequence(of: request, remoteTag: id.remoteTag) }
      guard isInOrder else {
        // Section 12.2.2. A second INVITE that overtook the first is section 14.2's case and wants Retry-After as well.
        var response = Response(to: request, status: .serverInternalError)
        if request.method == .invite { response.fields.set(RetryAfter(UInt32(random.next(below: 11)))) }
        respond(transaction, response)
        return
      }
    }
    inspect(received, transaction: transaction, from: 0)
  }

  /// Lets the extensions look, from the one at `position` on, and then hands the request to whom it is for.
  mutating func inspect(_ received: ReceivedRequest, transaction: ServerTransactionID, from position: Int) {
    var context = makeContext(for: transaction)
    context.sender = received.source
    context.namedDialog = namedDialog(in: received.request)
    for index in extensions.indices.dropFirst(position) {
      let verdict = extensions[index].didReceive(received.request, &context)
      guard apply(verdict, received, transaction: transaction, position: index) else {
        absorb(context)
        return
      }
    }
    absorb(context)
    servers[transaction]?.replaced = context.replaced
    dispatch(received, transaction: transaction)
  }

  private func namedDialog(in request: Request) -> NamedDialog? {
    for candidate in extensions {
      guard let id = candidate.namedDialog(in: request) else { continue }
      guard let session = dialogOwners[id], let usage = sessions[session], let index = usage.index(of: id.remoteTag) else {
        return nil
      }
      return NamedDialog(
        session: session, dialog: id, isEarly: usage.dialogs[index].dialog.isEarly,
        isInitiator: usage.dialogs[index].dialog.isInitiator, isOver: usage.isOver)
    }
    return nil
  }

  /// False when the request goes no further for now.
  mutating func apply(
    _ verdict: RequestVerdict, _ received: ReceivedRequest, transaction: ServerTransactionID, position: Int
  ) -> Bool {
    switch verdict {
    case .proceed:
      return true
    case .reject(let response):
      respond(transaction, response)
    case .hold(let ticket, let lookup):
      held[ticket] = HeldRequest(transaction: transaction, received: received, position: position)
      // A client of a request other than INVITE gives up after this; a caller is better told than left waiting.
      deadlines.schedule(.server(transaction), at: now.instant + Self.longestHold)
      outputs.append(.event(.lookup(ticket, lookup)))
    case .consumed:
      break
    }
    return false
  }

  mutating func lookupFinished(_ ticket: Ticket, _ result: TicketResult) {
    if awaited.remove(ticket) != nil {
      var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
      for index in extensions.indices { _ = extensions[index].lookupFinished(ticket, result, &context) }
      absorb(context)
      return
    }
    guard let waiting = held.removeValue(forKey: ticket), servers.contains(waiting.transaction) else { return }
    deadlines.schedule(.server(waiting.transaction), at: nil)
    var context = makeContext(for: waiting.transaction)
    context.sender = waiting.received.source
    let verdict = extensions[waiting.position].lookupFinished(ticket, result, &context)
    let goesOn = apply(verdict, waiting.received, transaction: waiting.transaction, position: waiting.position)
    absorb(context)
    if goesOn { inspect(waiting.received, transaction: waiting.transaction, from: waiting.position + 1) }
  }

  private mutating func dispatch(_ received: ReceivedRequest, transaction: ServerTransactionID) {
    let request = received.request
    if receiveEvent(request, transaction: transaction) { return }
    if let (session, id) = dialogOwner(of: request) {
      var isHandled = false
      withSession(session) { isHandled = $0.receive(request, transaction: transaction, remoteTag: id.remoteTag, &$1) }
      if isHandled { return }
      if sessions[session]?.isOver ?? true {
        respond(transaction, Response(to: request, status: .callDoesNotExist))
        return
      }
      if request.method == .notify, !allowedMethods.contains(.notify) {
        respond(transaction, Response(to: request, status: .badEvent))
        return
      }
    } else if request.to?.tag != nil || MethodTraits(request.method).needsDialog {
      // Section 12.2.2: a dialog that we do not know, after a crash perhaps.
      respond(transaction, Response(to: request, status: .callDoesNotExist))
      return
    }
    switch request.method {
    case .invite: receiveInvite(received, transaction: transaction)
    case .options: receiveOptions(request, transaction: transaction)
    default: ask(request, transaction: transaction)
    }
  }

  /// Section 11.2: "The response code chosen MUST be the same that would have been chosen had the request been an INVITE."
  private mutating func receiveOptions(_ request: Request, transaction: ServerTransactionID) {
    if request.to?.tag != nil {
      respond(transaction, capabilities(for: request))
    } else if !hasRoom {
      respond(transaction, Response(to: request, status: .busyHere))
    } else if configuration.asksAboutOptions {
      ask(request, transaction: transaction)
    } else {
      respond(transaction, capabilities(for: request))
    }
  }

  /// What an INVITE would be told about us. Every language is taken, which an Accept-Language of `*` says.
  private func capabilities(for request: Request, reason: String? = nil) -> Response {
    var response = Response(to: request, status: .ok, reason: reason)
    response.fields.set(name: .accept, value: acceptText)
    response.fields.set(name: .acceptEncoding, value: "identity")
    response.fields.set(name: .acceptLanguage, value: "*")
    return response
  }

  /// A method of the application's.
  private mutating func ask(_ request: Request, transaction: ServerTransactionID) {
    guard asked.count < configuration.maximumSessions else {
      respond(transaction, Response(to: request, status: .serviceUnavailable))
      return
    }
    let id = RequestID(nextIncomingRequest)
    nextIncomingRequest += 2
    asked[id] = transaction
    outputs.append(.event(.request(id, request, session: servers[transaction]?.session)))
  }

  mutating func respond(_ id: RequestID, _ status: StatusCode, reason: String?, _ fields: HeaderFields, _ body: Body?) {
    guard let transaction = asked.removeValue(forKey: id), let exchange = servers[transaction] else { return }
    var response =
      exchange.request.method == .options && status == .ok
      ? capabilities(for: exchange.request, reason: reason) : Response(to: exchange.request, status: status, reason: reason)
    for field in fields { response.fields.append(name: field.name, value: field.value) }
    response.setContent(body)
    respond(transaction, response)
  }

  func dialogOwner(of request: Request) -> (session: SessionID, id: DialogID)? {
    guard let localTag = request.to?.tag, let callID = request.callID else { return nil }
    let id = DialogID(callID: callID, localTag: localTag, remoteTag: request.from?.tag ?? "")
    return dialogOwners[id].map { ($0, id) }
  }

  /// RFC 8224 section 6.2.3: a server on the way mends what we refused about its signature and sends the request once more, which
  /// is a spiral and no loop.
  private func isRetry(_ key: MergeKey) -> Bool {
    guard let first = mergeKeys[key], let last = servers[first]?.sent.last?.status else { return false }
    return [.useIdentityHeader, .badIdentityInfo, .unsupportedCredential, .invalidIdentityHeader].contains(last)
  }

  private func mergeKey(of request: Request) -> MergeKey? {
    guard request.to?.tag == nil, let callID = request.callID, let cseq = request.cseq else { return nil }
    return MergeKey(fromTag: request.from?.tag ?? "", callID: callID, sequence: cseq.number, method: cseq.method)
  }

  func makeContext(for transaction: ServerTransactionID) -> ExtensionContext {
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    context.serverTransaction = transaction
    if let session = servers[transaction]?.session, sessions.contains(session) {
      context.session = session
      context.identity = sessions[session]?.identity
      sessions[session]?.inform(&context)
    }
    return context
  }

  // MARK: Responses

  mutating func respond(_ transaction: ServerTransactionID, _ response: Response) {
    guard let exchange = servers[transaction] else { return }
    var response = response
    complete(&response, to: exchange)
    var context = makeContext(for: transaction)
    context.sender = exchange.from.source
    for index in extensions.indices { extensions[index].willSend(&response, to: exchange.request, &context) }
    absorb(context)
    // RFC 4916 section 4.4.2: only a request that we accept says who the peer is.
    if response.status.isSuccess, exchange.request.to?.tag != nil, let session = exchange.session {
      sessions[session]?.learnRemoteAddress(from: exchange.request)
    }
    servers[transaction]?.remember(response)
    layer.respond(transaction, with: response, now: now, into: &layerOutputs)
    if response.status.isFinal {
      // Kept as long as the transaction below is: for repeated 2xx, and to know a request that comes again over another path.
      deadlines.schedule(.server(transaction), at: now.instant + configuration.timers.lifetime + configuration.timers.t4)
    }
  }

  /// The same response once more, as it left the first time.
  mutating func repeatResponse(_ transaction: ServerTransactionID, _ response: Response) {
    guard let known = servers[transaction]?.sent.last(where: { $0.isSameAttempt(as: response) }) else { return }
    layer.respond(transaction, with: known, now: now, into: &layerOutputs)
  }

  private mutating func complete(_ response: inout Response, to exchange: ServerExchange) {
    let request = exchange.request
    if response.status != .trying, response.to?.tag == nil, var to = response.to {
      // Section 8.2.6.2: every response but 100 has a tag.
      to.tag = random.token(bits: 64)
      response.fields.set(to)
    }
    let traits = MethodTraits(request.method)
    let makesDialog = request.method == .invite && response.status > .trying && response.status < .multipleChoices
    if makesDialog || (response.status.isSuccess && traits.carriesContact && request.method != .register) {
      if !response.fields.contains(.contact) {
        let identity = exchange.session.flatMap { sessions[$0]?.identity } ?? LocalIdentity(address: contactIdentity(of: request))
        response.fields.append(Contact(contact(for: identity, isSecure: wantsSecureContact(request))))
        addOutboundTags(to: &response.fields, of: identity)
      }
    }
    if makesDialog || response.status.isSuccess { announce(in: &response.fields, traits) }
    if let name = configuration.productName, !response.fields.contains(.server) { response.fields.append(Server(value: name)) }
  }

  /// Section 12.1.1: SIPS in the Request-URI, or in the topmost Record-Route, or in Contact when no proxy recorded itself.
  private func wantsSecureContact(_ request: Request) -> Bool {
    if request.uri.sip?.isSecure == true { return true }
    let nearest = request.fields.contains(.recordRoute) ? request.recordRoutes.first?.uri : request.contactURI
    return nearest?.sip?.isSecure == true
  }

  private func contactIdentity(of request: Request) -> NameAddress {
    NameAddress(uri: request.uri)
  }

  mutating func serverDeadlineReached(_ transaction: ServerTransactionID) {
    guard let ticket = held.first(where: { $0.value.transaction == transaction })?.key, let exchange = servers[transaction] else {
      forget(server: transaction)
      return
    }
    held[ticket] = nil
    respond(transaction, Response(to: exchange.request, status: .serverTimeout))
  }

  mutating func forget(server transaction: ServerTransactionID) {
    guard let exchange = servers.removeValue(forKey: transaction) else { return }
    if let key = exchange.mergeKey, mergeKeys[key] == transaction { mergeKeys[key] = nil }
    deadlines.schedule(.server(transaction), at: nil)
  }

  mutating func cancelled(_ transaction: ServerTransactionID, cancel: Request) {
    if let session = servers[transaction]?.session {
      withSession(session) { $0.cancelled(transaction, reason: cancel.fields.firstReason, &$1) }
    } else if let exchange = servers[transaction] {
      // Nobody has it yet: an extension holds it.
      for ticket in held.filter({ $0.value.transaction == transaction }).keys { held[ticket] = nil }
      respond(transaction, Response(to: exchange.request, status: .requestTerminated))
    }
  }

  /// The way back to the client is gone. A session that only it could confirm is over; the transaction below gets its final
  /// response and ends by itself.
  mutating func undeliverable(_ transaction: ServerTransactionID) {
    if let session = servers[transaction]?.session { withSession(session) { $0.serverTransactionFailed(transaction, &$1) } }
  }

  mutating func serverTimedOut(_ transaction: ServerTransactionID) {
    if let session = servers[transaction]?.session { withSession(session) { $0.serverTransactionFailed(transaction, &$1) } }
    if let question = asked.first(where: { $0.value == transaction })?.key { asked[question] = nil }
    // After a final response to an INVITE the deadline that `respond` set forgets it; without one nobody else would.
    if servers[transaction]?.hasFinalResponse != true || servers[transaction]?.request.method != .invite {
      forget(server: transaction)
    }
  }
}

extension ServerExchange {
  /// A 2xx, a reliable provisional response and an unreliable one may each have to be repeated.
  mutating func remember(_ response: Response) {
    sent.append(response)
    if sent.count > 4 { sent.removeFirst() }
  }
}

extension Response {
  fileprivate func isSameAttempt(as other: Response) -> Bool {
    status == other.status && value(RSeq.self)?.value == other.value(RSeq.self)?.value
  }
}
