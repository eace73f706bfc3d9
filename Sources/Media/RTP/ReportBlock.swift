/// What a receiver says about one source (RFC 3550 section 6.4.1).
public struct ReportBlock: Hashable, Sendable {
  public var ssrc: UInt32
  /// The share lost since the last report, in 256ths.
  public var fractionLost: UInt8
  /// 24 bits with sign.
  public var cumulativeLost: Int32
  /// Cycles in the high half, sequence number in the low one.
  public var highestSequence: UInt32
  /// In timestamp units.
  public var jitter: UInt32
  /// The middle 32 bits of the NTP time stamp of the last sender report; 0 when none came.
  public var lastSenderReport: UInt32
  /// Since that report, in 65536ths of a second.
  public var delaySinceLastSenderReport: UInt32

  public init(
    ssrc: UInt32, fractionLost: UInt8 = 0, cumulativeLost: Int32 = 0, highestSequence: UInt32 = 0, jitter: UInt32 = 0,
    lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
  ) {
    self.ssrc = ssrc
    self.fractionLost = fractionLost
    self.cumulativeLost = cumulativeLost
    self.highestSequence = highestSequence
    self.jitter = jitter
    self.lastSenderReport = lastSenderReport
    self.delaySinceLastSenderReport = delaySinceLastSenderReport
  }
}
