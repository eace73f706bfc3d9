import Foundation

/// Somebody on the network who keeps to no rules: plain sockets on an address of loopback (127.0.0.2 is another source than
/// 127.0.0.3), and SIP written by hand.
final class Stranger: @unchecked Sendable {
  // Sendable: the descriptor is the kernel's, `counter` is used by one thread at a time.
  private let descriptor: Int32
  let address: String
  let port: UInt16
  private let peer: UInt16
  private var counter = 0

  /// - Parameter tcp: connects to the phone over TCP instead of sending datagrams.
  init?(_ address: String, to peer: UInt16, tcp: Bool = false) {
    self.address = address
    self.peer = peer
    let type = Int32((tcp ? SOCK_STREAM : SOCK_DGRAM).rawValue)
    descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
    var wait = timeval(tv_sec: 3, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var own = Self.endpoint(address, 0)
    var other = Self.endpoint("127.0.0.1", peer)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isReady = unsafe withUnsafeMutablePointer(to: &own) { own in
      unsafe own.withMemoryRebound(to: sockaddr.self, capacity: 1) { own in
        unsafe withUnsafeMutablePointer(to: &other) { other in
          unsafe other.withMemoryRebound(to: sockaddr.self, capacity: 1) { other in
            unsafe bind(descriptor, own, length) == 0 && getsockname(descriptor, own, &length) == 0
              && connect(descriptor, other, length) == 0
          }
        }
      }
    }
    port = own.sin_port.bigEndian
    if !isReady {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }

  private static func endpoint(_ address: String, _ port: UInt16) -> sockaddr_in {
    var endpoint = sockaddr_in()
    endpoint.sin_family = sa_family_t(AF_INET)
    endpoint.sin_port = port.bigEndian
    unsafe inet_pton(AF_INET, address, &endpoint.sin_addr)
    return endpoint
  }

  @discardableResult
  func send(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    return unsafe Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  /// What comes next; nil when nothing does or the peer closed.
  func receive(within milliseconds: Int = 3000) -> String? {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&wait, 1, Int32(milliseconds)) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// True when the peer closes the connection, whatever it says before.
  func isClosed(within seconds: TimeInterval) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&wait, 1, 200) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 4096)
      if unsafe recv(descriptor, &buffer, buffer.count, 0) <= 0 { return true }
    }
    return false
  }

  /// A new request, with a Call-ID of its own.
  func request(_ method: String, user: String = "alice", transport: String = "UDP", extra: String = "", body: String = "") -> String
  {
    counter += 1
    let mark = "\(address)-\(port)-\(counter)"
    return
      "\(method) sip:\(user)@127.0.0.1:\(peer) SIP/2.0\r\nVia: SIP/2.0/\(transport) \(address):\(port);branch=z9hG4bK\(mark);rport\r\n"
      + "Max-Forwards: 70\r\nFrom: <sip:stranger@\(address)>;tag=t\(counter)\r\nTo: <sip:\(user)@127.0.0.1>\r\nCall-ID: \(mark)\r\n"
      + "CSeq: 1 \(method)\r\nContact: <sip:stranger@\(address):\(port)>\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// What answers a request, with a tag of ours.
  static func response(to request: String, _ status: String) -> String {
    let copied = request.components(separatedBy: "\r\n").filter { line in
      ["via:", "from:", "to:", "call-id:", "cseq:"].contains { line.lowercased().hasPrefix($0) }
    }.map { $0.lowercased().hasPrefix("to:") && !$0.contains(";tag=") ? $0 + ";tag=stranger" : $0 }
    return "SIP/2.0 \(status)\r\n" + copied.joined(separator: "\r\n") + "\r\nContent-Length: 0\r\n\r\n"
  }

  func invite(extra: String = "") -> String {
    request(
      "INVITE", extra: extra + "Content-Type: application/sdp\r\n",
      body: "v=0\r\no=- 1 1 IN IP4 \(address)\r\ns=-\r\nc=IN IP4 \(address)\r\nt=0 0\r\nm=audio 39990 RTP/AVP 0\r\n")
  }
}
