import CPlatform
import Glibc
import SansIO

/// Finds a port for a phone that is not the only one on its machine.
enum FreePort {
  private static let attempts = 20

  /// The wanted port when it is free for UDP and for TCP, else one that is: "a server MUST listen on the same port and interface"
  /// with both (RFC 3261 section 18.2.1). Nothing keeps another program from taking it meanwhile, which is then told when the
  /// sockets are opened.
  static func nearest(to wanted: SansIO.SocketAddress) -> UInt16 {
    guard let taken = openUDP(wanted), isFreeForTCP(wanted) else {
      let others = (0..<attempts).lazy.compactMap { _ in openUDP(SansIO.SocketAddress(wanted.address, port: 0)) }
      return others.first { isFreeForTCP(SansIO.SocketAddress(wanted.address, port: $0)) } ?? wanted.port
    }
    return taken
  }

  /// The port of a UDP socket that could be bound there, and is closed again; nil when it could not.
  private static func openUDP(_ address: SansIO.SocketAddress) -> UInt16? {
    var wanted = cp_address(address)
    let descriptor = unsafe cp_udp_open(&wanted, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bound = cp_address()
    return unsafe cp_local_address(descriptor, &bound) == 0 ? bound.port : nil
  }

  private static func isFreeForTCP(_ address: SansIO.SocketAddress) -> Bool {
    var wanted = cp_address(address)
    return unsafe cp_tcp_probe(&wanted) == 0
  }
}
