public import SIPMessages
public import SansIO

/// Requests that are not wanted any more, and those that the layer makes by itself: the ACK to a failure and CANCEL.
extension TransactionLayer {
  /// Cancels an INVITE (section 9.1): at once when a provisional response has come, when it comes otherwise, never after a final
  /// one. When nothing was sent yet, nothing will be, and `clientFailed(_, .cancelled)` says so.
  public mutating func cancel(_ id: ClientTransactionID, reason: Reason?, now: Moment, into outputs: inout [Output]) {
    guard let client = clients[id], client.request.method == .invite, client.cancellation == .none else { return }
    switch client.phase {
    case .queued, .lost, .locating, .connecting:
      fail(id, .cancelled, into: &outputs)
    case .invite(let machine) where machine.isProceeding:
      clients[id]?.cancellation = .wanted(reason)
      sendCancel(id, now: now.instant, into: &outputs)
    case .invite(let machine) where machine.isUndecided:
      clients[id]?.cancellation = .wanted(reason)
    case .invite, .nonInvite:
      break
    }
  }

  /// Takes back a request that is not on the wire yet: it waits for a name, a connection or its turn. What was sent takes its
  /// course.
  public mutating func withdraw(_ id: ClientTransactionID, into outputs: inout [Output]) {
    switch clients[id]?.phase {
    case .queued, .lost, .locating, .connecting: fail(id, .cancelled, into: &outputs)
    case .invite, .nonInvite, nil: break
    }
  }

  /// "The ACK request constructed by the client transaction contains values for the Call-ID, From, and Request-URI that are equal
  /// to the values of those header fields in the request [...]. The To header field in the ACK MUST equal the To header field in
  /// the response being acknowledged" (RFC 3261 section 17.1.1.3).
  static func acknowledgement(of response: Response, to sent: ClientTransaction.Sent) -> Request {
    var ack = derived(.ack, from: sent)
    ack.fields.removeAll(.to)
    ack.fields.append(allOf: .to, from: response.fields)
    return ack
  }

  /// "The Request-URI, Call-ID, To, the numeric part of CSeq, and From header fields in the CANCEL request MUST be identical to
  /// those in the request being cancelled, including tags. A CANCEL constructed by a client MUST have only a single Via header
  /// field value matching the top Via value in the request being cancelled" (section 9.1).
  static func cancellation(of sent: ClientTransaction.Sent, reason: Reason?) -> Request {
    var cancel = derived(.cancel, from: sent)
    if let reason { cancel.fields.append(reason) }
    // RFC 4028 section 7.1 wants it in every request but ACK.
    cancel.fields.append(allOf: .supported, from: sent.request.fields)
    return cancel
  }

  private static func derived(_ method: Method, from sent: ClientTransaction.Sent) -> Request {
    let original = sent.request
    var request = Request(method: method, uri: original.uri)
    request.fields.append(sent.via)
    // "If the INVITE request whose response is being acknowledged had Route header fields, those header fields MUST appear in the
    // ACK."
    request.fields.append(allOf: .route, from: original.fields)
    request.fields.append(MaxForwards(70))
    for name in [HeaderName.from, .to, .callID] { request.fields.append(allOf: name, from: original.fields) }
    request.fields.append(CSeq(number: original.cseq?.number ?? 0, method: method))
    return request
  }

  /// Sends the CANCEL that was asked for: it has the branch, the Route and the way of its INVITE, and a transaction of its own.
  mutating func sendCancel(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    guard let client = clients[id], case .wanted(let reason) = client.cancellation, let sent = client.sent,
      case .invite(var machine) = client.phase
    else { return }
    clients[id]?.cancellation = .sent
    machine.cancelSent(now: now)
    clients[id]?.phase = .invite(machine)
    deadlines.schedule(.client(id), at: clients[id]?.nextDeadline)

    let cancel = Self.cancellation(of: sent, reason: reason)
    let own = makeClientID()
    var transaction = ClientTransaction(request: cancel, hop: client.hop, purpose: .cancel, locator: client.locator)
    let key = ClientTransactionKey(branch: sent.key.branch, method: .cancel)
    transaction.sent = ClientTransaction.Sent(request: cancel, via: sent.via, key: key, wire: cancel.serialized(), flow: sent.flow)
    clients[own] = transaction
    clientKeys[key] = own
    users[sent.flow, default: []].insert(own)
    launch(own, isReliable: transport.transport(of: sent.flow)?.isReliable ?? true, now: now, into: &outputs)
  }
}
