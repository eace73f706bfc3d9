import CPlatform
import Glibc
import Media
import SansIO

/// The RTP and the RTCP socket of one stream, closed with the last reference.
final class MediaSockets: Sendable {
  let address: IPAddress
  let rtpPort: UInt16
  let rtp: Int32
  let rtcp: Int32

  var rtcpPort: UInt16 { rtpPort + 1 }

  /// Looks for a free even port and the odd one above it, from `start` on and around.
  init(address: IPAddress, ports: ClosedRange<UInt16>, start: UInt64) throws(MediaSocketError) {
    let first = (Int(ports.lowerBound) + 1) / 2
    let last = (Int(ports.upperBound) - 1) / 2
    guard first <= last else {
      throw MediaSocketError(text: "[network] rtp_ports holds no pair of an even port and the odd one above it")
    }
    let count = last - first + 1
    var failure: Int32 = 0
    for step in 0..<count {
      let port = UInt16(2 * (first + (Int(start % UInt64(count)) + step) % count))
      let rtp = Self.bind(address, port)
      guard rtp >= 0 else {
        failure = -rtp
        // Only a taken port is a reason to try the next one.
        if failure == EADDRINUSE || failure == EACCES { continue }
        break
      }
      let rtcp = Self.bind(address, port + 1)
      guard rtcp >= 0 else {
        failure = -rtcp
        close(rtp)
        if failure == EADDRINUSE || failure == EACCES { continue }
        break
      }
      // Expedited forwarding (RFC 4594 section 4.1).
      cp_udp_set_priority(rtp, 46)
      cp_udp_set_priority(rtcp, 46)
      cp_udp_set_timed(rtp)
      cp_udp_set_timed(rtcp)
      self.address = address
      rtpPort = port
      self.rtp = rtp
      self.rtcp = rtcp
      return
    }
    if failure == EADDRINUSE {
      throw MediaSocketError(text: "all ports from \(ports.lowerBound) to \(ports.upperBound) are taken; widen [network] rtp_ports")
    }
    throw MediaSocketError(text: "no socket for sound on \(address): \(SystemError(code: failure).text)")
  }

  var endpoint: MediaEndpoint { MediaEndpoint(address: address, rtpPort: rtpPort, rtcpPort: rtcpPort) }

  /// Throws away what waits.
  func discardReceived() {
    cp_udp_discard(rtp)
    cp_udp_discard(rtcp)
  }

  deinit {
    close(rtp)
    close(rtcp)
  }

  private static func bind(_ address: IPAddress, _ port: UInt16) -> Int32 {
    var local = cp_address(SocketAddress(address, port: port))
    return unsafe cp_udp_open(&local, 0)
  }
}

struct MediaSocketError: Error, Hashable {
  /// A sentence for a person.
  let text: String
}
