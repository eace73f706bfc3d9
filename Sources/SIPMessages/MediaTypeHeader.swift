/// A header whose values are media types with parameters: `type/subtype;name=value` (RFC 3261 section 25.1, media-type).
public protocol MediaTypeHeader: TypedHeader {
  /// In lower case.
  var type: String { get set }
  /// In lower case.
  var subtype: String { get set }
  var parameters: Parameters { get set }
  init(_ type: String, _ subtype: String, parameters: Parameters)
}

extension MediaTypeHeader {
  public init(_ type: String, _ subtype: String) {
    self.init(type, subtype, parameters: Parameters())
  }

  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    let type = try cursor.lowercasedToken()
    guard cursor.skipSeparator(0x2F) else { throw cursor.error(.unexpectedCharacter) }
    let subtype = try cursor.lowercasedToken()
    let parameters = try cursor.parameters()
    try cursor.expectEnd()
    self.init(type, subtype, parameters: parameters)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: mediaType)
    parameters.serialize(into: &bytes)
  }

  /// `type/subtype` in lower case, without parameters.
  public var mediaType: String { "\(type)/\(subtype)" }
}
