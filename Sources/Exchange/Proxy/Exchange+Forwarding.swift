internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// Request forwarding: RFC 3261 section 16.6, with RFC 5626 section 5.3 and RFC 5393 section 5.3.
extension Exchange {
  mutating func forward(
    _ request: Request, _ received: ReceivedRequest, _ id: ServerTransactionID, to groups: [[Target]], now: Moment,
    into outputs: inout [ExchangeOutput]
  ) {
    let suffix = loops.suffix(for: received.request)
    var request = request
    request.fields.set(MaxForwards((request.maxForwards ?? 71) - 1))
    let breadth = request.value(MaxBreadth.self)?.value ?? 60
    guard breadth >= groups.count else { return respond(id, to: request, .maxBreadthExceeded, now: now) }
    // Also when there is one target and the field is missing: who forks further on must know how much is left.
    request.fields.set(MaxBreadth(breadth / UInt32(max(groups.count, 1))))

    // Section 16.2: a 100 for an INVITE at once, so that the caller stops repeating itself.
    if request.method == .invite { layer.respond(id, with: Response(to: received.request, status: .trying), now: now, into: &work) }
    var context = ResponseContext(
      request: request, received: received.from, branchSuffix: suffix, deadline: now.instant + configuration.ringingTimeout)
    for group in groups {
      guard let first = group.first else { continue }
      context.branches.append(ResponseContext.Branch(target: first, alternatives: Array(group.dropFirst())))
    }
    contexts[id] = context
    if request.method == .invite { contextDeadlines.schedule(id, at: context.deadline) }
    for index in context.branches.indices { send(branch: index, of: id, now: now) }
  }

  /// Sends one branch to its present target.
  mutating func send(branch index: Int, of id: ServerTransactionID, now: Moment) {
    guard let context = contexts[id], context.branches.indices.contains(index) else { return }
    let target = context.branches[index].target
    var request = context.request
    request.uri = .sip(target.uri)
    for route in target.routes.reversed() { request.fields.prepend(Route(route)) }
    var hop = nextHop(of: request, target)
    hop.branchSuffix = context.branchSuffix
    if request.to?.tag == nil, request.method != .register { addRecordRoute(to: &request, context.received, hop) }
    let client = layer.send(request, to: hop, now: now, into: &work)
    contexts[id]?.branches[index].client = client
    branches[client] = id
  }

  private func nextHop(of request: Request, _ target: Target) -> NextHop {
    let uri = request.value(Route.self)?.address.uri.sip ?? target.uri
    return NextHop(uri: uri, flow: target.flow, isFlowRequired: target.flow != nil)
  }

  private func transport(of hop: NextHop) -> TransportProtocol {
    switch hop.flow {
    case .stream(let flow): return streams[flow] ?? .tcp
    case .datagram: return .udp
    case nil: break
    }
    if let named = hop.uri.transportParameter.flatMap({ TransportProtocol(named: $0) }) { return named }
    return hop.uri.isSecure ? .tls : .udp
  }

  /// Later requests of the dialog come through here (section 16.6 step 4). Two entries when the sides differ in transport or need
  /// a flow each (RFC 5658): the upper one faces the callee.
  private func addRecordRoute(to request: inout Request, _ received: ReceivedFrom, _ hop: NextHop) {
    guard let inside = listener(for: received.transport), let outside = listener(for: transport(of: hop)) else { return }
    let contact = request.contacts.first?.uri?.sip
    let contactIsOutbound = contact?.parameters.has("ob") ?? false
    let comesStraight = request.vias.count <= 1
    // A client that is reached by its GRUU is reached by any of its flows (RFC 5627 section 3.4); a token would tie the dialog to
    // one.
    let hasGRUU = contact?.parameters.has("gr") == true
    let keepsFlow = comesStraight && !hasGRUU && (received.transport.isReliable || contactIsOutbound)
    let inToken = keepsFlow ? tokens.token(for: received.flow) : nil
    let outToken = hop.flow.map { tokens.token(for: $0) }
    let entries: [SIPURI]
    if inside.id == outside.id, inToken == nil || outToken == nil {
      entries = [routeURI(of: inside, token: inToken ?? outToken)]
    } else {
      entries = [routeURI(of: inside, token: inToken), routeURI(of: outside, token: outToken)]
    }
    for entry in entries { request.fields.prepend(RecordRoute(NameAddress(uri: .sip(entry)))) }
  }

  /// An ACK for a 2xx belongs to no transaction and is passed on as it is (section 16.11).
  mutating func forwardAcknowledgement(_ received: ReceivedRequest, now: Moment) {
    var request = received.request
    guard let uri = request.uri.sip, (request.maxForwards ?? 70) > 0 else { return }
    var flow: FlowReference?
    while let route = request.value(Route.self)?.address.uri.sip, isOwn(route) {
      request.fields.removeFirstElement(Route.self)
      guard let user = route.user else { continue }
      guard let named = tokens.flow(of: user) else { return }
      if named != received.flow { flow = named }
    }
    // Without a route, an ACK for one of our own addresses has nowhere to go.
    guard flow != nil || !request.routes.isEmpty || !isOwn(uri) else { return }
    request.fields.set(MaxForwards((request.maxForwards ?? 71) - 1))
    let hop = nextHop(of: request, Target(uri: uri, flow: flow))
    layer.sendWithoutTransaction(request, to: hop, now: now, into: &work)
  }
}
