/// A header whose values are a token with parameters: `token;name=value`.
public protocol TokenHeader: TypedHeader {
  var token: String { get set }
  var parameters: Parameters { get set }
  init(_ token: String, parameters: Parameters)
}

extension TokenHeader {
  public init(_ token: String, _ pairs: [(String, String?)]) {
    self.init(token, parameters: Parameters(pairs))
  }

  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    let token = try cursor.token()
    let parameters = try cursor.parameters()
    try cursor.expectEnd()
    self.init(token, parameters: parameters)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: token)
    parameters.serialize(into: &bytes)
  }
}
