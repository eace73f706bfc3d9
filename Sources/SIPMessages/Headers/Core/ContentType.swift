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
