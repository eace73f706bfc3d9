public import SansIO

/// What a media loop needs to know from the configuration.
public struct MediaLoopSettings: Sendable {
  /// ALSA names; nil leaves the device out, for a process that only runs robots.
  public var playbackDevice: String?
  public var captureDevice: String?
  public var ringDevice: String?
  /// RTP takes the even ports, RTCP the odd ones above them.
  public var rtpPorts: ClosedRange<UInt16>
  /// Where streams whose peer is not known are bound; nil asks the routing table. The embedded exchange says loopback.
  public var fixedAddress: IPAddress?
  /// The canonical name in RTCP reports (RFC 7022): random, not the user's name.
  public var canonicalName: String
  public var random: RandomSource

  public init(
    playbackDevice: String? = "default", captureDevice: String? = "default", ringDevice: String? = "default",
    rtpPorts: ClosedRange<UInt16> = 20_000...20_200, fixedAddress: IPAddress? = nil, random: RandomSource = SystemRandom.source()
  ) {
    var random = random
    self.playbackDevice = playbackDevice
    self.captureDevice = captureDevice
    self.ringDevice = ringDevice
    self.rtpPorts = rtpPorts
    self.fixedAddress = fixedAddress
    // RFC 7022 section 4.2: 96 random bits.
    canonicalName = random.token(bits: 96)
    self.random = random
  }
}
