/// Counters and gauges of a session, for a person and for tests.
public struct MediaStatistics: Hashable, Sendable {
  public var packetsSent: UInt64 = 0
  /// Payload octets, without headers (RFC 3550 section 6.4.1).
  public var octetsSent: UInt64 = 0
  public var packetsReceived: UInt64 = 0
  public var octetsReceived: UInt64 = 0
  /// Expected and never received, so far; negative when duplicates outweigh losses.
  public var packetsLost: Int64 = 0
  /// Arrived too late to be played.
  public var packetsLate: UInt64 = 0
  public var packetsDuplicated: UInt64 = 0
  /// Datagrams that were not valid RTP or RTCP of this session.
  public var datagramsRejected: UInt64 = 0
  /// The interarrival jitter of RFC 3550 section 6.4.1.
  public var jitter: Duration = .zero
  /// From RTCP; nil until the peer has answered a sender report of ours.
  public var roundTrip: Duration?
  /// The share of our packets that the peer lost lately, 0 to 1; nil until it reported.
  public var remoteFractionLost: Double?
  /// What waits in the jitter buffer.
  public var bufferDepth: Duration = .zero
  /// What the jitter buffer aims at.
  public var bufferTarget: Duration = .zero
  /// Sound that was invented for packets that were missing.
  public var concealed: Duration = .zero
  /// Levels in dBFS, 0 the loudest; nil for digital silence.
  public var microphoneLevel: Double?
  public var speakerLevel: Double?

  public init() {}
}
