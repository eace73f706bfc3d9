internal import SansIO

/// A response (RFC 3261 section 7.2). One reference, as `Request` is.
public struct Response: Hashable, Sendable {
  private struct Parts: Sendable {
    var status: StatusCode
    var reason: String
    var version: String
    var fields: HeaderFields
    var body: ArraySlice<UInt8>
    /// The response's own bytes within `fields.wire`; nil once something was changed.
    var wireRange: Range<Int>?
  }

  private var parts: Boxed<Parts>

  public init(status: StatusCode, reason: String? = nil, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    parts = Boxed(
      Parts(
        status: status, reason: reason ?? status.defaultReason, version: "SIP/2.0", fields: fields, body: body[...],
        wireRange: nil))
  }

  init(
    status: StatusCode, reason: String, version: String, fields: HeaderFields, body: ArraySlice<UInt8>, wireRange: Range<Int>
  ) {
    parts = Boxed(
      Parts(status: status, reason: reason, version: version, fields: fields, body: body, wireRange: wireRange))
  }

  /// The response to a request with what RFC 3261 section 8.2.6.2 has it copy: every Via, From, To, Call-ID, CSeq, and Timestamp in
  /// a 100.
  ///
  /// `toTag` is added to To unless the request already carried a tag there; nil adds none, as for a 100.
  public init(to request: Request, status: StatusCode, reason: String? = nil, toTag: String? = nil) {
    self.init(status: status, reason: reason, fields: .copied(from: request.fields, for: status, toTag: toTag))
  }

  public var status: StatusCode {
    get { parts.value.status }
    set { change { $0.status = newValue } }
  }

  /// The reason phrase; may be empty.
  public var reason: String {
    get { parts.value.reason }
    set { change { $0.reason = newValue } }
  }

  public var version: String {
    get { parts.value.version }
    set { change { $0.version = newValue } }
  }

  public var fields: HeaderFields {
    _read { yield parts.value.fields }
    _modify {
      parts.value.wireRange = nil
      yield &parts.value.fields
    }
  }

  /// The message body; empty when there is none.
  public var body: [UInt8] {
    get { Array(parts.value.body) }
    set { change { $0.body = newValue[...] } }
  }

  private mutating func change(_ body: (inout Parts) -> Void) {
    body(&parts.value)
    parts.value.wireRange = nil
  }

  /// The wire form. A parsed response that was not changed gives its own bytes back.
  public func serialized() -> [UInt8] {
    let parts = parts.value
    if let range = parts.wireRange {
      return range == 0..<parts.fields.wire.count ? parts.fields.wire : Array(parts.fields.wire[range])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.fields.serializedSize + parts.body.count + 96)
    bytes.append(fieldText: parts.version)
    bytes.append(0x20)
    bytes.append(number: parts.status.rawValue)
    bytes.append(0x20)
    bytes.append(fieldText: parts.reason)
    bytes.append(0x0D)
    bytes.append(0x0A)
    parts.fields.serialize(body: parts.body, into: &bytes)
    return bytes
  }

  public static func == (left: Response, right: Response) -> Bool {
    left.status == right.status && left.reason == right.reason && left.version == right.version && left.fields == right.fields
      && left.parts.value.body == right.parts.value.body
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(fields)
    hasher.combine(parts.value.body)
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
