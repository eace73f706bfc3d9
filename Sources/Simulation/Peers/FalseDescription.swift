internal import SansIO

/// What a lying peer says about its media: good descriptions and several kinds of bad ones.
enum FalseDescription: Int, CaseIterable, Sendable {
  case plain, otherPort, sendOnly, inactive, zeroAddress, refused, noCodec, twoStreams, garbage, truncated

  /// The good ones are more likely, or no call would come far enough for the worse lies.
  static func any(_ random: inout RandomSource) -> FalseDescription {
    random.next(below: 3) > 0 ? .plain : FalseDescription.allCases[Int(random.next(below: UInt64(allCases.count)))]
  }

  func text(at address: IPAddress, version: Int) -> String {
    let head =
      "v=0\r\no=liar 7 \(version) IN IP4 \(address)\r\ns=-\r\nc=IN IP4 \(self == .zeroAddress ? "0.0.0.0" : "\(address)")\r\nt=0 0\r\n"
    let codecs = "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    switch self {
    case .plain, .zeroAddress: return head + "m=audio 40000 RTP/AVP 0 8 101\r\n" + codecs
    case .otherPort: return head + "m=audio 40002 RTP/AVP 8 0\r\n"
    case .sendOnly: return head + "m=audio 40000 RTP/AVP 0 101\r\n" + codecs + "a=sendonly\r\n"
    case .inactive: return head + "m=audio 40000 RTP/AVP 0 101\r\n" + codecs + "a=inactive\r\n"
    case .refused: return head + "m=audio 0 RTP/AVP 0\r\n"
    case .noCodec: return head + "m=audio 40000 RTP/AVP 96\r\na=rtpmap:96 NOBODY/8000\r\n"
    case .twoStreams: return head + "m=video 40010 RTP/AVP 31\r\nm=audio 40000 RTP/AVP 0\r\nm=audio 40004 RTP/AVP 0\r\n"
    case .garbage: return "this is no session description\r\n"
    case .truncated: return String(head.prefix(40))
    }
  }
}
