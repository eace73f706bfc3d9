/// What is asked of nearly every message, with nil (or nothing) for a field that is missing or malformed.
public protocol MessageAccessors {
  var fields: HeaderFields { get set }
  var body: [UInt8] { get set }
}

extension Request: MessageAccessors {}
extension Response: MessageAccessors {}

extension MessageAccessors {
  public var topVia: Via? { value(Via.self) }
  public var vias: [Via] { values(Via.self) }
  public var from: From? { value(From.self) }
  public var to: To? { value(To.self) }
  public var callID: String? { value(CallIDHeader.self)?.value }
  public var cseq: CSeq? { value(CSeq.self) }
  public var maxForwards: Int? { value(MaxForwards.self)?.value }
  public var contacts: [Contact] { values(Contact.self) }
  public var routes: [Route] { values(Route.self) }
  public var recordRoutes: [RecordRoute] { values(RecordRoute.self) }
  public var contentType: ContentType? { value(ContentType.self) }
  public var contentDisposition: ContentDisposition? { value(ContentDisposition.self) }
  public var expires: Expires? { value(Expires.self) }

  /// The first value of that header; nil when it is missing or malformed.
  public func value<H: TypedHeader>(_ type: H.Type) -> H? {
    (try? fields[type]) ?? nil
  }

  /// All values of that header; none when one of them is malformed.
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
