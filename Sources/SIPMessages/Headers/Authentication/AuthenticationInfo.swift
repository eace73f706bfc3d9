/// What a server says after it accepted credentials: the next nonce, and its own proof (RFC 3261 section 20.6, RFC 7616 section
/// 3.5).
public struct AuthenticationInfo: TypedHeader {
  public static var name: HeaderName { .authenticationInfo }

  public var parameters: Parameters

  public init(parameters: Parameters = .list) {
    self.parameters = parameters
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    parameters = try cursor.parameterList()
  }

  public func serialize(into bytes: inout [UInt8]) {
    parameters.serialize(into: &bytes)
  }
}
