/// What is asked of nearly every message, with nil (or nothing) for a field that is missing or malformed.
public protocol MessageAccessors {
  var fields: HeaderFields { get set }
  var body: [UInt8] { get set }
}

extension Request: MessageAccessors {}
extension Response: MessageAccessors {}

extension MessageAccessors {
  // Inlinable: a header is read where its type is known, or its metadata is looked up for every message.

  @inlinable public var topVia: Via? { value(Via.self) }
  @inlinable public var vias: [Via] { values(Via.self) }
  @inlinable public var from: From? { value(From.self) }
  @inlinable public var to: To? { value(To.self) }
  @inlinable public var callID: String? { value(CallIDHeader.self)?.value }
  @inlinable public var cseq: CSeq? { value(CSeq.self) }
  @inlinable public var maxForwards: Int? { value(MaxForwards.self)?.value }
  @inlinable public var contacts: [Contact] { values(Contact.self) }
  @inlinable public var routes: [Route] { values(Route.self) }
  @inlinable public var recordRoutes: [RecordRoute] { values(RecordRoute.self) }
  @inlinable public var contentType: ContentType? { value(ContentType.self) }
  @inlinable public var contentDisposition: ContentDisposition? { value(ContentDisposition.self) }
  @inlinable public var expires: Expires? { value(Expires.self) }

  /// The first value of that header; nil when it is missing or malformed.
  @inlinable
  public func value<H: TypedHeader>(_ type: H.Type) -> H? {
    (try? fields[type]) ?? nil
  }

  /// All values of that header; none when one of them is malformed.
  @inlinable
  public func values<H: TypedHeader>(_ type: H.Type) -> [H] {
    (try? fields.all(type)) ?? []
  }

  /// The body with what its header fields say about it; nil when it is empty.
  public var content: Body? {
    let bytes = body
    guard !bytes.isEmpty else { return nil }
    return Body(contentType: contentType ?? ContentType("text", "plain"), disposition: contentDisposition, bytes: bytes)
  }

  /// Puts a body in the message with Content-Type and, if it has one, Content-Disposition; nil takes them out.
  public mutating func setContent(_ content: Body?) {
    guard let content else {
      body = []
      fields.removeAll(.contentType)
      fields.removeAll(.contentDisposition)
      return
    }
    body = content.bytes
    fields.set(content.contentType)
    fields.set(content.disposition.map { [$0] } ?? [ContentDisposition]())
  }
}
