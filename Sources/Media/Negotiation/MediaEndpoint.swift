public import SansIO

/// Where we receive the media of one call.
public struct MediaEndpoint: Hashable, Sendable {
  public var address: IPAddress
  public var rtpPort: UInt16
  public var rtcpPort: UInt16

  /// `rtcpPort` nil means the port above the RTP port.
  public init(address: IPAddress, rtpPort: UInt16, rtcpPort: UInt16? = nil) {
    self.address = address
    self.rtpPort = rtpPort
    self.rtcpPort = rtcpPort ?? (rtpPort &+ 1)
  }
}
