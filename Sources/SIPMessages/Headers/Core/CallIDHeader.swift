/// The name that all requests and responses of a call share (RFC 3261 section 20.8). Compared byte by byte.
public struct CallIDHeader: TypedHeader {
  public static var name: HeaderName { .callID }

  public var value: String

  public init(value: String) {
    self.value = value
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    var range = cursor.take(.word)
    guard !range.isEmpty else { throw cursor.error(.empty) }
    if cursor.skip(0x40) {
      let host = cursor.take(.word)
      guard !host.isEmpty else { throw cursor.error(.unexpectedCharacter) }
      range = range.lowerBound..<host.upperBound
    }
    try cursor.expectEnd()
    value = cursor.string(range)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: value)
  }
}
