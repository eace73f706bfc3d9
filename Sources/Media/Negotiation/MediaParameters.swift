public import SansIO

/// What an offer and an answer agreed on: all that a `MediaSession` must know.
public struct MediaParameters: Hashable, Sendable {
  /// Where the peer receives RTP; nil when it cannot (stream refused or over, or held by `c=0.0.0.0`).
  public var remoteRTP: SocketAddress?
  /// Where the peer receives RTCP; equal to `remoteRTP` when `rtcpMux`.
  public var remoteRTCP: SocketAddress?
  /// What we send.
  public var codec: AudioFormat
  /// What may come, `codec` among it.
  public var receivable: [AudioFormat]
  /// The payload type of telephone-event at the clock of `codec`; nil when the peer does not know it.
  public var telephoneEventPayloadType: UInt8?
  /// The events that the peer understands.
  public var telephoneEvents: [ClosedRange<UInt8>] = [0...16]
  /// The payload types under which telephone-events may come: the same one, and the number of our own description when the peer's
  /// answer chose another.
  public var receivableTelephoneEventPayloadTypes: [UInt8]
  /// The payload type of comfort noise that may come; nil when it was not agreed.
  public var comfortNoisePayloadType: UInt8?
  /// How much sound a packet of ours holds.
  public var packetTime: Duration
  /// From our point of view: `sendonly` means that we send and the peer does not.
  public var direction: MediaDirection
  /// RTCP runs on the RTP ports, of both sides (RFC 5761).
  public var rtcpMux: Bool
  /// The peer does not listen to us because it chose so (RFC 3264 section 8.4), not because we hold it.
  public var isHeldByPeer: Bool

  public init(
    remoteRTP: SocketAddress?, remoteRTCP: SocketAddress? = nil, codec: AudioFormat, receivable: [AudioFormat]? = nil,
    telephoneEventPayloadType: UInt8? = nil, comfortNoisePayloadType: UInt8? = nil, packetTime: Duration = .milliseconds(20),
    direction: MediaDirection = .sendrecv, rtcpMux: Bool = false, isHeldByPeer: Bool = false
  ) {
    self.remoteRTP = remoteRTP
    self.remoteRTCP =
      remoteRTCP ?? (rtcpMux ? remoteRTP : remoteRTP.map { SocketAddress($0.address, port: $0.port &+ 1) })
    self.codec = codec
    self.receivable = receivable ?? [codec]
    self.telephoneEventPayloadType = telephoneEventPayloadType
    receivableTelephoneEventPayloadTypes = telephoneEventPayloadType.map { [$0] } ?? []
    self.comfortNoisePayloadType = comfortNoisePayloadType
    self.packetTime = packetTime
    self.direction = direction
    self.rtcpMux = rtcpMux
    self.isHeldByPeer = isHeldByPeer
  }
}
