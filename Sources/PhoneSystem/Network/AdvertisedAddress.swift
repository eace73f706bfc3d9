import SansIO

extension SansIO.SocketAddress {
  /// What peers are told about a socket that is bound here.
  ///
  /// A socket bound to all addresses has none to put into Via and Contact; the one from which the routing table would send to the
  /// rest of the world stands for it. Nothing is sent to find out. Without any route it is loopback, which is then all that can be
  /// reached.
  var advertised: SansIO.SocketAddress {
    guard address.isUnspecified else { return self }
    // Addresses reserved for documentation (RFC 5737, RFC 3849): only the default route leads there.
    let elsewhere = IPAddress(address.isV6 ? "2001:db8::1" : "192.0.2.1")
    return SansIO.SocketAddress(elsewhere?.sourceAddress ?? (address.isV6 ? .loopbackV6 : .loopbackV4), port: port)
  }
}
