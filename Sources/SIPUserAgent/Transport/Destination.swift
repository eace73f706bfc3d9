public import SansIO

/// One server that RFC 3263 found for a URI.
public struct Destination: Hashable, Sendable {
  public var transport: TransportProtocol
  public var remote: SocketAddress
  /// The domain that a TLS certificate must name: the host of the URI before any look-up (RFC 5922 section 7.3); nil when it was
  /// an address.
  public var domain: String?

  public init(transport: TransportProtocol, remote: SocketAddress, domain: String?) {
    self.transport = transport
    self.remote = remote
    self.domain = domain
  }
}
