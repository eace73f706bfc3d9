public import SIPMessages
public import SansIO

/// The client side: requests on their way out, from server to server until one answers (RFC 3261 section 17.1, RFC 3263 section
/// 4.3).
extension TransactionLayer {
  /// Sends a request. It has no Via of ours; the layer adds one for every attempt. Below it a proxy leaves the others.
  ///
  /// The outcome arrives as `Output.response` or `Output.clientFailed` with the number that is returned, sometimes in this very
  /// step.
  public mutating func send(
    _ request: Request, to hop: NextHop, now: Moment, into outputs: inout [Output]
  ) -> ClientTransactionID {
    start(request, to: hop, purpose: .ordinary, now: now.instant, into: &outputs)
  }

  /// Sends an ACK to a 2xx, or sends it again: it is located and transmitted, and nothing waits for it (section 13.2.2.4).
  public mutating func sendWithoutTransaction(_ ack: Request, to hop: NextHop, now: Moment, into outputs: inout [Output]) {
    _ = start(ack, to: hop, purpose: .bare, now: now.instant, into: &outputs)
  }

  private mutating func start(
    _ request: Request, to hop: NextHop, purpose: ClientTransaction.Purpose, now: Instant, into outputs: inout [Output]
  ) -> ClientTransactionID {
    let id = makeClientID()
    guard clients.count < transactionLimit else {
      transport.statistics.requestsRefusedForLoad += 1
      if purpose == .ordinary { outputs.append(.clientFailed(id, .unreachable("Too many requests are under way."))) }
      return id
    }
    let locator = ServerLocator(
      uri: hop.uri, transport: hop.transport, abilities: abilities, avoided: failedServers.servers(now: now), excluded: hop.excluded
    )
    clients[id] = ClientTransaction(request: request, hop: hop, purpose: purpose, locator: locator)
    present = now
    if !queue(id) { setOut(id, now: now, into: &outputs) }
    return id
  }

  private mutating func setOut(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    guard let hop = clients[id]?.hop else { return }
    if let flow = hop.flow, transport.isUsable(flow) {
      begin(id, over: flow, now: now, into: &outputs)
    } else if hop.isFlowRequired {
      fail(id, .flowDied, into: &outputs)
    } else {
      locate(id, now: now, into: &outputs)
      holdOthers(behind: id)
    }
  }

  /// What this host can do, as far as its sockets tell.
  private var abilities: ServerLocator.Abilities {
    let listeners = transport.listeners
    guard !listeners.isEmpty else { return ServerLocator.Abilities(transports: transportPreference.filter(\.isReliable)) }
    let hasUDP = listeners.contains { $0.transport == .udp }
    return ServerLocator.Abilities(
      transports: transportPreference.filter { $0.isReliable || hasUDP },
      hasIPv4: listeners.contains { !$0.address.address.isV6 }, hasIPv6: listeners.contains { $0.address.address.isV6 })
  }

  // MARK: Finding a server

  private mutating func locate(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    var steps: [ServerLocator.Output] = []
    clients[id]?.locator.start(into: &steps)
    follow(steps, id, now: now, into: &outputs)
  }

  mutating func receive(_ result: LookupResult, for lookup: LookupID, now: Instant, into outputs: inout [Output]) {
    guard let pending = lookups.removeValue(forKey: lookup) else { return }
    var steps: [ServerLocator.Output] = []
    clients[pending.client]?.locator.receive(result, to: pending.question, random: &random, into: &steps)
    follow(steps, pending.client, now: now, into: &outputs)
  }

  mutating func follow(
    _ steps: [ServerLocator.Output], _ id: ClientTransactionID, now: Instant, into outputs: inout [Output]
  ) {
    for step in steps {
      switch step {
      case .resolve(let question):
        let lookup = makeLookupID()
        lookups[lookup] = PendingLookup(client: id, question: question)
        outputs.append(.network(.resolve(lookup, question)))
      case .attempt(let destination):
        attempt(id, destination, now: now, into: &outputs)
      case .exhausted(let sentence):
        exhausted(id, sentence, into: &outputs)
      }
    }
  }

