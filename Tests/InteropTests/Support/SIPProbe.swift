import Foundation

/// The smallest SIP client there is: asks whether somebody answers OPTIONS over UDP, so that a test waits for a peer and not for a
/// clock.
enum SIPProbe {
  static func answers(_ host: String = "127.0.0.1", port: UInt16, within timeout: TimeInterval) -> Bool {
    let end = Date(timeIntervalSinceNow: timeout)
    while Date() < end {
      if ask(host, port: port) != nil { return true }
    }
    return false
  }

  /// Sends one OPTIONS and waits 200 ms at most for whatever comes back.
  static func ask(_ host: String = "127.0.0.1", port: UInt16) -> String? {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var wait = timeval(tv_sec: 0, tv_usec: 200_000)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    unsafe inet_pton(AF_INET, host, &address.sin_addr)
    let connected = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard connected else { return nil }
    let tag = UUID().uuidString
    let text =
      "OPTIONS sip:\(host):\(port) SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK\(tag);rport\r\n"
      + "From: <sip:probe@127.0.0.1>;tag=\(tag)\r\nTo: <sip:\(host):\(port)>\r\nCall-ID: \(tag)\r\nCSeq: 1 OPTIONS\r\n"
      + "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    let bytes = Array(text.utf8)
    guard unsafe send(descriptor, bytes, bytes.count, 0) == bytes.count else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    if count <= 0 {
      // A refused port answers at once; do not turn the wait into a spin.
      usleep(20_000)
      return nil
    }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}
