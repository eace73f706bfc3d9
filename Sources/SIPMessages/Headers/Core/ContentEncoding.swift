/// How the body was packed (RFC 3261 section 20.12).
public struct ContentEncoding: TokenHeader {
  public static var name: HeaderName { .contentEncoding }
  public static var isList: Bool { true }

  public var token: String
  public var parameters: Parameters

  public init(_ token: String, parameters: Parameters) {
    self.token = token
    self.parameters = parameters
  }

}
