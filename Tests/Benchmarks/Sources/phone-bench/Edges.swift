import Glibc

/// As many outbound edge proxies as are asked for, on 127.0.0.11 and the addresses after it: they confirm every REGISTER as
/// RFC 5626 has it and answer STUN, and do nothing else. What is measured is the phone.
struct Edges {
  private let sockets: [Int32]

  init(port: UInt16, count: Int) {
    sockets = (0..<count).map { place in
      let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
      var own = sockaddr_in()
      own.sin_family = sa_family_t(AF_INET)
      own.sin_port = port.bigEndian
      own.sin_addr.s_addr = (0x7F00_000B + UInt32(place)).bigEndian
      withUnsafePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          if bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0 { print("address \(place) is taken") }
        }
      }
      return descriptor
    }
  }

  /// Serves for so many seconds; returns how many REGISTERs and how many STUN requests came.
  func serve(seconds: Int64) -> (registers: Int, probes: Int) {
    var counts = (registers: 0, probes: 0)
    let end = monotonic() + seconds * 1_000_000_000
    var waiting = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while monotonic() < end {
      guard poll(&waiting, nfds_t(waiting.count), 200) > 0 else { continue }
      for place in waiting.indices where waiting[place].revents != 0 {
        var peer = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            recvfrom(waiting[place].fd, &buffer, buffer.count, 0, $0, &length)
          }
        }
        guard count > 0 else { continue }
        let bytes = Array(buffer[..<count])
        guard var answer = Edges.answer(to: bytes, from: peer, &counts) else { continue }
        _ = withUnsafePointer(to: &peer) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(waiting[place].fd, &answer, answer.count, 0, $0, length) }
        }
      }
    }
    return counts
  }

  private static func answer(to bytes: [UInt8], from peer: sockaddr_in, _ counts: inout (registers: Int, probes: Int)) -> [UInt8]? {
    if bytes.count >= 20, bytes[0] == 0, bytes[1] == 1 {
      counts.probes += 1
      let port = UInt16(bigEndian: peer.sin_port) ^ 0x2112
      let address = UInt32(bigEndian: peer.sin_addr.s_addr) ^ 0x2112_A442
      // Binding success with XOR-MAPPED-ADDRESS (RFC 5389 section 15.2).
      return [1, 1, 0, 12] + bytes[4..<20] + [0, 0x20, 0, 8, 0, 1, UInt8(port >> 8), UInt8(port & 0xFF)]
        + [UInt8(address >> 24), UInt8(address >> 16 & 0xFF), UInt8(address >> 8 & 0xFF), UInt8(address & 0xFF)]
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    guard lines.first?.hasPrefix("REGISTER ") == true else { return nil }
    counts.registers += 1
    var answer = ["SIP/2.0 200 OK"]
    for line in lines.dropFirst() {
      let name = line.prefix { $0 != ":" }.lowercased()
      switch name {
      case "via", "from", "call-id", "cseq", "contact": answer.append(String(line))
      case "to": answer.append(line + ";tag=bench")
      default: break
      }
    }
    answer += ["Require: outbound", "Flow-Timer: 30", "Expires: 3600", "Content-Length: 0", "", ""]
    return Array(answer.joined(separator: "\r\n").utf8)
  }
}
