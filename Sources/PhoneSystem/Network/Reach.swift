import SIPUserAgent
import SansIO

/// Where peers reach a socket.
///
/// One that is bound to all addresses has none to put into Via and Contact. For peers in the networks of the routing table it is
/// the one from which the system would send to them; for the rest of the world the one that the default route leaves from. Nothing
/// is sent to find out. Without a default route that is loopback: nobody else is reached then who is in none of these networks.
struct Reach: Hashable {
  var address: SansIO.SocketAddress
  /// nil for a socket that is bound to one address.
  var routes: [SourceRoute]?

  /// - Parameter routes: those of the machine.
  init(of bound: SansIO.SocketAddress, routes: [SourceRoute]) {
    address = bound
    guard bound.address.isUnspecified else { return }
    let isV6 = bound.address.isV6
    // Addresses reserved for documentation (RFC 5737, RFC 3849): only the default route leads there.
    let elsewhere = IPAddress(isV6 ? "2001:db8::1" : "192.0.2.1")
    address = SansIO.SocketAddress(elsewhere?.sourceAddress ?? (isV6 ? .loopbackV6 : .loopbackV4), port: bound.port)
    self.routes = routes.filter { $0.network.isV6 == isV6 }
  }
}
