/// A challenge of a user agent server or registrar (RFC 3261 section 20.44).
public struct WWWAuthenticate: ChallengeHeader {
  public static var name: HeaderName { .wwwAuthenticate }

  public var scheme: String
  public var parameters: Parameters

  public init(scheme: String, parameters: Parameters) {
    self.scheme = scheme
    self.parameters = parameters
  }
}
