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
      let isWhole = Self.isWhole(comment)
      for byte in comment.utf8 where isWhole || byte != 0x28 && byte != 0x29 && byte != 0x5C {
        bytes.append(byte == 0x0D || byte == 0x0A ? 0x20 : byte)
      }
      bytes.append(0x29)
    }
    parameters.serialize(into: &bytes)
  }

  /// Whether the parentheses within a comment come in pairs and no backslash is left over: then it can stand between its own.
  private static func isWhole(_ comment: String) -> Bool {
    var depth = 0
    var isEscaped = false
    for byte in comment.utf8 {
      if isEscaped {
        isEscaped = false
      } else if byte == 0x5C {
        isEscaped = true
      } else if byte == 0x28 {
        depth += 1
      } else if byte == 0x29 {
        depth -= 1
        if depth < 0 { return false }
      }
    }
    return depth == 0 && !isEscaped
  }

  /// For how many seconds the service will then be there; nil when it does not say.
  public var duration: UInt32? { parameters["duration"].flatMap { UInt32($0) } }
}
