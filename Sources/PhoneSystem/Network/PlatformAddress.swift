import CPlatform
import SansIO

extension cp_address {
  init(_ address: SansIO.SocketAddress) {
    self.init()
    port = address.port
    unsafe withUnsafeMutableBytes(of: &bytes) { bytes in
      switch address.address {
      case .v4(let bits):
        for index in 0..<4 { unsafe bytes[index] = UInt8(truncatingIfNeeded: bits >> (24 - 8 * UInt32(index))) }
      case .v6(let high, let low):
        for index in 0..<8 {
          unsafe bytes[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64(index)))
          unsafe bytes[index + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64(index)))
        }
      }
    }
    is_v6 = address.address.isV6 ? 1 : 0
  }

  var socketAddress: SansIO.SocketAddress {
    unsafe withUnsafeBytes(of: bytes) { bytes in
      let number = { (range: Range<Int>) in
        range.reduce(UInt64(0)) { unsafe $0 << 8 | UInt64(bytes[$1]) }
      }
      let address: SansIO.IPAddress =
        is_v6 != 0 ? .v6(high: number(0..<8), low: number(8..<16)) : .v4(UInt32(truncatingIfNeeded: number(0..<4)))
      return SansIO.SocketAddress(address, port: port)
    }
  }
}

extension SansIO.IPAddress {
  /// The local address from which the system would send to this one; nil when there is no route.
  var sourceAddress: SansIO.IPAddress? { try? findSourceAddress() }

  /// The same, with the reason when there is none.
  func findSourceAddress() throws(SystemError) -> SansIO.IPAddress {
    var peer = cp_address(SansIO.SocketAddress(self, port: 9))
    var local = cp_address()
    let result = unsafe cp_source_address(&peer, &local)
    guard result == 0 else { throw SystemError(code: -result) }
    return local.socketAddress.address
  }
}
