/// A body, or one part of one, with what is said about it (RFC 5621).
public struct Body: Hashable, Sendable {
  public var contentType: ContentType
  /// nil when the field is missing: `session` for application/sdp, `render` for others (RFC 3261 section 20.11).
  public var disposition: ContentDisposition?
  public var bytes: [UInt8]

  public init(contentType: ContentType, disposition: ContentDisposition? = nil, bytes: [UInt8]) {
    self.contentType = contentType
    self.disposition = disposition
    self.bytes = bytes
  }

  /// The disposition that holds, stated or not.
  public var effectiveDisposition: ContentDisposition {
    disposition ?? (contentType.isSameType(as: .sdp) ? .session : .render)
  }
}