  private mutating func attempt(
    _ id: ClientTransactionID, _ destination: Destination, now: Instant, into outputs: inout [Output]
  ) {
    guard let request = clients[id]?.request else { return }
    clients[id]?.destination = destination
    clients[id]?.isSwitchedToTCP = false
    if destination.transport.isReliable {
      connect(id, destination, now: now, into: &outputs)
    } else if let listener = transport.datagramListener(for: destination.remote.address) {
      // Section 18.1.1: a large request "MUST be sent using an RFC 2914 congestion controlled transport protocol, such as TCP".
      if request.serializedSize + Self.viaRoom > Self.datagramRequestLimit {
        clients[id]?.isSwitchedToTCP = true
        let switched = Destination(transport: .tcp, remote: destination.remote, domain: destination.domain)
        connect(id, switched, now: now, into: &outputs)
      } else {
        begin(id, over: .datagram(listener.id, remote: destination.remote), now: now, into: &outputs)
      }
    } else {
      clients[id]?.lastFailure = .unreachable("There is no UDP socket from which \(destination.remote) could be reached.")
      nextServer(id, now: now, into: &outputs)
    }
  }

  /// Bytes that our Via takes at most, with an IPv6 address.
  private static let viaRoom = 112

  private mutating func connect(
    _ id: ClientTransactionID, _ destination: Destination, now: Instant, into outputs: inout [Output]
  ) {
    guard let client = clients[id] else { return }
    var events: [TransportLayer.Output] = []
    let flow = transport.flow(
      to: destination, pin: client.hop.pinnedCertificate, credential: client.hop.credential, now: now, into: &events)
    follow(events, now: now, into: &outputs)
    if transport.isUsable(.stream(flow)) { return begin(id, over: .stream(flow), now: now, into: &outputs) }
    let limit =
      client.isSwitchedToTCP
      ? Self.switchedConnectionLimit : client.locator.hasMore ? Self.connectionLimit : Self.lastConnectionLimit
    clients[id]?.phase = .connecting(flow, until: now + limit)
    waiters[flow, default: []].append(.client(id))
    deadlines.schedule(.client(id), at: now + limit)
  }

  /// The connection that this request waited for will not stand.
  mutating func connectionFailed(_ id: ClientTransactionID, _ failure: FlowFailure, now: Instant, into outputs: inout [Output]) {
    guard let client = clients[id], case .connecting = client.phase, let destination = client.destination else { return }
    if client.isSwitchedToTCP, let listener = transport.datagramListener(for: destination.remote.address) {
      // "If an element sends a request over TCP because of these message size constraints, and that request would have otherwise
      // been sent over UDP, if the attempt to establish the connection generates either an ICMP Protocol Not Supported, or results
      // in a TCP reset, the element SHOULD retry the request, using UDP."
      clients[id]?.isSwitchedToTCP = false
      return begin(id, over: .datagram(listener.id, remote: destination.remote), now: now, into: &outputs)
    }
    clients[id]?.lastFailure = .unreachable(failure.sentence(about: destination))
    nextServer(id, now: now, into: &outputs)
  }

  // MARK: One attempt

  /// Puts the request on the wire, with a Via of its own, and starts the machine.
  mutating func begin(_ id: ClientTransactionID, over flow: FlowReference, now: Instant, into outputs: inout [Output]) {
    guard var request = clients[id]?.request, let local = transport.localAddress(of: flow),
      let way = transport.transport(of: flow)
    else { return }
    // "The branch parameter value MUST be unique across space and time for all requests": so a new one for every server.
    let branch = ViaHandling.magicCookie + random.token(bits: 96) + (clients[id]?.hop.branchSuffix ?? "")
    var via = ViaHandling.make(transport: way, local: sentBy(local, way), branch: branch)
    if clients[id]?.hop.offersKeepAlives == true {
      via.parameters.set("keep")
    } else if mayAskForAlias(flow, way, local) {
      via.parameters.set("alias")
    }
    request.fields.prepend(via)
    fillContacts(in: &request.fields, over: way, local: sentBy(local, way))
    let key = ClientTransactionKey(branch: branch, method: request.method)
    let wire = request.serialized()
    letOthersPass(id)
    if clients[id]?.purpose == .bare {
      remove(id)
      sendBytes(wire, over: flow, now: now, into: &outputs)
      transport.statistics.requestsSent += 1
      return
    }
    clients[id]?.transportFault = nil
    clients[id]?.sent = ClientTransaction.Sent(request: request, via: via, key: key, wire: wire, flow: flow)
    clientKeys[key] = id
    users[flow, default: []].insert(id)
    launch(id, isReliable: way.isReliable, now: now, into: &outputs)
  }

