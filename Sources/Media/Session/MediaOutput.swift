public import SansIO

/// What a `MediaSession` asks of its owner, or tells.
public enum MediaOutput: Hashable, Sendable {
  /// Send from the RTP socket (RFC 4961: the socket that receives).
  case rtp([UInt8], to: SocketAddress)
  /// Send from the RTCP socket, or from the RTP socket when `MediaParameters.rtcpMux`.
  case rtcp([UInt8], to: SocketAddress)
  /// The peer pressed a key (RFC 4733).
  case digit(Character)
  /// The peer's media comes from here and not from where its description said; we send there from now on.
  case remoteMoved(SocketAddress)
  /// Our SSRC was in use by another source; we have chosen a new one (RFC 3550 section 8.2).
  case collision
  /// The peer's source said goodbye (RFC 3550 section 6.6).
  case peerLeft
}
