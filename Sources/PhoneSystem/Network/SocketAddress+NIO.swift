import CPlatform
import NIOCore
import SansIO

extension SansIO.SocketAddress {
  /// nil for the address of a UNIX domain socket. A zone of a link-local IPv6 address is dropped.
  init?(_ address: NIOCore.SocketAddress) {
    var platform = cp_address()
    let failure = unsafe address.withSockAddr { pointer, _ in unsafe cp_address_read(pointer, &platform) }
    guard failure == 0 else { return nil }
    self = platform.socketAddress
  }
}

extension NIOCore.SocketAddress {
  init(_ address: SansIO.SocketAddress) throws {
    try self.init(ipAddress: address.address.description, port: Int(address.port))
  }
}
