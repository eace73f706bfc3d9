public import SansIO

/// One hop of the path a request took, and back which its responses travel (RFC 3261 section 20.42, RFC 3581).
public struct Via: TypedHeader {
  public static var name: HeaderName { .via }
  public static var isList: Bool { true }

  // Bytes, so that reading a Via makes no String.
  private var protocolBytes: ArraySlice<UInt8>
  private var transportBytes: ArraySlice<UInt8>
  private var hostBytes: ArraySlice<UInt8>
  /// nil when the field names none.
  public var port: UInt16?
  public var parameters: Parameters

  public init(transport: String, host: Host, port: UInt16? = nil, branch: String? = nil, parameters: Parameters = Parameters()) {
    protocolBytes = Array("SIP/2.0".utf8)[...]
    transportBytes = Array(transport.utf8)[...]
    hostBytes = Array(host.description.utf8)[...]
    self.port = port
    self.parameters = parameters
    if let branch { self.parameters.set("branch", branch) }
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var place = 0
    try self.init(bytes, &place)
    guard place == bytes.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
  }

  /// Reads one value from `place` on, an offset into `bytes`, and leaves it behind the value and its blanks.
  init(_ bytes: ArraySlice<UInt8>, _ place: inout Int) throws(HeaderError) {
    let span = bytes.span
    let base = bytes.startIndex
    span.skipWhitespace(&place)
    let nameStart = place
    span.take(.token, &place)
    let nameEnd = place
    guard nameEnd > nameStart, span.skipSeparator(0x2F, &place) else { throw HeaderError(.expectedToken, offset: place) }
    let versionStart = place
    span.take(.token, &place)
    let versionEnd = place
    guard versionEnd > versionStart, span.skipSeparator(0x2F, &place) else { throw HeaderError(.expectedToken, offset: place) }
    if versionStart == nameEnd + 1 {
      protocolBytes = bytes[(base + nameStart)..<(base + versionEnd)]
    } else {
      protocolBytes = bytes[(base + nameStart)..<(base + nameEnd)] + [0x2F] + bytes[(base + versionStart)..<(base + versionEnd)]
    }
    let transportStart = place
    span.take(.token, &place)
    guard place > transportStart else { throw HeaderError(.expectedToken, offset: place) }
    transportBytes = bytes[(base + transportStart)..<(base + place)]
    let transportEnd = place
    span.skipWhitespace(&place)
    guard place > transportEnd else { throw HeaderError(.unexpectedCharacter, offset: place) }

    let hostStart = place
    guard Host.skip(span, &place) else { throw HeaderError(.badHost, offset: hostStart) }
    hostBytes = bytes[(base + hostStart)..<(base + place)]
    port = nil
    if span.skipSeparator(0x3A, &place) {
      guard let number = span.number(&place, limit: 65535) else { throw HeaderError(.expectedNumber, offset: place) }
      port = UInt16(truncatingIfNeeded: number)
    }
    let parametersStart = place
    guard span.skipParameters(&place) else { throw HeaderError(.badParameter, offset: place) }
    parameters = Parameters(validated: bytes[(base + parametersStart)..<(base + place)], style: .header)
    span.skipWhitespace(&place)
  }

  public static func == (left: Via, right: Via) -> Bool {
    left.protocolBytes == right.protocolBytes && left.transportBytes == right.transportBytes && left.host == right.host
      && left.port == right.port && left.parameters == right.parameters
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(transportBytes)
    hasher.combine(host)
    hasher.combine(port)
    hasher.combine(parameters)
  }

  /// `SIP/2.0`, the name and version before the transport.
  public var sentProtocol: String {
    get { String(decoding: protocolBytes, as: UTF8.self) }
    set { protocolBytes = Array(newValue.utf8)[...] }
  }

  /// The transport as written: `UDP`, `TCP`, `TLS` …
  public var transport: String {
    get { KnownWords.transport(transportBytes) }
    set { transportBytes = Array(newValue.utf8)[...] }
  }

  public var host: Host {
    get { Host(bytes: hostBytes) ?? .name(String(decoding: hostBytes, as: UTF8.self)) }
    set { hostBytes = Array(newValue.description.utf8)[...] }
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(field: protocolBytes)
    bytes.append(0x2F)
    bytes.append(field: transportBytes)
    bytes.append(0x20)
    bytes.append(field: hostBytes)
    if let port {
      bytes.append(0x3A)
      bytes.append(number: port)
    }
    parameters.serialize(into: &bytes)
  }

  /// `host` or `host:port`, as the field has it.
  public var sentBy: String {
    port.map { "\(host):\($0)" } ?? host.description
  }

  /// The transaction's name; begins with `z9hG4bK` from peers of RFC 3261 (section 8.1.1.7).
  public var branch: String? {
    get { parameters["branch"] }
    set { setOrRemove("branch", newValue) }
  }

  /// Whether the branch begins with the magic cookie, so that it alone names the transaction (RFC 3261 section 17.2.3).
  public var hasMagicCookie: Bool {
    branch?.utf8.prefix(7).elementsEqual("z9hG4bK".utf8) ?? false
  }

  /// Where the request really came from (RFC 3261 section 18.2.1). IPv6 is read with and without brackets (RFC 5118 section 4.5).
  public var received: IPAddress? {
    get { parameters["received"].flatMap { IPAddress($0) } }
    set { setOrRemove("received", newValue?.description) }
  }

  /// The port the request really came from, once it was filled in (RFC 3581 section 4).
  public var rport: UInt16? {
    get { parameters["rport"].flatMap { UInt16($0) } }
    set { setOrRemove("rport", newValue.map { String($0) }) }
  }

  /// Whether the `rport` parameter is there, with a value or without: the sender wants its responses at the port it sent from.
  public var hasRport: Bool {
    get { parameters.has("rport") }
    set {
      guard newValue != hasRport else { return }
      if newValue { parameters.set("rport") } else { parameters.remove("rport") }
    }
  }

  /// The multicast or other address in `maddr`; nil when there is none.
  public var maddr: Host? { parameters["maddr"].flatMap { Host($0) } }

  private mutating func setOrRemove(_ name: String, _ value: String?) {
    if let value { parameters.set(name, value) } else { parameters.remove(name) }
  }
}