  mutating func launch(_ id: ClientTransactionID, isReliable: Bool, now: Instant, into outputs: inout [Output]) {
    // The machine's first output is always `.transmit`.
    if clients[id]?.request.method == .invite {
      var steps: [InviteClientTransaction.Output] = []
      let machine = InviteClientTransaction(timers: timers, isReliable: isReliable, now: now, into: &steps)
      clients[id]?.phase = .invite(machine)
    } else {
      var steps: [NonInviteClientTransaction.Output] = []
      let machine = NonInviteClientTransaction(timers: timers, isReliable: isReliable, now: now, into: &steps)
      clients[id]?.phase = .nonInvite(machine)
    }
    follow([.transmit], id, from: nil, now: now, into: &outputs)
  }

  /// RFC 5923 section 8.1: who has shown the peer a certificate may ask to be called back over the connection that it opened,
  /// instead of over one to the address that its Via names. A flow of RFC 5626 needs no asking.
  private func mayAskForAlias(_ flow: FlowReference, _ way: TransportProtocol, _ local: SocketAddress) -> Bool {
    guard way.isSecure, case .stream(let id) = flow, let connection = transport.flows[id], connection.wasOpenedByUs,
      showsCertificate || connection.credential != nil
    else { return false }
    return sentBy(local, way) != local
  }

  /// The address that stands in Via: where we listen, which on an outgoing connection is not its own port when there is a listener.
  func sentBy(_ local: SocketAddress, _ way: TransportProtocol) -> SocketAddress {
    guard way.isReliable,
      let listener = transport.listeners.first(where: { $0.transport == way && $0.accepts(at: local.address) })
    else { return local }
    return SocketAddress(local.address, port: listener.address.port)
  }

  @discardableResult
  mutating func sendBytes(_ bytes: [UInt8], over flow: FlowReference, now: Instant, into outputs: inout [Output]) -> Bool {
    var events: [TransportLayer.Output] = []
    let isSent = transport.send(bytes, over: flow, now: now, into: &events)
    follow(events, now: now, into: &outputs)
    return isSent
  }

  /// Does what a machine asks for. `from` is where the response came from that made it ask, nil when none did.
  mutating func follow(
    _ steps: [InviteClientTransaction.Output], _ id: ClientTransactionID, from: ReceivedFrom?, now: Instant,
    into outputs: inout [Output]
  ) {
    for step in steps {
      switch step {
      case .transmit:
        transmit(id, now: now, into: &outputs)
      case .acknowledge(let response):
        guard let sent = clients[id]?.sent else { continue }
        sendBytes(Self.acknowledgement(of: response, to: sent).serialized(), over: sent.flow, now: now, into: &outputs)
      case .deliver(let response):
        deliver(response, id, from, now: now, into: &outputs)
      case .ended(.completed):
        remove(id)
      case .ended(.timedOut):
        transport.statistics.clientTimeouts += 1
        if case .stream(let flow) = clients[id]?.sent?.flow {
          // Before the next attempt, which must not take the same way.
          let began = Instant(nanoseconds: now.nanoseconds - timers.lifetime.wholeNanoseconds)
          var events: [TransportLayer.Output] = []
          transport.closeIfSilent(flow, since: began, into: &events)
          follow(events, now: now, into: &outputs)
        }
        attemptFailed(id, .timedOut, now: now, into: &outputs)
      case .ended(.transportFailed):
        attemptFailed(id, clients[id]?.transportFault ?? .flowDied, now: now, into: &outputs)
      }
    }
    deadlines.schedule(.client(id), at: clients[id]?.nextDeadline)
  }

