internal import SansIO

/// All stream flows, and those of them that lead to one remote address.
struct FlowTable: Sendable {
  private struct Route: Hashable, Sendable {
    var transport: TransportProtocol
    var remote: SocketAddress
  }

  /// How many connections are held at once. A phone has a handful and an exchange one for each registered phone; a descriptor and
  /// a TLS state each is what a flood would cost.
  static let limit = 4096

  private var flows: [FlowID: Flow] = [:]
  /// Flows that we opened, or that a verified peer lets us reuse (RFC 5923), oldest first.
  private var routes: [Route: [FlowID]] = [:]

  var count: Int { flows.count }

  subscript(_ id: FlowID) -> Flow? {
    _read { yield flows[id] }
    _modify { yield &flows[id] }
  }

  mutating func insert(_ flow: Flow) {
    flows[flow.id] = flow
    if flow.wasOpenedByUs { addRoute(to: flow.remote, over: flow.transport, id: flow.id) }
  }

  /// Requests to `remote` may go over this flow, although its own remote address may be another (RFC 5923's alias).
  mutating func addRoute(to remote: SocketAddress, over transport: TransportProtocol, id: FlowID) {
    let route = Route(transport: transport, remote: remote)
    if routes[route]?.contains(id) != true { routes[route, default: []].append(id) }
  }

  @discardableResult
  mutating func remove(_ id: FlowID) -> Flow? {
    guard let flow = flows.removeValue(forKey: id) else { return nil }
    removeRoute(Route(transport: flow.transport, remote: flow.remote), id: id)
    if let alias = flow.alias { removeRoute(Route(transport: flow.transport, remote: alias), id: id) }
    return flow
  }

  /// The flow stays, and is not `reusable` any more.
  mutating func retire(_ id: FlowID) {
    guard let flow = flows[id] else { return }
    removeRoute(Route(transport: flow.transport, remote: flow.remote), id: id)
    if let alias = flow.alias { removeRoute(Route(transport: flow.transport, remote: alias), id: id) }
  }

  private mutating func removeRoute(_ route: Route, id: FlowID) {
    guard var ids = routes[route] else { return }
    ids.removeAll { $0 == id }
    routes[route] = ids.isEmpty ? nil : ids
  }

  /// An existing flow that a request to `destination` may use: same transport, same address, and a peer whose identity satisfies
  /// what the request asks for.
  func reusable(for destination: Destination, pin: [UInt8]?, credential: ClientCredential?) -> FlowID? {
    let ids = routes[Route(transport: destination.transport, remote: destination.remote)] ?? []
    return ids.first { id in
      guard let flow = flows[id] else { return false }
      guard destination.transport.isSecure else { return true }
      // Somebody else's certificate was shown there. An accepted connection knows our listener's, which is everybody's.
      if pin != flow.pinnedCertificate || (flow.wasOpenedByUs && credential != flow.credential) { return false }
      if pin != nil { return true }
      guard let peer = flow.peer else {
        // Still opening: the check to come is the one that this request needs when both name the same, by domain or by address.
        return flow.domain?.lowercased() == destination.domain?.lowercased()
      }
      // The same question that a new connection would have to answer, also for a server that is named by its address: whoever holds
      // a certificate for some domain at that address has not shown that it is the one that was asked for (RFC 5922 section 7.3).
      return DomainMatch(peer: peer, domain: destination.domain, remote: destination.remote, pin: nil) == .matches
    }
  }

  /// The flow to give up when the table is full: the one that has been silent for the longest time, the lowest number among equals.
  func idlest(where isExpendable: (Flow) -> Bool) -> FlowID? {
    flows.values.filter(isExpendable).min { ($0.lastUsed, $0.id) < ($1.lastUsed, $1.id) }?.id
  }
}
