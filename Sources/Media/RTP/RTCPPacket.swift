/// One packet of an RTCP compound (RFC 3550 section 6).
public enum RTCPPacket: Hashable, Sendable {
  case senderReport(ssrc: UInt32, SenderInfo, [ReportBlock])
  case receiverReport(ssrc: UInt32, [ReportBlock])
  case sourceDescription([Chunk])
  case bye([UInt32], reason: String?)
  /// A type that we do not read, such as APP, feedback (RFC 4585) or XR (RFC 3611).
  case other(type: UInt8)

  /// The sender's part of a sender report (RFC 3550 section 6.4.1).
  public struct SenderInfo: Hashable, Sendable {
    /// Seconds since 1900 in the high half, fraction in the low one.
    public var ntpTime: UInt64
    public var rtpTimestamp: UInt32
    public var packetCount: UInt32
    public var octetCount: UInt32

    public init(ntpTime: UInt64, rtpTimestamp: UInt32, packetCount: UInt32, octetCount: UInt32) {
      self.ntpTime = ntpTime
      self.rtpTimestamp = rtpTimestamp
      self.packetCount = packetCount
      self.octetCount = octetCount
    }
  }

  /// A source and its canonical name (RFC 3550 section 6.5.1, RFC 7022); other items are passed over.
  public struct Chunk: Hashable, Sendable {
    public var ssrc: UInt32
    public var cname: String?

    public init(ssrc: UInt32, cname: String?) {
      self.ssrc = ssrc
      self.cname = cname
    }
  }
}
