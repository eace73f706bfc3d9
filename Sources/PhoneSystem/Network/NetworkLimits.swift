/// Bounds on what peers can make this process hold. They are far above what a phone needs and far below what hurts.
public struct NetworkLimits: Hashable, Sendable {
  /// Connections that peers opened to us, all together.
  public var acceptedConnections = 256
  /// Of these, from one address: a proxy needs one or two, a test of load some dozens.
  public var acceptedConnectionsPerAddress = 128
  /// Bytes that wait because a peer does not read. SIP over a stream rarely has more than one message under way.
  public var unsentBytes = 1 << 20
  /// From the order to open a connection until it stands, the TLS handshake included.
  public var openingTime = Duration.seconds(10)
  /// How long what was sent may stay without a sign of life from the peer's kernel. Its own limit is a quarter of an hour: so long
  /// a phone would look registered whose packets a NAT swallows.
  public var unacknowledgedTime = Duration.seconds(20)
  /// How long an accepted connection may stay silent before its first byte.
  public var firstByteTime = Duration.seconds(32)

  public init() {}
}
