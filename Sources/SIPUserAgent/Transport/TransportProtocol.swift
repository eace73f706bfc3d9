/// A transport of SIP, as the Via header field and the `transport` URI parameter name it (RFC 3261 section 7.1, 18).
public struct TransportProtocol: Hashable, Sendable, CustomStringConvertible {
  /// The token in lower case, as in `;transport=udp`.
  public let parameter: String
  /// False for datagrams: requests and responses are resent until something arrives (RFC 3261 section 17).
  public let isReliable: Bool
  public let isSecure: Bool

  private init(_ parameter: String, isReliable: Bool, isSecure: Bool) {
    self.parameter = parameter
    self.isReliable = isReliable
    self.isSecure = isSecure
  }

  public static let udp = TransportProtocol("udp", isReliable: false, isSecure: false)
  public static let tcp = TransportProtocol("tcp", isReliable: true, isSecure: false)
  public static let tls = TransportProtocol("tls", isReliable: true, isSecure: true)

  /// The one named by a URI's `transport` parameter or a Via's last word, in any case; nil when we do not speak it.
  public init?(named name: some StringProtocol) {
    switch name.lowercased() {
    case "udp": self = .udp
    case "tcp": self = .tcp
    case "tls": self = .tls
    default: return nil
    }
  }

  /// The token of the Via header field: `UDP`, `TCP`, `TLS`.
  public var viaToken: String { parameter.uppercased() }

  public var defaultPort: UInt16 { isSecure ? 5061 : 5060 }

  public var description: String { viaToken }
}
