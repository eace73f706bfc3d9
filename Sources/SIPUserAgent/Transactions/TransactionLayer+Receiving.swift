public import SIPMessages
public import SansIO

/// The server side: requests of peers and our answers (RFC 3261 section 17.2).
extension TransactionLayer {
  mutating func receive(
    _ request: Request, _ message: ReceivedMessage, _ from: ReceivedFrom, now: Instant, into outputs: inout [Output]
  ) {
    let key = ServerTransactionKey(request, message.essentials, transport: from.transport)
    if request.method == .ack { return receiveAcknowledgement(request, message, from, key, now: now, into: &outputs) }
    if let id = serverKeys[key] {
      transport.statistics.requestRetransmissionsReceived += 1
      // The connection of the first copy is gone, and the client asks again over another one.
      if let server = servers[id], case .stream = from.flow, !transport.isUsable(server.replyFlow) {
        servers[id]?.replyFlow = from.flow
      }
      guard let steps = servers[id]?.receiveRetransmission() else { return }
      return follow(steps, id, now: now, into: &outputs)
    }
    let via = ViaHandling.stamped(message.essentials.topVia, source: from.source)
    let received = stamped(request, message, from, via)
    switch verdict(on: request, message, from, now: now) {
    case .admit: break
    case .ignore:
      transport.statistics.requestsIgnored += 1
      return
    case .refuse:
      transport.statistics.requestsRefusedForLoad += 1
      return refuse(received, now: now, into: &outputs)
    }
    // A CANCEL for what is known already adds one transaction to another, and makes both end sooner.
    guard servers.count < transactionLimit || (request.method == .cancel && serverKeys[key.invite] != nil) else {
      transport.statistics.requestsRefusedForLoad += 1
      // Section 8.2.7: "A stateless UAS MUST ignore CANCEL requests."
      guard request.method != .cancel else { return }
      var response = Response(to: received.request, status: .serviceUnavailable, toTag: transport.statelessTag(for: request))
      response.fields.append(RetryAfter(32))
      return respondStatelessly(to: received, with: response, now: now, into: &outputs)
    }
    transport.statistics.requestsReceived += 1
    noteAlias(message.essentials.topVia, from)
    let id = makeServerID()
    let isReliable = from.transport.isReliable
    servers[id] = ServerTransaction(
      key: key, method: request.method, via: via ?? message.essentials.topVia, from: from,
      replyFlow: replyFlow(for: received, via: via ?? message.essentials.topVia),
      machine: request.method == .invite
        ? .invite(InviteServerTransaction(timers: timers, isReliable: isReliable, now: now))
        : .nonInvite(NonInviteServerTransaction(timers: timers, isReliable: isReliable, now: now)),
      request: received.request)
    serverKeys[key] = id
    deadlines.schedule(.server(id), at: servers[id]?.nextDeadline)
    if request.method == .cancel {
      receiveCancel(id, received.request, key, now: now, into: &outputs)
    } else {
      outputs.append(.request(id, received))
    }
  }

  /// Before anything is kept of a request: whether its source has sent too many.
  private mutating func verdict(
    on request: Request, _ message: ReceivedMessage, _ from: ReceivedFrom, now: Instant
  ) -> SourceRateLimit.Verdict {
    if case .stream(let flow) = from.flow, transport.flows[flow]?.wasOpenedByUs == true { return .admit }
    guard sourceLimit != nil, !trustedSources.contains(from.source.address) else { return .admit }
    let belongs = message.essentials.toTag != nil || request.method == .cancel
    return sourceLimit?.take(belongs ? .belonging : .new, from: from.source.address, now: now) ?? .admit
  }

  /// 503 to somebody who sends too much. Nobody is made to receive more than was sent in their name.
  private mutating func refuse(_ received: ReceivedRequest, now: Instant, into outputs: inout [Output]) {
    if strangerTag == nil { strangerTag = random.token(bits: 64) }
    // Section 8.2.7: a stateless server gives the same tag each time.
    var response = Response(to: received.request, status: .serviceUnavailable, toTag: strangerTag)
    response.fields.append(RetryAfter(8))
    let size = received.received?.wire.count ?? 0
    if !received.transport.isReliable, response.serialized().count > size {
      response = Response(to: received.request, status: .serviceUnavailable, reason: "", toTag: strangerTag)
      guard response.serialized().count <= size else {
        transport.statistics.requestsIgnored += 1
        return
      }
    }
    respondStatelessly(to: received, with: response, now: now, into: &outputs)
  }

  private func stamped(
    _ request: Request, _ message: ReceivedMessage, _ from: ReceivedFrom, _ via: Via?
  ) -> ReceivedRequest {
    var request = request
    if let via { request.fields.replaceFirstElement(with: via) }
    return ReceivedRequest(request: request, received: message, from: from)
  }

  /// The flow of the response: the connection, or for a datagram the address that section 18.2.2 and RFC 3581 name.
  private func replyFlow(for received: ReceivedRequest, via: Via?) -> FlowReference {
    guard case .datagram(let listener, _) = received.flow, let via,
      let remote = ViaHandling.responseAddress(via, source: received.source, transport: received.transport)
    else { return received.flow }
    return .datagram(listener, remote: remote)
  }

