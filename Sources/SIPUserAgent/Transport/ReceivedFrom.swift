public import SansIO

/// Where a message came from.
public struct ReceivedFrom: Hashable, Sendable {
  public var flow: FlowReference
  public var transport: TransportProtocol
  /// The sender, as the socket saw it.
  public var source: SocketAddress
  /// Our end; for UDP the listening socket's own address.
  public var local: SocketAddress

  public init(flow: FlowReference, transport: TransportProtocol, source: SocketAddress, local: SocketAddress) {
    self.flow = flow
    self.transport = transport
    self.source = source
    self.local = local
  }
}
