public import SIPUserAgent
public import SansIO

/// A local socket that a signalling loop is to open.
public struct ListenAddress: Hashable, Sendable {
  public var transport: TransportProtocol
  /// Port 0 lets the system choose; the address that came of it is in `NetworkEvent.listening`.
  public var address: SansIO.SocketAddress
  /// Whether another port does as well when this one is taken. Sockets with the same address that are opened together then move
  /// together.
  public var mayMove: Bool

  public init(_ transport: TransportProtocol, _ address: SansIO.SocketAddress, mayMove: Bool = false) {
    self.transport = transport
    self.address = address
    self.mayMove = mayMove
  }
}
