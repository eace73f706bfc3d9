/// Media loopback as far as testing a way needs it (RFC 6849): the caller is the source and gets its own sound back.
enum LoopbackOffer {
  /// Whether the media part asks us to be the mirror of what it sends, in the form that takes any codec.
  static func isMade(by media: MediaDescription) -> Bool {
    guard media.hasAttribute("loopback-source"), let kinds = media.attribute("loopback") else { return false }
    return kinds.split(separator: " ").contains { $0 == "rtp-media-loopback" }
  }

  /// Section 5.2: one kind, and our part in it.
  static let acceptance = [SDPAttribute("loopback", "rtp-media-loopback"), SDPAttribute("loopback-mirror")]
}

extension MediaNegotiator {
  /// Whether an offer asks for its own media back. False for what cannot be read.
  public static func offersLoopback(_ sdp: [UInt8]) -> Bool {
    guard let offer = try? SessionDescription(parsing: sdp) else { return false }
    return offer.media.contains { $0.kind == "audio" && $0.port != 0 && LoopbackOffer.isMade(by: $0) }
  }
}
