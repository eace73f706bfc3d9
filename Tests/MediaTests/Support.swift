import Media
import SansIO

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func moment(_ milliseconds: Int64) -> Moment {
  Moment(
    instant: Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000),
    wallTime: WallTime(nanosecondsSince1970: 1_800_000_000_000_000_000 + milliseconds * 1_000_000))
}

/// A sine of half the full scale.
func sine(_ frequency: Double, frames: Int, sampleRate: Int = 8000) -> [Int16] {
  var generator = ToneGenerator(
    ToneProgram([.init([frequency], level: -6, for: .seconds(3600))]), sampleRate: sampleRate)
  return generator.render(frames: frames)
}

extension IPAddress {
  static let alice = IPAddress("192.0.2.1")!
  static let bob = IPAddress("192.0.2.2")!
}

extension SocketAddress {
  static let aliceRTP = SocketAddress(.alice, port: 20_000)
  static let aliceRTCP = SocketAddress(.alice, port: 20_001)
  static let bobRTP = SocketAddress(.bob, port: 30_000)
  static let bobRTCP = SocketAddress(.bob, port: 30_001)
}

extension MediaOutput {
  var rtpPacket: RTPPacket? {
    if case .rtp(let bytes, _) = self { RTPPacket(parsing: bytes) } else { nil }
  }

  var rtcpPackets: [RTCPPacket]? {
    if case .rtcp(let bytes, _) = self { RTCPPacket.parseCompound(bytes) } else { nil }
  }
}
