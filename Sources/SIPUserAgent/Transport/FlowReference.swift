public import SansIO

/// The way along which a message came, and along which one may be sent back: a connection, or a pair of UDP addresses
/// (RFC 5626 section 3.1 calls both a flow).
public enum FlowReference: Hashable, Sendable {
  case stream(FlowID)
  case datagram(ListenerID, remote: SocketAddress)
}
