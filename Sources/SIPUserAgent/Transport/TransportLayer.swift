internal import SIPMessages
internal import SansIO

/// The transport layer of RFC 3261 section 18: sockets' events in, whole messages out; whole messages in, sockets' orders out.
///
/// It owns the flows and their framing, answers keep-alives and hopeless requests, and checks who a TLS server is. It knows nothing
/// of transactions.
struct TransportLayer: Sendable {
  enum Output: Sendable {
    case network(NetworkOrder)
    case received(ReceivedMessage, ReceivedFrom)
    case traced(TracedMessage)
    /// A flow that we opened may be used: it stands, and the peer is the wanted one.
    case flowOpened(FlowID)
    /// A flow is gone, or could not be opened. Its number is never used again.
    case flowEnded(FlowID, FlowFailure)
    case pong(FlowID)
    case stun(STUNMessage, ReceivedFrom)
  }

  /// How long the rest of a message may take once its first bytes are there. A slow sender of an unfinished message holds memory
  /// and a descriptor; 32 s is the lifetime of the transaction it might belong to.
  static let completionLimit = Duration.seconds(32)

  /// A datagram cannot be longer than this (RFC 768), and neither can an answer to it.
  static let datagramLimit = 65_507

  private(set) var listeners: [Listener] = []
  private(set) var flows = FlowTable()
  /// Flows whose `completeBy` is watched.
  private(set) var incomplete = DeadlineQueue<FlowID>()
  var statistics = Statistics()
  var isTracing = true
  /// What makes the tags of stateless answers ours; drawn by the layer above.
  var statelessKey: UInt64 = 0
  private var nextFlow: UInt64 = 2

  // MARK: Listeners

  mutating func add(_ listener: Listener) {
    listeners.removeAll { $0.id == listener.id }
    listeners.append(listener)
  }

  mutating func removeListener(_ id: ListenerID) {
    listeners.removeAll { $0.id == id }
  }

  func listener(_ id: ListenerID) -> Listener? {
    listeners.first { $0.id == id }
  }

  /// The UDP socket from which `remote` is best reached; the first of equals.
  func datagramListener(for remote: IPAddress) -> Listener? {
    var best: (fitness: Int, listener: Listener)?
    for listener in listeners where listener.transport == .udp {
      guard let fitness = listener.fitness(for: remote) else { continue }
      if best.map({ fitness > $0.fitness }) ?? true { best = (fitness, listener) }
    }
    return best?.listener
  }

  // MARK: Flows

  /// A flow to `destination`: an existing one when its peer will do, else a new one.
  mutating func flow(
    to destination: Destination, pin: [UInt8]?, credential: ClientCredential? = nil, now: Instant, into outputs: inout [Output]
  ) -> FlowID {
    let isSecure = destination.transport.isSecure
    if let known = flows.reusable(for: destination, pin: pin, credential: isSecure ? credential : nil) { return known }
    makeRoom(into: &outputs)
    let id = FlowID(nextFlow)
    nextFlow += 2
    var target = FlowTarget(
      transport: destination.transport, remote: destination.remote, serverName: isSecure ? destination.domain : nil,
      pinnedCertificate: isSecure ? pin : nil)
    if isSecure { target.credential = credential }
    flows.insert(
      Flow(
        id: id, transport: destination.transport, remote: destination.remote, local: nil, state: .opening(target),
        domain: destination.domain, pinnedCertificate: target.pinnedCertificate, credential: target.credential, peer: nil,
        lastUsed: now))
    outputs.append(.network(.open(id, target)))
    return id
  }

  /// No new request finds this flow by its address.
  mutating func retire(_ id: FlowID) {
    flows.retire(id)
  }

  /// Closes a flow; those who use it are told.
  mutating func close(_ id: FlowID, because failure: FlowFailure, into outputs: inout [Output]) {
    guard flows.remove(id) != nil else { return }
    incomplete.schedule(id, at: nil)
    outputs.append(.network(.close(id)))
    outputs.append(.flowEnded(id, failure))
  }

