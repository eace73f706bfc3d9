/// The shortest session interval that is accepted (RFC 4028 section 5).
public struct MinSE: TypedHeader {
  public static var name: HeaderName { .minSE }

  /// Seconds.
  public var interval: UInt32
  public var parameters: Parameters

  public init(_ interval: UInt32) {
    self.interval = interval
    parameters = Parameters()
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    interval = UInt32(truncatingIfNeeded: try cursor.number(limit: UInt64(UInt32.max)))
    parameters = try cursor.parameters()
    try cursor.expectEnd()
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: interval)
    parameters.serialize(into: &bytes)
  }
}
