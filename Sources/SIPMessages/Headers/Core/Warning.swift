/// More about a response's status, for people (RFC 3261 section 20.43).
public struct Warning: TypedHeader {
  public static var name: HeaderName { .warning }
  public static var isList: Bool { true }

  /// Three digits.
  public var code: Int
  /// The host or name of who warns.
  public var agent: String
  public var message: String

  public init(code: Int, agent: String, message: String) {
    self.code = code
    self.agent = agent
    self.message = message
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    code = Int(try cursor.number(limit: 999))
    cursor.skipWhitespace()
    let start = cursor.index
    while let byte = cursor.current, !byte.isLinearWhitespace, byte != 0x22 { cursor.index += 1 }
    guard cursor.index > start else { throw cursor.error(.expectedToken) }
    agent = cursor.string(start..<cursor.index)
    cursor.skipWhitespace()
    message = cursor.unquoted(try cursor.quotedRange())
    try cursor.expectEnd()
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: code)
    bytes.append(0x20)
    bytes.append(fieldText: agent)
    bytes.append(0x20)
    HeaderCursor.quote(message, into: &bytes)
  }
}
