public import SIPMessages
public import SansIO

/// A server that does not answer, refuses with 503 or cannot be reached: on to the next (RFC 3263 section 4.3), in a dialog with a
/// new number, because the old one may be known (RFC 3261 section 12.2.1.1).
extension TransactionLayer {
  /// This server is done with, one way or the other: on to the next, unless the request is not wanted any more.
  mutating func attemptFailed(
    _ id: ClientTransactionID, _ failure: ClientFailure, now: Instant, into outputs: inout [Output]
  ) {
    guard let client = clients[id] else { return }
    guard client.purpose == .ordinary else { return remove(id) }
    guard client.cancellation == .none else { return fail(id, failure, into: &outputs) }
    clients[id]?.lastFailure = failure
    if client.destination == nil, failure == .timedOut || client.hop.isFlowRequired {
      fail(id, failure, into: &outputs)
    } else {
      leaveServer(id, isAnswered: false, now: now, into: &outputs)
    }
  }

  /// The request was on the wire. On to the next server, when its author agrees. What an INVITE made ring may ring on, unless it
  /// was answered.
  private mutating func leaveServer(
    _ id: ClientTransactionID, isAnswered: Bool, now: Instant, into outputs: inout [Output]
  ) {
    guard renewsRequests, let client = clients[id],
      DialogSide(client.request) != nil || client.request.method == .invite && !isAnswered,
      client.destination == nil || client.locator.hasMore
    else { return nextServer(id, now: now, into: &outputs) }
    detach(id)
    clients[id]?.phase = .lost
    deadlines.schedule(.client(id), at: nil)
    outputs.append(.attemptLost(id))
  }

  /// After `attemptLost`: the request, in a dialog with a new CSeq, goes to the next server.
  /// Those of its dialog that wait leave before it.
  public mutating func goOn(_ id: ClientTransactionID, with request: Request, now: Moment, into outputs: inout [Output]) {
    guard case .lost = clients[id]?.phase else { return }
    present = now.instant
    clients[id]?.request = request
    if !queue(id) { nextServer(id, now: now.instant, into: &outputs) }
  }

  /// After `attemptLost`: the request is not wanted any more. What became of its last attempt is the outcome.
  public mutating func giveUp(_ id: ClientTransactionID, into outputs: inout [Output]) {
    guard case .lost = clients[id]?.phase else { return }
    exhausted(id, nil, into: &outputs)
  }

  mutating func nextServer(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    detach(id)
    clients[id]?.phase = .locating
    deadlines.schedule(.client(id), at: nil)
    var steps: [ServerLocator.Output] = []
    if let failed = clients[id]?.destination { failedServers.remember(failed, now: now) }
    if clients[id]?.destination == nil {
      // The flow that was given is dead; now the URI is located after all.
      clients[id]?.locator.start(into: &steps)
    } else {
      clients[id]?.destination = nil
      clients[id]?.locator.attemptFailed(into: &steps)
    }
    if steps.contains(where: { if case .exhausted = $0 { false } else { true } }) { transport.statistics.failovers += 1 }
    follow(steps, id, now: now, into: &outputs)
    holdOthers(behind: id)
  }

  /// Every server was tried. The last one's answer or fault is the outcome.
  mutating func exhausted(_ id: ClientTransactionID, _ sentence: String?, into outputs: inout [Output]) {
    guard let client = clients[id] else { return }
    if let refusal = client.lastRefusal {
      remove(id)
      if client.purpose == .ordinary { outputs.append(.response(id, refusal.response, refusal.from)) }
    } else if client.lastFailure == nil, client.locator.hasMetExcluded {
      fail(id, .noOtherServer, into: &outputs)
    } else {
      fail(id, client.lastFailure ?? .unreachable(sentence ?? "No server was found for \(client.hop.uri)."), into: &outputs)
    }
  }

  /// RFC 3263 section 4.3: a 503 sends the request to the next server. The transaction that got it stays behind, to acknowledge it
  /// and to absorb what comes late.
  mutating func failOver(
    _ id: ClientTransactionID, after response: Response, _ from: ReceivedFrom, now: Instant, into outputs: inout [Output]
  ) {
    guard var leftover = clients[id], let sent = leftover.sent else { return }
    let rest = makeClientID()
    leftover.purpose = .leftover
    clients[rest] = leftover
    clientKeys[sent.key] = rest
    users[sent.flow]?.remove(id)
    users[sent.flow]?.insert(rest)
    clients[id]?.sent = nil
    clients[id]?.lastRefusal = (response, from)
    if let steps = clients[rest]?.receive(response, now: now) { follow(steps, rest, from: from, now: now, into: &outputs) }
    leaveServer(id, isAnswered: true, now: now, into: &outputs)
  }
}
