public import SansIO

/// One hop of the path a request took, and back which its responses travel (RFC 3261 section 20.42, RFC 3581).
public struct Via: TypedHeader {
  public static var name: HeaderName { .via }
  public static var isList: Bool { true }

  // One slice and where the parts lie in it, so that reading a Via makes no String and copying it counts one reference.
  private var source: ArraySlice<UInt8>
  private var protocolPiece: Piece
  private var transportPiece: Piece
  private var hostPiece: Piece
  private var parametersPiece: Piece
  /// nil when the field names none.
  public var port: UInt16?

  public init(transport: String, host: Host, port: UInt16? = nil, branch: String? = nil, parameters: Parameters = Parameters()) {
    var parameters = parameters
    if let branch { parameters.setEcho("branch", branch) }
    var bytes: [UInt8] = []
    protocolPiece = bytes.pack("SIP/2.0".utf8)
    transportPiece = bytes.pack(transport.utf8)
    hostPiece = bytes.pack(host.description.utf8)
    parametersPiece = bytes.pack(parameters.bytes)
    source = bytes[...]
    self.port = port
  }

  /// Writes the parts anew, each as it is given, after one of them changed.
  private mutating func pack(
    protocol name: some Collection<UInt8>, transport: some Collection<UInt8>, host: some Collection<UInt8>,
    parameters: ArraySlice<UInt8>
  ) {
    var bytes: [UInt8] = []
    protocolPiece = bytes.pack(name)
    transportPiece = bytes.pack(transport)
    hostPiece = bytes.pack(host)
    parametersPiece = bytes.pack(parameters)
    source = bytes[...]
  }

  private var protocolBytes: ArraySlice<UInt8> { source[protocolPiece] }
  private var transportBytes: ArraySlice<UInt8> { source[transportPiece] }
  private var hostBytes: ArraySlice<UInt8> { source[hostPiece] }

  public var parameters: Parameters {
    get { Parameters(validated: source[parametersPiece], style: .header) }
    set { pack(protocol: protocolBytes, transport: transportBytes, host: hostBytes, parameters: newValue.bytes) }
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var place = 0
    try self.init(bytes, &place)
    guard place == bytes.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
  }

  public static func next(in bytes: ArraySlice<UInt8>, from place: inout Int) throws(HeaderError) -> Via? {
    guard ListGrammar.begin(bytes, &place) else { return nil }
    let via = try Via(bytes, &place)
    try ListGrammar.end(bytes, &place)
    return via
  }

  /// Reads one value from `place` on, an offset into `bytes`, and leaves it behind the value and its blanks.
  init(_ bytes: ArraySlice<UInt8>, _ place: inout Int) throws(HeaderError) {
    let span = bytes.span
    span.skipWhitespace(&place)
    let nameStart = place
    let isUsual = place &+ 8 <= span.count && ByteScan.word(span, at: place) == Self.usualProtocol
    var isSplit = false
    if isUsual { place &+= 8 } else { isSplit = try Self.skipProtocol(span, &place) }
    let transportStart = place
    span.take(.token, &place)
    let transportEnd = place
    guard place > transportStart else { throw HeaderError(.expectedToken, offset: place) }
    span.skipWhitespace(&place)
    guard place > transportEnd else { throw HeaderError(.unexpectedCharacter, offset: place) }

    let hostStart = place
    guard Host.skip(span, &place) else { throw HeaderError(.badHost, offset: hostStart) }
    let hostEnd = place
    port = nil
    if span.skipSeparator(0x3A, &place) {
      guard let number = span.number(&place, limit: 65535) else { throw HeaderError(.expectedNumber, offset: place) }
      port = UInt16(truncatingIfNeeded: number)
    }
    let parametersStart = place
    guard span.skipParameters(&place) else { throw HeaderError(.badParameter, offset: place) }
    source = bytes
    protocolPiece = isUsual ? Piece(nameStart, nameStart &+ 7) : Self.protocolPiece(span, nameStart, transportStart)
    transportPiece = Piece(transportStart, transportEnd)
    hostPiece = Piece(hostStart, hostEnd)
    parametersPiece = Piece(parametersStart, place)
    span.skipWhitespace(&place)
    if isSplit {
      let whole = protocolBytes.filter { !$0.isLinearWhitespace }
      pack(protocol: whole, transport: transportBytes, host: hostBytes, parameters: source[parametersPiece])
    }
  }

  /// `SIP/2.0/`, the first letter lowest.
  private static var usualProtocol: UInt64 { 0x2F30_2E32_2F50_4953 }

  /// Passes a name, a version and their slashes; true when there are blanks among them.
  private static func skipProtocol(_ span: Span<UInt8>, _ place: inout Int) throws(HeaderError) -> Bool {
    var length = 0
    let first = place
    for _ in 0..<2 {
      let start = place
      span.take(.token, &place)
      length += place - start + 1
      guard place > start, span.skipSeparator(0x2F, &place) else { throw HeaderError(.expectedToken, offset: place) }
    }
    return place - first > length
  }

  /// What `skipProtocol` passed, without the last slash and the blanks around it.
  private static func protocolPiece(_ span: Span<UInt8>, _ start: Int, _ next: Int) -> Piece {
    var end = next
    while end > start, span[end - 1] == 0x2F || span[end - 1].isLinearWhitespace { end -= 1 }
    return Piece(start, end)
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
    set { pack(protocol: newValue.utf8, transport: transportBytes, host: hostBytes, parameters: source[parametersPiece]) }
  }

  /// The transport as written: `UDP`, `TCP`, `TLS` …
  public var transport: String {
    get { KnownWords.transport(transportBytes) }
    set { pack(protocol: protocolBytes, transport: newValue.utf8, host: hostBytes, parameters: source[parametersPiece]) }
  }

  public var host: Host {
    get { Host(bytes: hostBytes) ?? .name(String(decoding: hostBytes, as: UTF8.self)) }
    set {
      pack(
        protocol: protocolBytes, transport: transportBytes, host: newValue.description.utf8, parameters: source[parametersPiece])
    }
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
    bytes.append(contentsOf: source[parametersPiece])
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
    if let value { parameters.setEcho(name, value) } else { parameters.remove(name) }
  }
}