  /// Nothing came back on a connection since `instant`, although an answer was due: it leads nowhere, whatever the kernel believes.
  /// A NAT that forgot it, or a host that is gone, is not noticed for a quarter of an hour otherwise.
  mutating func closeIfSilent(_ id: FlowID, since instant: Instant, into outputs: inout [Output]) {
    guard let flow = flows[id], flow.isOpen, flow.lastHeard.map({ $0 < instant }) ?? true else { return }
    close(id, because: .timedOut, into: &outputs)
  }

  private mutating func makeRoom(into outputs: inout [Output]) {
    guard flows.count >= FlowTable.limit else { return }
    // Accepted flows go first: theirs is the side that an attacker can fill.
    guard let victim = flows.idlest(where: { !$0.wasOpenedByUs }) ?? flows.idlest(where: { _ in true }) else { return }
    close(victim, because: .other("There were too many connections, and this one was the longest silent."), into: &outputs)
  }

  mutating func opened(_ id: FlowID, _ facts: ConnectionFacts, now: Instant, into outputs: inout [Output]) {
    guard let flow = flows[id], case .opening(let target) = flow.state else { return }
    if flow.transport.isSecure {
      let match = DomainMatch(peer: facts.peer, domain: flow.domain, remote: target.remote, pin: target.pinnedCertificate)
      if case .differs(let sentence) = match {
        statistics.flowsRefused += 1
        // RFC 5922 section 7.3: "the client MUST close the connection immediately".
        return close(id, because: .tls(sentence), into: &outputs)
      }
    }
    statistics.flowsOpened += 1
    flows[id]?.state = .open
    flows[id]?.local = facts.local
    flows[id]?.peer = facts.peer
    flows[id]?.lastUsed = now
    outputs.append(.flowOpened(id))
  }

  mutating func accepted(
    _ id: FlowID, _ transport: TransportProtocol, _ facts: ConnectionFacts, now: Instant, into outputs: inout [Output]
  ) {
    guard flows[id] == nil else { return }
    makeRoom(into: &outputs)
    statistics.flowsAccepted += 1
    flows.insert(
      Flow(
        id: id, transport: transport, remote: facts.remote, local: facts.local, state: .open, domain: nil, pinnedCertificate: nil,
        peer: facts.peer, lastUsed: now))
  }

  mutating func failed(_ id: FlowID, _ failure: FlowFailure, into outputs: inout [Output]) {
    guard flows.remove(id) != nil else { return }
    incomplete.schedule(id, at: nil)
    statistics.transportFailures += 1
    outputs.append(.flowEnded(id, failure))
  }

  /// The peer of an accepted flow wants requests to its listening address to come back over it (RFC 5923). Only a TLS peer whose
  /// certificate was verified can ask for that; anybody else could draw away another host's requests.
  mutating func alias(_ id: FlowID, port: UInt16) {
    guard let flow = flows[id], !flow.wasOpenedByUs, flow.transport.isSecure, flow.peer != nil, flow.alias == nil else { return }
    let remote = SocketAddress(flow.remote.address, port: port)
    flows[id]?.alias = remote
    flows.addRoute(to: remote, over: flow.transport, id: id)
  }

  // MARK: Sending

  /// Our own address along this way; nil when the way is gone.
  func localAddress(of flow: FlowReference) -> SocketAddress? {
    switch flow {
    case .stream(let id): flows[id]?.local
    case .datagram(let listener, let remote): self.listener(listener)?.address(for: remote.address)
    }
  }

  func transport(of flow: FlowReference) -> TransportProtocol? {
    switch flow {
    case .stream(let id): flows[id]?.transport
    case .datagram(let listener, _): self.listener(listener)?.transport
    }
  }

  func remoteAddress(of flow: FlowReference) -> SocketAddress? {
    switch flow {
    case .stream(let id): flows[id]?.remote
    case .datagram(_, let remote): remote
    }
  }

