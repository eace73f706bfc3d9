/// A response (RFC 3261 section 7.2).
public struct Response: Hashable, Sendable {
  public var status: StatusCode { didSet { isUnchanged = false } }
  /// The reason phrase; may be empty.
  public var reason: String { didSet { isUnchanged = false } }
  public var version: String { didSet { isUnchanged = false } }
  public var fields: HeaderFields { didSet { isUnchanged = false } }
  private var storedBody: ArraySlice<UInt8>
  /// The response's own bytes within `fields.wire`, as long as nothing was changed.
  private var wireRange: Range<Int>
  private var isUnchanged: Bool

  public init(status: StatusCode, reason: String? = nil, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    self.status = status
    self.reason = reason ?? status.defaultReason
    version = "SIP/2.0"
    self.fields = fields
    storedBody = body[...]
    wireRange = 0..<0
    isUnchanged = false
  }

  init(
    status: StatusCode, reason: String, version: String, fields: HeaderFields, body: ArraySlice<UInt8>, wireRange: Range<Int>
  ) {
    self.status = status
    self.reason = reason
    self.version = version
    self.fields = fields
    storedBody = body
    self.wireRange = wireRange
    isUnchanged = true
  }

  /// The response to a request with what RFC 3261 section 8.2.6.2 has it copy: every Via, From, To, Call-ID, CSeq, and Timestamp in
  /// a 100.
  ///
  /// `toTag` is added to To unless the request already carried a tag there; nil adds none, as for a 100.
  public init(to request: Request, status: StatusCode, reason: String? = nil, toTag: String? = nil) {
    self.init(status: status, reason: reason, fields: .copied(from: request.fields, for: status, toTag: toTag))
  }

  /// The message body; empty when there is none.
  public var body: [UInt8] {
    get { Array(storedBody) }
    set {
      storedBody = newValue[...]
      isUnchanged = false
    }
  }

  /// The wire form. A parsed response that was not changed gives its own bytes back.
  public func serialized() -> [UInt8] {
    if isUnchanged {
      return wireRange == 0..<fields.wire.count ? fields.wire : Array(fields.wire[wireRange])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fields.serializedSize + storedBody.count + 96)
    bytes.append(fieldText: version)
    bytes.append(0x20)
    bytes.append(number: status.rawValue)
    bytes.append(0x20)
    bytes.append(fieldText: reason)
    bytes.append(0x0D)
    bytes.append(0x0A)
    fields.serialize(body: storedBody, into: &bytes)
    return bytes
  }

  public static func == (left: Response, right: Response) -> Bool {
    left.status == right.status && left.reason == right.reason && left.version == right.version && left.fields == right.fields
      && left.storedBody == right.storedBody
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(fields)
    hasher.combine(storedBody)
  }
}

extension HeaderFields {
  /// The fields a response takes over from its request. They go on lying in the request's buffer.
  fileprivate static func copied(from request: HeaderFields, for status: StatusCode, toTag: String?) -> HeaderFields {
    var fields = request
    fields.slots = []
    fields.slots.reserveCapacity(request.slots.count + 4)
    for slot in request.slots {
      switch slot.known {
      case .via, .from, .callID, .cseq: fields.slots.append(slot)
      case .timestamp where status == .trying: fields.slots.append(slot)
      case .to: fields.slots.append(fields.slot(slot, withTag: toTag))
      default: break
      }
    }
    return fields
  }

  private mutating func slot(_ slot: FieldSlot, withTag tag: String?) -> FieldSlot {
    let value = valueBytes(of: slot)
    guard let tag else { return slot }
    var index = 0
    if let layout = try? AddressLayout(value.span, &index), layout.tag != nil { return slot }
    let spelling = buffer(of: slot)[slot.nameRange]
    return makeSlot(.to, spelling: spelling) { bytes in
      bytes.append(contentsOf: value)
      bytes.append(text: ";tag=")
      bytes.append(fieldText: tag)
    }
  }
}
