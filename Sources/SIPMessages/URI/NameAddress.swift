/// `"Display name" <uri>;parameters` or `uri;parameters` (RFC 3261 section 20.10, RFC 8217).
public struct NameAddress: Hashable, Sendable, CustomStringConvertible {
  // One slice and where the parts lie in it, so that reading an address makes no String.
  private var source: ArraySlice<UInt8>
  private var namePiece: Piece
  private var parametersPiece: Piece
  public var uri: URI

  public init(uri: URI, displayName: String? = nil, parameters: Parameters = Parameters()) {
    self.uri = uri
    source = []
    namePiece = .none
    parametersPiece = Piece(0, 0)
    pack(name: displayName.map { Self.quoted($0) }, parameters: parameters.bytes)
  }

  /// The parameters of the header field, not those of the URI.
  public var parameters: Parameters {
    get { Parameters(validated: source[parametersPiece], style: .header) }
    set { pack(name: nameBytes, parameters: newValue.bytes) }
  }

  /// As it is written, perhaps with quotes.
  private var nameBytes: ArraySlice<UInt8>? { source.part(namePiece) }

  private mutating func pack(name: ArraySlice<UInt8>?, parameters: ArraySlice<UInt8>) {
    var bytes: [UInt8] = []
    namePiece = bytes.pack(ifThere: name)
    parametersPiece = bytes.pack(parameters)
    source = bytes[...]
  }

  private static func quoted(_ name: String) -> ArraySlice<UInt8> {
    var quoted: [UInt8] = []
    HeaderCursor.quote(name, into: &quoted)
    return quoted[...]
  }

  /// Without quotes and escapes; nil when there is none. May hold anything a peer wrote, control characters too: who shows it
  /// cleans it.
  public var displayName: String? {
    get {
      nameBytes.map { $0.first == 0x22 ? HeaderCursor.unquote($0) : String(decoding: $0, as: UTF8.self) }
    }
    set { pack(name: newValue.map { Self.quoted($0) }, parameters: source[parametersPiece]) }
  }

  /// Reads an address and its parameters, and stops before what follows them.
  public init(_ cursor: inout HeaderCursor) throws(HeaderError) {
    var place = cursor.offset
    try self.init(cursor.bytes, &place)
    cursor.index = cursor.bytes.startIndex + place
  }

  /// As `init(_:)`; `place` is an offset into `bytes`.
  @usableFromInline
  init(_ bytes: ArraySlice<UInt8>, _ place: inout Int) throws(HeaderError) {
    let layout = try AddressLayout(bytes.span, &place)
    do {
      uri = try URI(bytes, layout.uri)
    } catch {
      throw HeaderError(.badURI, offset: layout.uri.lowerBound + error.offset)
    }
    source = bytes
    namePiece = Piece(layout.displayName)
    parametersPiece = Piece(layout.parameters)
  }

  public static func == (left: NameAddress, right: NameAddress) -> Bool {
    left.displayName == right.displayName && left.uri == right.uri && left.parameters == right.parameters
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(uri)
    hasher.combine(parameters)
  }

  /// The `tag` parameter (RFC 3261 section 19.3).
  public var tag: String? {
    get { parameters["tag"] }
    set { if let newValue { parameters.setEcho("tag", newValue) } else { parameters.remove("tag") } }
  }

  /// The wire form, always with angle brackets.
  public var description: String {
    var bytes: [UInt8] = []
    serialize(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  public func serialize(into bytes: inout [UInt8]) {
    if let nameBytes {
      // A name that stood there without quotes gets them: it may hold characters that only its sender thought fit.
      if nameBytes.first == 0x22 { bytes.append(field: nameBytes) } else { HeaderCursor.quote(displayName ?? "", into: &bytes) }
      bytes.append(0x20)
    }
    bytes.append(0x3C)
    uri.serialize(into: &bytes)
    bytes.append(0x3E)
    parameters.serialize(into: &bytes)
  }
}
