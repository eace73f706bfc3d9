import SIPMessages
import SansIO

/// Sessions and the dialogs that they own.
extension UserAgent {
  /// Runs one step of a session and carries out what it orders.
  mutating func withSession(_ id: SessionID, _ body: (inout InviteUsage, inout SessionStep) -> Void) {
    guard sessions.contains(id) else { return }
    var step = makeStep()
    body(&sessions[id]!, &step)
    finish(id, step)
  }

  /// What has ended and only waits for late messages counts little: short calls leave many of them.
  var hasRoom: Bool {
    liveSessions < configuration.maximumSessions && sessions.count < configuration.maximumSessions * 16
  }

  private func makeStep() -> SessionStep {
    SessionStep(
      now: now.instant, timers: configuration.timers, answerTimeout: configuration.answerTimeout, random: random,
      nextExchange: nextExchange)
  }

  private mutating func finish(_ id: SessionID, _ step: SessionStep) {
    random = step.random
    nextExchange = step.nextExchange
    updateDialogs(of: id)
    var hasEnded = false
    for action in step.actions {
      if case .event(.ended) = action { hasEnded = true }
      carryOut(action, for: id)
    }
    if hasEnded {
      liveSessions -= 1
      sessionEnded(id)
    }
    guard let outlook = sessions[id]?.outlook() else { return }
    if outlook.isFinished {
      remove(id)
    } else {
      deadlines.schedule(.session(id), at: outlook.nextDeadline)
    }
  }

  private mutating func updateDialogs(of id: SessionID) {
    let known = knownDialogs[id] ?? []
    guard let present = sessions[id]?.changedDialogs(since: known) else { return }
    for dialog in known where !present.contains(dialog) { dialogOwners[dialog] = nil }
    for dialog in present { dialogOwners[dialog] = id }
    knownDialogs[id] = present
  }

  private mutating func remove(_ id: SessionID) {
    for dialog in knownDialogs.removeValue(forKey: id) ?? [] { dialogOwners[dialog] = nil }
    if let usage = sessions.removeValue(forKey: id) {
      handOver(usage)
      // Once more: a late response may have made an extension remember it again.
      sessionEnded(id)
      for exchange in usage.pending.keys.sorted() { forget(exchange: exchange) }
    }
    deadlines.schedule(.session(id), at: nil)
  }

  private mutating func carryOut(_ action: SessionAction, for id: SessionID) {
    switch action {
    case .send(let exchange, let request, let routing):
      guard let identity = sessions[id]?.identity else { return }
      send(request, exchange: exchange, owner: .session(id), identity: identity, routing: routing)
    case .acknowledge(let request, let routing):
      acknowledge(request, routing, for: id)
    case .cancel(let exchange, let reason):
      if let transaction = exchanges[exchange]?.transaction {
        layer.cancel(transaction, reason: reason, now: now, into: &layerOutputs)
      }
    case .withdraw(let exchange):
      if let transaction = exchanges[exchange]?.transaction { layer.withdraw(transaction, into: &layerOutputs) }
    case .respond(let transaction, let response): respond(transaction, response)
    case .repeatResponse(let transaction, let response): repeatResponse(transaction, response)
    case .confirmed(let transaction): layer.withdrawResponse(transaction)
    case .event(let event): outputs.append(.event(.session(id, event)))
    case .response(let request, let response): outputs.append(.event(.response(request, response)))
    }
  }

  private mutating func acknowledge(_ request: Request, _ routing: RequestRouting, for id: SessionID) {
    guard var identity = sessions[id]?.identity else { return }
    var request = request
    guard let target = takeLivingFlow(&request, routing.nextHop, &identity) else { return }
    if let name = configuration.productName { request.fields.append(UserAgentHeader(value: name)) }
    var hop = hop(to: target, of: identity, .session(id))
    // Nobody would send it another way.
    hop.isFlowRequired = false
    layer.sendWithoutTransaction(request, to: hop, now: now, into: &layerOutputs)
  }

  mutating func invite(_ id: SessionID, _ order: InviteOrder) {
    guard !sessions.contains(id) else { return }
    guard hasRoom else {
      outputs.append(.event(.session(id, .ended(.failed(.serviceUnavailable, "There are too many calls")))))
      return
    }
    var order = order
    order.identity = living(order.identity)
    order.identity.routes = routes(of: order.identity)
    let callID = random.token(bits: 128)
    let tag = random.token(bits: 64)
    var step = makeStep()
    liveSessions += 1
    sessions[id] = InviteUsage(calling: id, order: order, callID: callID, localTag: tag, &step)
    finish(id, step)
  }

  mutating func receiveInvite(_ received: ReceivedRequest, transaction: ServerTransactionID) {
    guard hasRoom else {
      respond(transaction, Response(to: received.request, status: .busyHere))
      return
    }
    let request = received.request
    let registration = registration(calledBy: request, by: received.flow)
    let identity = registration.flatMap { flowIdentity(of: $0) } ?? LocalIdentity(address: localAddress(of: request))
    let id = SessionID(nextIncomingSession)
    let tag = random.token(bits: 64)
    var step = makeStep()
    guard
      let usage = InviteUsage(ringing: id, request: request, transaction: transaction, identity: identity, localTag: tag, &step)
    else {
      respond(transaction, Response(to: request, status: .badRequest, reason: "Bad Request - Record-Route"))
      return
    }
    nextIncomingSession += 2
    liveSessions += 1
    sessions[id] = usage
    servers[transaction]?.session = id
    var incoming = IncomingSession(
      request: request, offer: request.sessionDescription, transport: received.transport,
      source: received.source.description, registration: registration, replaced: servers[transaction]?.replaced)
    if request.vias.count == 1, !request.fields.contains(.recordRoute) { incoming.tlsPeer = tlsPeer(along: received.flow) }
    outputs.append(.event(.incomingSession(id, incoming)))
    finish(id, step)
  }

  /// How we name ourselves to a caller who reached us without a registration.
  private func localAddress(of request: Request) -> NameAddress {
    guard let to = request.to else { return NameAddress(uri: request.uri) }
    return to.address.withoutTag
  }

  mutating func receiveAcknowledgement(_ ack: Request) {
    guard let (session, id) = dialogOwner(of: ack) else { return }
    withSession(session) { $0.receiveAcknowledgement(ack, remoteTag: id.remoteTag, &$1) }
  }

  mutating func requestInDialog(
    _ id: RequestID, _ session: SessionID, _ method: Method, _ fields: HeaderFields, _ body: Body?
  ) {
    var isSent = false
    withSession(session) { isSent = $0.sendRequest(method, purpose: .application(id), fields: fields, body: body, &$1) }
    if !isSent { outputs.append(.event(.response(id, Response(status: .callDoesNotExist)))) }
  }
}
