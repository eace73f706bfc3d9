/// The order of requests, and which request a response answers (RFC 3261 section 20.16).
public struct CSeq: TypedHeader {
  public static var name: HeaderName { .cseq }
  /// "less than 2**31" (RFC 3261 section 8.1.1.5).
  public static let largestNumber: UInt32 = 0x7FFF_FFFF

  public var number: UInt32
  public var method: Method

  public init(_ number: UInt32, _ method: Method) {
    self.number = number
    self.method = method
  }

  public init(number: UInt32, method: Method) {
    self.init(number, method)
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    number = UInt32(truncatingIfNeeded: try cursor.number(limit: UInt64(Self.largestNumber)))
    let blank = cursor.index
    cursor.skipWhitespace()
    guard cursor.index > blank else { throw cursor.error(.unexpectedCharacter) }
    method = Method(try cursor.token())
    try cursor.expectEnd()
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: number)
    bytes.append(0x20)
    bytes.append(fieldText: method.token)
  }
}
