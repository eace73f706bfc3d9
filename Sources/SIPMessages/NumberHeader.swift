/// A header that is one number and nothing else.
public protocol NumberHeader: TypedHeader {
  /// The largest number the header may carry.
  static var limit: UInt64 { get }
  var number: UInt64 { get }
  init(number: UInt64)
}

extension NumberHeader {
  /// Most numbers of SIP are bounded by 2^32 - 1.
  public static var limit: UInt64 { UInt64(UInt32.max) }

  @inlinable
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    self.init(number: try HeaderCursor.onlyNumber(bytes, limit: Self.limit))
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: number)
  }
}
