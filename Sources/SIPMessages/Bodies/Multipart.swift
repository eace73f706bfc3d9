/// A body of several parts (RFC 2046 section 5.1, RFC 5621).
public struct Multipart: Hashable, Sendable {
  /// One part: header fields of its own and bytes.
  public struct Part: Hashable, Sendable {
    public var fields: HeaderFields
    public var bytes: [UInt8]

    public init(fields: HeaderFields = HeaderFields(), bytes: [UInt8]) {
      self.fields = fields
      self.bytes = bytes
    }

    public init(_ body: Body, contentID: String? = nil) {
      fields = HeaderFields()
      fields.append(body.contentType)
      if let disposition = body.disposition { fields.append(disposition) }
      if let contentID { fields.append(name: .contentID, value: "<\(contentID)>") }
      bytes = body.bytes
    }

    /// `text/plain` when the part does not say (RFC 2046 section 5.1).
    public var contentType: ContentType { (try? fields[ContentType.self]) ?? ContentType("text", "plain") }

    public var disposition: ContentDisposition? { (try? fields[ContentDisposition.self]) ?? nil }

    /// The Content-ID without its angle brackets; nil when there is none.
    public var contentID: String? {
      guard var value = fields.first(.contentID) else { return nil }
      if value.hasPrefix("<"), value.hasSuffix(">") { value = String(value.dropFirst().dropLast()) }
      return value
    }

    public var body: Body { Body(contentType: contentType, disposition: disposition, bytes: bytes) }
  }

  /// `mixed`, `related`, `alternative` …
  public var subtype: String
  public var boundary: String
  public var parts: [Part]

  public init(subtype: String = "mixed", boundary: String, parts: [Part]) {
    self.subtype = subtype
    self.boundary = boundary
    self.parts = parts
  }

  /// The body's Content-Type with the boundary.
  public var contentType: ContentType {
    var type = ContentType("multipart", subtype)
    type.parameters.setQuoted("boundary", boundary)
    return type
  }

  /// The first part of that type, also inside parts that are multipart themselves.
  public func first(_ type: ContentType) -> Part? {
    flattened.first { $0.contentType.isSameType(as: type) }
  }

  /// The part a `cid:` URI or a bare Content-ID names (RFC 2392).
  public func part(contentID: String) -> Part? {
    let bare = contentID.utf8.prefix(4).equalsIgnoringCase("cid:") ? String(contentID.dropFirst(4)) : contentID
    let wanted = PercentEncoding.decode(bare.utf8)
    let all = flattened
    // A Content-ID as it stands may itself look like a URI, or like an escaped one.
    return all.first { $0.contentID == wanted } ?? all.first { $0.contentID == contentID }
  }

  /// All parts, those of inner multiparts in the place of these.
  public var flattened: [Part] { flattened(depth: 0) }

  private func flattened(depth: Int) -> [Part] {
    var all: [Part] = []
    for part in parts {
      // Each level costs a pass over the bytes, and no real message has more than two.
      if depth < 4, part.contentType.isMultipart, let inner = Multipart(part.body) {
        all += inner.flattened(depth: depth + 1)
      } else {
        all.append(part)
      }
    }
    return all
  }

  /// The wire form.
  public func serialized() -> [UInt8] {
    var output: [UInt8] = []
    for part in parts {
      output.append(text: "--\(boundary)\r\n")
      part.fields.serialize(into: &output)
      output.append(text: "\r\n")
      output.append(contentsOf: part.bytes)
      output.append(text: "\r\n")
    }
    output.append(text: "--\(boundary)--\r\n")
    return output
  }

  public var body: Body { Body(contentType: contentType, bytes: serialized()) }
}
