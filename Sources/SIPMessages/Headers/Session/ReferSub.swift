/// Whether a REFER makes a subscription: true or false (RFC 4488).
public struct ReferSub: TokenHeader {
  public static var name: HeaderName { .referSub }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

  public var isTrue: Bool { token.equalsIgnoringCase("true") }
}
