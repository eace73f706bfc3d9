internal import SansIO

/// A request (RFC 3261 section 7.1).
///
/// One reference: on its way through the layers a message is handed on a dozen times, inside the outputs of each of them.
public struct Request: Hashable, Sendable {
  private enum Target: Sendable {
    /// As it came, still unread.
    case wire(ArraySlice<UInt8>)
    case uri(URI)
  }

  private struct Parts: Sendable {
    var method: Method
    var version: String
    var fields: HeaderFields
    var target: Target
    var body: ArraySlice<UInt8>
    /// The request's own bytes within `fields.wire`; nil once something was changed.
    var wireRange: Range<Int>?
  }

  private var parts: Boxed<Parts>

  public init(method: Method, uri: URI, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    parts = Boxed(
      Parts(method: method, version: "SIP/2.0", fields: fields, target: .uri(uri), body: body[...], wireRange: nil))
  }

  init(
    method: Method, target: ArraySlice<UInt8>, version: String, fields: HeaderFields, body: ArraySlice<UInt8>, wireRange: Range<Int>
  ) {
    parts = Boxed(
      Parts(method: method, version: version, fields: fields, target: .wire(target), body: body, wireRange: wireRange))
  }

  public var method: Method {
    get { parts.value.method }
    set { change { $0.method = newValue } }
  }

  /// `SIP/2.0`, or what the peer wrote there.
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

  private mutating func change(_ body: (inout Parts) -> Void) {
    body(&parts.value)
    parts.value.wireRange = nil
  }

  /// The Request-URI. One that cannot be read is `.other` with an empty scheme and the text as it came.
  public var uri: URI {
    get {
      switch parts.value.target {
      case .uri(let uri): uri
      case .wire(let bytes): (try? URI(bytes: bytes)) ?? .other(scheme: "", rest: String(decoding: bytes, as: UTF8.self))
      }
    }
    set { change { $0.target = .uri(newValue) } }
  }

  /// The message body; empty when there is none.
  public var body: [UInt8] {
    get { Array(parts.value.body) }
    set { change { $0.body = newValue[...] } }
  }

  /// How many bytes `serialized` gives, or a few more.
  public var serializedSize: Int {
    if let range = parts.value.wireRange { return range.count }
    var line: [UInt8] = []
    switch parts.value.target {
    case .wire(let target): line.append(contentsOf: target)
    case .uri(let uri): uri.serialize(into: &line)
    }
    let startLine = method.token.utf8.count + line.count + version.utf8.count + 4
    return startLine + parts.value.fields.serializedSize(body: parts.value.body)
  }

  /// The wire form. A parsed request that was not changed gives its own bytes back.
  public func serialized() -> [UInt8] {
    let parts = parts.value
    if let range = parts.wireRange {
      return range == 0..<parts.fields.wire.count ? parts.fields.wire : Array(parts.fields.wire[range])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.fields.serializedSize + parts.body.count + 160)
    bytes.append(fieldText: parts.method.token)
    bytes.append(0x20)
    switch parts.target {
    case .wire(let target): bytes.append(contentsOf: target)
    case .uri(let uri): uri.serialize(into: &bytes)
    }
    bytes.append(0x20)
    bytes.append(fieldText: parts.version)
    bytes.append(0x0D)
    bytes.append(0x0A)
    parts.fields.serialize(body: parts.body, into: &bytes)
    return bytes
  }

  public static func == (left: Request, right: Request) -> Bool {
    left.method == right.method && left.version == right.version && left.uri == right.uri && left.fields == right.fields
      && left.parts.value.body == right.parts.value.body
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(method)
    hasher.combine(fields)
    hasher.combine(parts.value.body)
  }
}