  /// True when bytes can be sent this way now.
  func isUsable(_ flow: FlowReference) -> Bool {
    switch flow {
    case .stream(let id): flows[id]?.isOpen ?? false
    case .datagram(let listener, _): self.listener(listener) != nil
    }
  }

  /// Sends one message; false when the way is gone.
  mutating func send(_ bytes: [UInt8], over flow: FlowReference, now: Instant, into outputs: inout [Output]) -> Bool {
    guard isUsable(flow) else { return false }
    switch flow {
    case .stream(let id):
      flows[id]?.lastUsed = now
      outputs.append(.network(.bytes(bytes, on: id)))
    case .datagram(let listener, let remote):
      guard bytes.count <= Self.datagramLimit else { return false }
      outputs.append(.network(.datagram(bytes, to: remote, from: listener)))
    }
    trace(bytes, flow, isOutgoing: true, into: &outputs)
    return true
  }

  private func trace(_ bytes: [UInt8], _ flow: FlowReference, isOutgoing: Bool, into outputs: inout [Output]) {
    guard isTracing, let transport = transport(of: flow), let peer = remoteAddress(of: flow) else { return }
    outputs.append(.traced(TracedMessage(isOutgoing: isOutgoing, transport: transport, peer: peer.description, bytes: bytes)))
  }

  /// The double CRLF of RFC 5626 section 4.4.1, which "MUST NOT be used with connectionless transports".
  mutating func ping(_ flow: FlowReference, into outputs: inout [Output]) {
    guard case .stream(let id) = flow, isUsable(flow) else { return }
    outputs.append(.network(.bytes([13, 10, 13, 10], on: id)))
  }

  // MARK: Receiving

  mutating func receiveDatagram(
    _ bytes: [UInt8], from source: SocketAddress, to id: ListenerID, now: Instant, into outputs: inout [Output]
  ) {
    guard let listener = listener(id) else { return }
    // Empty datagrams, lone CRLFs and zero bytes keep a NAT's binding open; they are no messages and get no answer.
    if bytes.count <= 4, bytes.allSatisfy({ $0 == 13 || $0 == 10 || $0 == 0 }) {
      statistics.keepAlivesReceived += 1
      return
    }
    let flow = FlowReference.datagram(id, remote: source)
    let from = ReceivedFrom(flow: flow, transport: .udp, source: source, local: listener.address(for: source.address))
    if STUNMessage.isMeant(by: bytes) {
      if let message = STUNMessage(parsing: bytes) {
        outputs.append(.stun(message, from))
      } else {
        statistics.unparsableMessages += 1
      }
      return
    }
    receive(bytes, from, now: now, into: &outputs)
  }

  mutating func receive(_ bytes: [UInt8], on id: FlowID, now: Instant, into outputs: inout [Output]) {
    // Before `opened` nothing of a peer is believed.
    guard let flow = flows[id], flow.isOpen, flow.refusal == nil, let local = flow.local else { return }
    let from = ReceivedFrom(flow: .stream(id), transport: flow.transport, source: flow.remote, local: local)
    flows[id]?.lastUsed = now
    flows[id]?.lastHeard = now
    flows[id]?.framer.append(bytes)
    var hasReceived = false
    do throws(FramingError) {
      while let frame = try flows[id]?.framer.next() {
        switch frame {
        case .message(let message):
          flows[id]?.completeBy = nil
          hasReceived = true
          receive(message, from, now: now, into: &outputs)
        case .ping:
          statistics.keepAlivesReceived += 1
          outputs.append(.network(.bytes([13, 10], on: id)))
        case .pong:
          outputs.append(.pong(id))
        }
      }
    } catch {
      statistics.unparsableMessages += 1
      statistics.flowsRefused += 1
      let reason = "The peer sent what is no SIP: \(error)."
      guard hasReceived else { return close(id, because: .other(reason), into: &outputs) }
      // The answers to the good messages before it are still to be written; the flow is not read any more.
      flows[id]?.refusal = reason
      flows[id]?.completeBy = now
      incomplete.schedule(id, at: now)
      return
    }
    watchCompletion(of: id, now: now)
  }