  /// RFC 5923: `alias` in the Via of a verified TLS peer lets our requests to its listening address use this connection.
  private mutating func noteAlias(_ via: Via, _ from: ReceivedFrom) {
    guard case .stream(let flow) = from.flow, from.transport.isSecure, via.parameters.has("alias") else { return }
    transport.alias(flow, port: via.port ?? from.transport.defaultPort)
  }

  private mutating func receiveAcknowledgement(
    _ request: Request, _ message: ReceivedMessage, _ from: ReceivedFrom, _ key: ServerTransactionKey, now: Instant,
    into outputs: inout [Output]
  ) {
    // RFC 2543 style: the ACK must also carry the To tag of the response that it acknowledges (section 17.2.3).
    if let id = serverKeys[key], servers.contains(id), !key.isOld || servers[id]?.toTag == message.essentials.toTag {
      guard let steps = servers[id]?.receiveAcknowledgement(now: now) else { return }
      if steps.contains(.deliverAcknowledgement) {
        outputs.append(.ack(stamped(request, message, from, ViaHandling.stamped(message.essentials.topVia, source: from.source))))
      }
      return follow(steps, id, now: now, into: &outputs)
    }
    transport.statistics.requestsReceived += 1
    outputs.append(.ack(stamped(request, message, from, ViaHandling.stamped(message.essentials.topVia, source: from.source))))
  }

  /// Section 9.2: the CANCEL is answered here, 200 when there is something to cancel or to have been cancelled, else 481.
  private mutating func receiveCancel(
    _ id: ServerTransactionID, _ cancel: Request, _ key: ServerTransactionKey, now: Instant, into outputs: inout [Output]
  ) {
    guard let target = serverKeys[key.invite], let invite = servers[target] else {
      // Section 9.2: "Regardless of the method of the original request, as long as the CANCEL matched an existing transaction, the
      // UAS answers the CANCEL request itself with a 200 (OK) response." It changes nothing.
      if let known = ServerTransactionKey.cancellable.compactMap({ serverKeys[key.with($0)] }).first,
        let tag = servers[known]?.toTag
      {
        return respond(id, with: Response(to: cancel, status: .ok, toTag: tag), now: now, into: &outputs)
      }
      let response = Response(to: cancel, status: .callDoesNotExist, toTag: random.token(bits: 64))
      return respond(id, with: response, now: now, into: &outputs)
    }
    // "The To tag of the response to the CANCEL and the To tag in the response to the original request SHOULD be the same."
    let tag = invite.toTag ?? invite.cancelTag ?? random.token(bits: 64)
    if invite.toTag == nil { servers[target]?.cancelTag = tag }
    let response = Response(to: cancel, status: .ok, toTag: tag)
    respond(id, with: response, now: now, into: &outputs)
    if invite.isUndecided { outputs.append(.cancelled(target, cancel: cancel)) }
  }

  // MARK: Responding

  /// Answers a request. A response that the transaction's state forbids is dropped: a second final one, a provisional one after it,
  /// any provisional one and 408 to a request other than INVITE (RFC 4320). A 2xx to an INVITE may be given again and again: its
  /// repetition until the ACK is the caller's (RFC 6026 section 7.1).
  public mutating func respond(
    _ id: ServerTransactionID, with response: Response, now: Moment, into outputs: inout [Output]
  ) {
    respond(id, with: response, now: now.instant, into: &outputs)
  }

  private mutating func respond(
    _ id: ServerTransactionID, with response: Response, now: Instant, into outputs: inout [Output]
  ) {
    guard servers[id]?.accepts(response.status) == true, let from = servers[id]?.from else { return }
    var response = response
    // The connection may be gone by now, and the response leaves over a new one: where we listen is what it was.
    fillContacts(in: &response.fields, over: from.transport, local: sentBy(from.local, from.transport))
    let isUntagged = servers[id]?.toTag == nil
    if isUntagged, response.status >= .multipleChoices, let tag = servers[id]?.cancelTag, var to = response.to,
      servers[id]?.request?.to?.tag == nil
    {
      // The CANCEL was answered first and chose the tag. No dialog hangs on the tag of a refusal.
      to.tag = tag
      response.fields.set(to)
    }
    servers[id]?.lastResponse = response.serialized()
    servers[id]?.request = nil
    // What waits for a connection is out of date: a caller would hear that it rings after the answer.
    if response.status.isFinal { forgetWaitingResponses(of: id) }
    if isUntagged || response.status.isFinal, let tag = response.to?.tag { servers[id]?.toTag = tag }
    transport.statistics.countSent(status: response.status.rawValue)
    guard let steps = servers[id]?.send(response.status, now: now) else { return }
    follow(steps, id, now: now, isRepeated: false, into: &outputs)
  }

