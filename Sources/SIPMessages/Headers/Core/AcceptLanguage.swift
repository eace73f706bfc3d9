/// The languages the sender reads, with their preference (RFC 3261 section 20.3).
public struct AcceptLanguage: TokenHeader {
  public static var name: HeaderName { .acceptLanguage }
  public static var isList: Bool { true }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

}
