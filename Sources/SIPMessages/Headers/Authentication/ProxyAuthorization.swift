/// The answer to a Proxy-Authenticate challenge (RFC 3261 section 20.28).
public struct ProxyAuthorization: ChallengeHeader {
  public static var name: HeaderName { .proxyAuthorization }

  public var scheme: String
  public var parameters: Parameters

  public init(scheme: String, parameters: Parameters) {
    self.scheme = scheme
    self.parameters = parameters
  }
}
