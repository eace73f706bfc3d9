/// What the body is (RFC 3261 section 20.15).
public struct ContentType: MediaTypeHeader {
  public static var name: HeaderName { .contentType }

  public var type: String
  public var subtype: String
  public var parameters: Parameters

  public init(_ type: String, _ subtype: String, parameters: Parameters) {
    self.type = type.lowercasedIfNeeded()
    self.subtype = subtype.lowercasedIfNeeded()
    self.parameters = parameters
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    if Self.isPlainSDP(bytes.span) {
      type = "application"
      subtype = "sdp"
      parameters = Parameters()
    } else {
      let other = try Accept(parsing: bytes)
      type = other.type
      subtype = other.subtype
      parameters = other.parameters
    }
  }

  /// Whether this is `application/sdp` and no more, as in nearly every message that has a body.
  private static func isPlainSDP(_ bytes: Span<UInt8>) -> Bool {
    bytes.count == 15 && ByteScan.word(bytes, at: 0) == 0x7461_6369_6C70_7061
      && ByteScan.word(bytes, at: 7) == 0x7064_732F_6E6F_6974
  }

  /// `application/sdp`.
  public static var sdp: ContentType { ContentType("application", "sdp") }
  /// `message/sipfrag` (RFC 3420).
  public static var sipfrag: ContentType { ContentType("message", "sipfrag") }

  /// Whether both are of the same type and subtype; parameters do not count.
  public func isSameType(as other: ContentType) -> Bool {
    type == other.type && subtype == other.subtype
  }

  public var isMultipart: Bool { type == "multipart" }
}
