internal import SansIO

/// A local socket that receives.
struct Listener: Hashable, Sendable {
  var id: ListenerID
  var transport: TransportProtocol
  /// Where it is reached, by those at least whom no route covers.
  var address: SocketAddress
  /// Where peers in some networks reach a socket that is bound to all addresses, the most specific network first; nil for one that
  /// is bound to `address` alone.
  var routes: [SourceRoute]?

  /// Where `remote` reaches it.
  func address(for remote: IPAddress) -> SocketAddress {
    guard let route = routes?.first(where: { $0.covers(remote) }) else { return address }
    return SocketAddress(route.source, port: address.port)
  }

  /// Whether connections at this address of ours are accepted here.
  func accepts(at local: IPAddress) -> Bool {
    address.address == local || routes != nil && address.address.isV6 == local.isV6
  }

  /// Whether a datagram from here can get to `remote`, and how natural that would be; nil when it cannot.
  func fitness(for remote: IPAddress) -> Int? {
    let local = address(for: remote).address
    guard local.isV6 == remote.isV6 else { return nil }
    // A loopback address reaches nothing but this host, and is what a peer on this host expects.
    if local.isLoopback { return remote.isLoopback ? 2 : nil }
    return remote.isLoopback ? 1 : 2
  }
}