  /// Answers a request without keeping anything of it.
  public mutating func respondStatelessly(
    to received: ReceivedRequest, with response: Response, now: Moment, into outputs: inout [Output]
  ) {
    respondStatelessly(to: received, with: response, now: now.instant, into: &outputs)
  }

  private mutating func respondStatelessly(
    to received: ReceivedRequest, with response: Response, now: Instant, into outputs: inout [Output]
  ) {
    guard received.request.method != .ack else { return }
    transport.statistics.countSent(status: response.status.rawValue)
    sendBytes(response.serialized(), over: replyFlow(for: received, via: received.request.topVia), now: now, into: &outputs)
  }

  /// Whether a final response can still be given.
  public func isUndecided(_ id: ServerTransactionID) -> Bool {
    servers[id]?.isUndecided ?? false
  }

  mutating func follow(
    _ steps: [InviteServerTransaction.Output], _ id: ServerTransactionID, now: Instant, isRepeated: Bool = true,
    into outputs: inout [Output]
  ) {
    for step in steps {
      switch step {
      case .sendTrying:
        guard let request = servers[id]?.request else { continue }
        servers[id]?.lastResponse = Response(to: request, status: .trying).serialized()
        transport.statistics.countSent(status: 100)
        transmitResponse(id, now: now, into: &outputs)
      case .transmit:
        if isRepeated { transport.statistics.responseRetransmissionsSent += 1 }
        transmitResponse(id, now: now, into: &outputs)
      case .deliverAcknowledgement:
        break
      case .undeliverable:
        outputs.append(.undeliverable(id))
      case .ended(.completed):
        removeServer(id)
      case .ended(.timedOut), .ended(.transportFailed):
        transport.statistics.serverTimeouts += 1
        removeServer(id)
        outputs.append(.serverTimedOut(id))
      }
    }
    deadlines.schedule(.server(id), at: servers[id]?.nextDeadline)
  }

  private mutating func transmitResponse(_ id: ServerTransactionID, now: Instant, into outputs: inout [Output]) {
    guard let bytes = servers[id]?.lastResponse, let way = servers[id]?.replyFlow else { return }
    if sendBytes(bytes, over: way, now: now, into: &outputs) { return }
    guard let server = servers[id] else { return }
    // Section 18.2.2: "If that connection is no longer open, the server SHOULD open a connection to the IP address in the received
    // parameter, if present, using the port in the sent-by value".
    guard case .stream = server.replyFlow, !server.lastResponse.isEmpty,
      let remote = ViaHandling.responseAddress(server.via, source: server.from.source, transport: server.from.transport)
    else { return responseFailed(id, now: now, into: &outputs) }
    let domain: String? = if case .name(let name) = server.via.host { name } else { nil }
    var events: [TransportLayer.Output] = []
    let destination = Destination(transport: server.from.transport, remote: remote, domain: domain)
    let flow = transport.flow(to: destination, pin: nil, now: now, into: &events)
    if transport.isUsable(.stream(flow)) {
      sendResponse(server.lastResponse, of: id, over: .stream(flow), now: now, into: &outputs)
    } else if waiters[flow]?.contains(.response(id, server.lastResponse)) != true {
      waiters[flow, default: []].append(.response(id, server.lastResponse))
    }
    follow(events, now: now, into: &outputs)
  }

  mutating func sendResponse(
    _ bytes: [UInt8], of id: ServerTransactionID, over flow: FlowReference, now: Instant, into outputs: inout [Output]
  ) {
    servers[id]?.replyFlow = flow
    sendBytes(bytes, over: flow, now: now, into: &outputs)
  }

  mutating func responseFailed(_ id: ServerTransactionID, now: Instant, into outputs: inout [Output]) {
    transport.statistics.transportFailures += 1
    guard let steps = servers[id]?.transportFailed() else { return }
    follow(steps, id, now: now, into: &outputs)
  }

  mutating func serverDeadlineReached(_ id: ServerTransactionID, now: Instant, into outputs: inout [Output]) {
    guard let steps = servers[id]?.deadlineReached(now: now) else { return }
    follow(steps, id, now: now, into: &outputs)
  }

  /// A 2xx to an INVITE has been acknowledged: a copy that waits for a connection is not sent any more.
  public mutating func withdrawResponse(_ id: ServerTransactionID) {
    if !waiters.isEmpty, servers[id]?.method == .invite { forgetWaitingResponses(of: id) }
  }

  /// Takes back responses that are not on the wire yet.
  private mutating func forgetWaitingResponses(of id: ServerTransactionID) {
    for flow in waiters.keys {
      waiters[flow]?.removeAll { if case .response(id, _) = $0 { true } else { false } }
      if waiters[flow]?.isEmpty ?? false { waiters[flow] = nil }
    }
  }

  private mutating func removeServer(_ id: ServerTransactionID) {
    guard let server = servers.removeValue(forKey: id) else { return }
    // After 64*T1 nobody repeats a 2xx any more. The only response to another request may still be on its way.
    if server.method == .invite { forgetWaitingResponses(of: id) }
    serverKeys[server.key] = nil
    deadlines.schedule(.server(id), at: nil)
  }
}
