/// What one call may offer.
public struct NegotiatorConfiguration: Hashable, Sendable {
  /// In order of preference, never empty.
  public var codecs: [AudioCodec]
  /// Offer and accept telephone-event (RFC 4733).
  public var telephoneEvents: Bool
  /// Offer comfort noise (RFC 3389), which lets the peer be silent in its pauses.
  public var comfortNoise: Bool
  /// The packet time that we wish to receive, in milliseconds, 10 to 60.
  public var packetTime: Int
  /// Offer to run RTCP on the RTP port (RFC 5761); it is accepted in any case.
  public var offersRTCPMux: Bool
  /// The user name of the `o=` line; must not tell more than the From header field does.
  public var username: String
  /// From a random source: unique with the address (RFC 8866 section 5.2). Only the low 62 bits are used, some peers read it
  /// signed.
  public var sessionID: UInt64

  /// `codecs` are words of the configuration such as `PCMU` and `L16`; unknown words are left out, and when nothing is left PCMU
  /// and PCMA are taken.
  public init(
    codecs: [String] = ["PCMU", "PCMA"], telephoneEvents: Bool = true, comfortNoise: Bool = true, packetTime: Int = 20,
    offersRTCPMux: Bool = false, username: String = "-", sessionID: UInt64
  ) {
    var known: [AudioCodec] = []
    for codec in codecs.flatMap({ AudioCodec.named($0) }) where !known.contains(codec) { known.append(codec) }
    self.codecs = known.isEmpty ? [.pcmu, .pcma] : known
    self.telephoneEvents = telephoneEvents
    self.comfortNoise = comfortNoise
    self.packetTime = min(max(packetTime, 10), 60)
    self.offersRTCPMux = offersRTCPMux
    let word = username.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.+".contains($0)) }
    self.username = word.isEmpty ? "-" : word
    self.sessionID = sessionID & 0x3FFF_FFFF_FFFF_FFFF
  }
}
