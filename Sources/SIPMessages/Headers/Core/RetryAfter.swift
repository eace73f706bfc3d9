/// When a service will be there again (RFC 3261 section 20.33).
public struct RetryAfter: TypedHeader {
  public static var name: HeaderName { .retryAfter }

  public var seconds: UInt32
  /// What the sender says about it; nil when it says nothing.
  public var comment: String?
  public var parameters: Parameters

  public init(_ seconds: UInt32, comment: String? = nil) {
    self.seconds = seconds
    self.comment = comment
    parameters = Parameters()
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    seconds = UInt32(truncatingIfNeeded: try cursor.number(limit: UInt64(UInt32.max)))
    cursor.skipWhitespace()
    comment = cursor.current == 0x28 ? try cursor.comment() : nil
    parameters = try cursor.parameters()
    try cursor.expectEnd()
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: seconds)
    if let comment {
      bytes.append(text: " (")
      for byte in comment.utf8 where byte != 0x28 && byte != 0x29 && byte != 0x0D && byte != 0x0A { bytes.append(byte) }
      bytes.append(0x29)
    }
    parameters.serialize(into: &bytes)
  }

  /// For how many seconds the service will then be there; nil when it does not say.
  public var duration: UInt32? { parameters["duration"].flatMap { UInt32($0) } }
}
