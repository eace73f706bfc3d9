public import SIPUserAgent
public import SansIO

/// The `[network]` table.
public struct NetworkConfiguration: Hashable, Sendable {
  /// One local socket to receive at.
  public struct Listener: Hashable, Sendable, CustomStringConvertible {
    public var transport: TransportProtocol
    /// The port may be 0: any free one.
    public var address: SocketAddress
    /// Whether another port does as well when this one is taken: nobody has asked for it.
    public var mayMove: Bool

    public init(_ transport: TransportProtocol, _ address: SocketAddress, mayMove: Bool = false) {
      self.transport = transport
      self.address = address
      self.mayMove = mayMove
    }

    /// `udp:192.0.2.1:5060`, as it stands in the file.
    public var description: String { "\(transport.parameter):\(address)" }
  }

  public var listen: [Listener] = Self.defaultListen
  /// From which RTP and RTCP ports are taken, in pairs.
  public var rtpPorts: ClosedRange<UInt16> = 20000...20999

  /// How many calls and other new requests a second one stranger may send before they are refused; 0 for no limit.
  public var requestsPerSecond = 20

  /// What is said of this program in User-Agent and Server (RFC 3261 section 20.41): products, such as `Offhook/0.1`; nil: nothing.
  public var userAgent: String? = UserAgentConfiguration.defaultProductName

  public init() {}

  /// Used when the file says nothing: datagrams and TCP at SIP's own port, on every IPv4 address.
  /// Beside another phone it is another port.
  public static let defaultListen = [
    Listener(.udp, SocketAddress(.anyV4, port: 5060), mayMove: true),
    Listener(.tcp, SocketAddress(.anyV4, port: 5060), mayMove: true),
  ]
}
