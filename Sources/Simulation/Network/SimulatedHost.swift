public import SIPUserAgent
public import SansIO

public enum NodeKind {}
/// One machine on the simulated network, numbered from 0 in the order of attachment.
public typealias NodeID = Identifier<NodeKind>

/// A machine's place on the network: its sockets and the certificate that it shows.
public struct SimulatedHost: Hashable, Sendable {
  /// As it stands above the ladder's column.
  public var name: String
  public var listeners: [Listener]
  /// What its TLS certificate says; nil for a host that accepts no TLS.
  public var certificate: TLSPeerIdentity?

  /// A local socket, as `NetworkEvent.listening` reports it.
  public struct Listener: Hashable, Sendable {
    public var transport: TransportProtocol
    public var address: SocketAddress

    public init(_ transport: TransportProtocol, _ address: SocketAddress) {
      self.transport = transport
      self.address = address
    }
  }

  public init(name: String, listeners: [Listener], certificate: TLSPeerIdentity? = nil) {
    self.name = name
    self.listeners = listeners
    self.certificate = certificate
  }
}
