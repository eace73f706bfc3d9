internal import SansIO

/// A local socket that receives.
struct Listener: Hashable, Sendable {
  var id: ListenerID
  var transport: TransportProtocol
  var address: SocketAddress

  /// Whether a datagram from here can get to `remote`, and how natural that would be; nil when it cannot.
  func fitness(for remote: IPAddress) -> Int? {
    guard address.address.isV6 == remote.isV6 else { return nil }
    if address.address.isUnspecified { return 1 }
    // A loopback address reaches nothing but this host, and is what a peer on this host expects.
    if address.address.isLoopback { return remote.isLoopback ? 2 : nil }
    return remote.isLoopback ? 1 : 2
  }
}