  private mutating func watchCompletion(of id: FlowID, now: Instant) {
    guard let flow = flows[id] else { return }
    if flow.framer.bufferedCount > 0 {
      // The clock starts with the first bytes; more of them do not buy more time.
      if flow.completeBy == nil {
        flows[id]?.completeBy = now + Self.completionLimit
        incomplete.schedule(id, at: now + Self.completionLimit)
      }
    } else if flow.completeBy != nil {
      flows[id]?.completeBy = nil
      incomplete.schedule(id, at: nil)
    }
  }

  mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    while let id = incomplete.popDue(now: now) {
      guard let flow = flows[id], let completeBy = flow.completeBy, completeBy <= now else { continue }
      if flow.refusal == nil { statistics.flowsRefused += 1 }
      close(id, because: .other(flow.refusal ?? "The peer began a message and did not finish it."), into: &outputs)
    }
  }

  var nextDeadline: Instant? {
    mutating get { incomplete.next }
  }

  private mutating func receive(_ bytes: [UInt8], _ from: ReceivedFrom, now: Instant, into outputs: inout [Output]) {
    trace(bytes, from.flow, isOutgoing: false, into: &outputs)
    do throws(ParseError) {
      outputs.append(.received(try MessageParser.parse(bytes), from))
    } catch {
      statistics.unparsableMessages += 1
      if let request = error.salvage { refuse(request, because: error, size: bytes.count, from, now: now, into: &outputs) }
    }
  }

  /// The To tag of an answer that leaves nothing behind: "in a manner that will generate the same tag for the same request
  /// consistently" (section 8.2.7). Keyed, so that it cannot be foretold.
  func statelessTag(for request: Request) -> String {
    var hash = statelessKey ^ 0xCBF2_9CE4_8422_2325
    for name in [HeaderName.via, .from, .callID, .cseq] {
      for byte in (request.fields.first(name) ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
    }
    // The key once more, and only the high half: FNV alone shows its key to whoever sees two of them. 32 bits are what section 19.3
    // asks for; the answer may not be longer than the request.
    hash = (hash ^ statelessKey.byteSwapped) &* 0xBF58_476D_1CE4_E5B9
    let text = String(hash >> 32, radix: 16)
    return String(repeating: "0", count: 8 - text.utf8.count) + text
  }

  /// Answers a request that is hopeless but legible enough for that, without keeping anything (section 18.3, RFC 4475).
  private mutating func refuse(
    _ request: Request, because error: ParseError, size: Int, _ from: ReceivedFrom, now: Instant, into outputs: inout [Output]
  ) {
    guard request.method != .ack, request.method != .cancel, let via = request.topVia else { return }
    let tag = statelessTag(for: request)
    var stamped = request
    if let changed = ViaHandling.stamped(via, source: from.source) { stamped.fields.replaceFirstElement(with: changed) }
    let reason = "Bad Request - \(error.code.rawValue)"
    var bytes = Response(to: stamped, status: .badRequest, reason: reason, toTag: tag).serialized()
    if !from.transport.isReliable, bytes.count > size {
      // Nobody is made to receive more than was sent in their name.
      bytes = Response(to: request, status: .badRequest, toTag: tag).serialized()
      guard bytes.count <= size else { return }
    }
    statistics.unparsableAnswered += 1
    statistics.countSent(status: 400)
    var flow = from.flow
    if case .datagram(let listener, _) = flow, let remote = ViaHandling.responseAddress(via, source: from.source, transport: .udp),
      remote.address == from.source.address
    {
      flow = .datagram(listener, remote: remote)
    }
    _ = send(bytes, over: flow, now: now, into: &outputs)
  }
}
