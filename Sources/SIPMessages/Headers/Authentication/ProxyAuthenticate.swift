/// A challenge of a proxy (RFC 3261 section 20.27).
public struct ProxyAuthenticate: ChallengeHeader {
  public static var name: HeaderName { .proxyAuthenticate }

  public var scheme: String
  public var parameters: Parameters

  public init(scheme: String, parameters: Parameters) {
    self.scheme = scheme
    self.parameters = parameters
  }
}
