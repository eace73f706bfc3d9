/// A kind of body the sender can read; `*` stands for any (RFC 3261 section 20.1).
public struct Accept: MediaTypeHeader {
  public static var name: HeaderName { .accept }
  public static var isList: Bool { true }

  public var type: String
  public var subtype: String
  public var parameters: Parameters

  public init(_ type: String, _ subtype: String, parameters: Parameters) {
    self.type = type.lowercasedIfNeeded()
    self.subtype = subtype.lowercasedIfNeeded()
    self.parameters = parameters
  }

  /// Whether a body of that type may be sent.
  public func allows(_ contentType: ContentType) -> Bool {
    (type == "*" || type == contentType.type) && (subtype == "*" || subtype == contentType.subtype)
  }
}