  private mutating func transmit(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    guard let count = clients[id]?.sent?.count, let wire = clients[id]?.sent?.wire, let flow = clients[id]?.sent?.flow
    else { return }
    if count == 0 { transport.statistics.requestsSent += 1 } else { transport.statistics.requestRetransmissionsSent += 1 }
    clients[id]?.sent?.count += 1
    if !sendBytes(wire, over: flow, now: now, into: &outputs) { transportFailed(id, now: now, into: &outputs) }
  }

  private mutating func deliver(
    _ response: Response, _ id: ClientTransactionID, _ from: ReceivedFrom?, now: Instant, into outputs: inout [Output]
  ) {
    guard let from, clients.contains(id) else { return }
    if clients[id]?.purpose == .ordinary { outputs.append(.response(id, response, from)) }
    if response.status.isProvisional, case .wanted = clients[id]?.cancellation { sendCancel(id, now: now, into: &outputs) }
  }

  mutating func transportFailed(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    guard let steps = clients[id]?.transportFailed() else { return }
    follow(steps, id, from: nil, now: now, into: &outputs)
  }

  mutating func clientDeadlineReached(_ id: ClientTransactionID, now: Instant, into outputs: inout [Output]) {
    if case .connecting(let flow, until: let until) = clients[id]?.phase, until <= now {
      waiters[flow]?.removeAll { $0 == .client(id) }
      if waiters[flow]?.isEmpty ?? true {
        waiters[flow] = nil
        var events: [TransportLayer.Output] = []
        transport.close(flow, because: .timedOut, into: &events)
        follow(events, now: now, into: &outputs)
      }
      return connectionFailed(id, .timedOut, now: now, into: &outputs)
    }
    if case .queued(since: _, let isRenewed) = clients[id]?.phase {
      clients[id]?.phase = .locating
      guard isRenewed else { return setOut(id, now: now, into: &outputs) }
      return nextServer(id, now: now, into: &outputs)
    }
    guard let steps = clients[id]?.deadlineReached(now: now) else { return }
    follow(steps, id, from: nil, now: now, into: &outputs)
  }

  // MARK: Responses

  mutating func receive(
    _ response: Response, _ message: ReceivedMessage, _ from: ReceivedFrom, now: Instant, into outputs: inout [Output]
  ) {
    let via = message.essentials.topVia
    guard let branch = via.branch,
      let id = clientKeys[ClientTransactionKey(branch: branch, method: message.essentials.cseq.method)],
      let own = clients[id]?.sent?.via, ViaHandling.isOwn(via, sent: own)
    else {
      // RFC 6026 section 7.2 took back the rule that stray responses go up to the core.
      transport.statistics.strayResponses += 1
      return
    }
    transport.statistics.countReceived(status: response.status.rawValue)
    if let destination = clients[id]?.destination {
      failedServers.forget(destination)
      if response.status == .serviceUnavailable, let seconds = response.value(RetryAfter.self)?.seconds {
        failedServers.remember(destination, rest: .seconds(Int64(seconds)), now: now)
      }
    }
    if response.status == .serviceUnavailable, clients[id]?.mayFailOver == true {
      return failOver(id, after: response, from, now: now, into: &outputs)
    }
    guard let steps = clients[id]?.receive(response, now: now) else { return }
    follow(steps, id, from: from, now: now, into: &outputs)
  }

  // MARK: Endings

  mutating func fail(_ id: ClientTransactionID, _ failure: ClientFailure, into outputs: inout [Output]) {
    guard let purpose = clients[id]?.purpose else { return }
    remove(id)
    if purpose == .ordinary { outputs.append(.clientFailed(id, failure)) }
  }

  /// Takes the present attempt out of the tables.
  mutating func detach(_ id: ClientTransactionID) {
    guard let left = clients[id]?.leaveServer() else { return }
    if let flow = left.awaited { waiters[flow]?.removeAll { $0 == .client(id) } }
    guard let (key, flow) = left.sent else { return }
    clientKeys[key] = nil
    users[flow]?.remove(id)
    if users[flow]?.isEmpty ?? false { users[flow] = nil }
  }

  mutating func remove(_ id: ClientTransactionID) {
    letOthersPass(id)
    detach(id)
    clients[id] = nil
    deadlines.schedule(.client(id), at: nil)
  }
}
