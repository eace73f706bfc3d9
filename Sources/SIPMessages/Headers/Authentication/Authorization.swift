/// The answer to a WWW-Authenticate challenge (RFC 3261 section 20.7).
public struct Authorization: ChallengeHeader {
  public static var name: HeaderName { .authorization }

  public var scheme: String
  public var parameters: Parameters

  public init(scheme: String, parameters: Parameters) {
    self.scheme = scheme
    self.parameters = parameters
  }
}
