/// A header that is one number and nothing else.
public protocol NumberHeader: TypedHeader {
  /// The largest number the header may carry.
  static var limit: UInt64 { get }
  var number: UInt64 { get }
  init(number: UInt64)
}

extension NumberHeader {
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    let number = try cursor.number(limit: Self.limit)
    try cursor.expectEnd()
    self.init(number: number)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: number)
  }
}
