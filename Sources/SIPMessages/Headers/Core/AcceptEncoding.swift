/// How a body may be packed (RFC 3261 section 20.2).
public struct AcceptEncoding: TokenHeader {
  public static var name: HeaderName { .acceptEncoding }
  public static var isList: Bool { true }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

}
