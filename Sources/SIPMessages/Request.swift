/// A request (RFC 3261 section 7.1).
public struct Request: Hashable, Sendable {
  private enum Target: Sendable {
    /// As it came, still unread.
    case wire(ArraySlice<UInt8>)
    case uri(URI)
  }

  public var method: Method { didSet { isUnchanged = false } }
  /// `SIP/2.0`, or what the peer wrote there.
  public var version: String { didSet { isUnchanged = false } }
  public var fields: HeaderFields { didSet { isUnchanged = false } }
  private var target: Target
  private var storedBody: ArraySlice<UInt8>
  /// The request's own bytes within `fields.wire`, as long as nothing was changed.
  private var wireRange: Range<Int>
  private var isUnchanged: Bool

  public init(method: Method, uri: URI, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    self.method = method
    version = "SIP/2.0"
    self.fields = fields
    target = .uri(uri)
    storedBody = body[...]
    wireRange = 0..<0
    isUnchanged = false
  }

  init(
    method: Method, target: ArraySlice<UInt8>, version: String, fields: HeaderFields, body: ArraySlice<UInt8>, wireRange: Range<Int>
  ) {
    self.method = method
    self.version = version
    self.fields = fields
    self.target = .wire(target)
    storedBody = body
    self.wireRange = wireRange
    isUnchanged = true
  }

  /// The Request-URI. One that cannot be read is `.other` with an empty scheme and the text as it came.
  public var uri: URI {
    get {
      switch target {
      case .uri(let uri): uri
      case .wire(let bytes): (try? URI(bytes: bytes)) ?? .other(scheme: "", rest: String(decoding: bytes, as: UTF8.self))
      }
    }
    set {
      target = .uri(newValue)
      isUnchanged = false
    }
  }

  /// The message body; empty when there is none.
  public var body: [UInt8] {
    get { Array(storedBody) }
    set {
      storedBody = newValue[...]
      isUnchanged = false
    }
  }

  /// The wire form. A parsed request that was not changed gives its own bytes back.
  public func serialized() -> [UInt8] {
    if isUnchanged {
      return wireRange == 0..<fields.wire.count ? fields.wire : Array(fields.wire[wireRange])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fields.serializedSize + storedBody.count + 160)
    bytes.append(fieldText: method.token)
    bytes.append(0x20)
    switch target {
    case .wire(let target): bytes.append(contentsOf: target)
    case .uri(let uri): uri.serialize(into: &bytes)
    }
    bytes.append(0x20)
    bytes.append(fieldText: version)
    bytes.append(0x0D)
    bytes.append(0x0A)
    fields.serialize(body: storedBody, into: &bytes)
    return bytes
  }

  public static func == (left: Request, right: Request) -> Bool {
    left.method == right.method && left.version == right.version && left.uri == right.uri && left.fields == right.fields
      && left.storedBody == right.storedBody
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(method)
    hasher.combine(fields)
    hasher.combine(storedBody)
  }
}
