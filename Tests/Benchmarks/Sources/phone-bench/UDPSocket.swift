import Glibc

/// A blocking UDP socket on loopback, connected to one peer.
struct UDPSocket {
  let descriptor: Int32
  let port: UInt16
  private let peer: UInt16

  /// - Parameter timeout: how long `receive` waits, in milliseconds.
  init(peer: UInt16, timeout: Int) {
    self.peer = peer
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    var wait = timeval(tv_sec: timeout / 1000, tv_usec: timeout % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var own = UDPSocket.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    withUnsafeMutablePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length)
        getsockname(descriptor, $0, &length)
      }
    }
    port = UInt16(bigEndian: own.sin_port)
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  func send(_ text: String, to port: UInt16? = nil) {
    var bytes = Array(text.utf8)
    var address = UDPSocket.loopback(port ?? peer)
    _ = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, &bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  func receive() -> String? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}

/// Nanoseconds on the monotonic clock.
func monotonic() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
