/// `"Display name" <uri>;parameters` or `uri;parameters` (RFC 3261 section 20.10, RFC 8217).
public struct NameAddress: Hashable, Sendable, CustomStringConvertible {
  /// As it is written, perhaps with quotes; bytes, so that reading an address makes no String.
  private var nameBytes: ArraySlice<UInt8>?
  public var uri: URI
  /// The parameters of the header field, not those of the URI.
  public var parameters: Parameters

  public init(uri: URI, displayName: String? = nil, parameters: Parameters = Parameters()) {
    self.uri = uri
    self.parameters = parameters
    nameBytes = nil
    self.displayName = displayName
  }

  /// Without quotes and escapes; nil when there is none. May hold anything a peer wrote, control characters too: who shows it
  /// cleans it.
  public var displayName: String? {
    get {
      nameBytes.map { $0.first == 0x22 ? HeaderCursor.unquote($0) : String(decoding: $0, as: UTF8.self) }
    }
    set {
      var quoted: [UInt8] = []
      if let newValue { HeaderCursor.quote(newValue, into: &quoted) }
      nameBytes = newValue == nil ? nil : quoted[...]
    }
  }

  /// Reads an address and its parameters, and stops before what follows them.
  public init(_ cursor: inout HeaderCursor) throws(HeaderError) {
    let bytes = cursor.bytes
    let base = bytes.startIndex
    var place = cursor.offset
    let layout = try AddressLayout(bytes.span, &place)
    cursor.index = base + place
    do {
      uri = try URI(bytes: bytes[(base + layout.uri.lowerBound)..<(base + layout.uri.upperBound)])
    } catch {
      throw HeaderError(.badURI, offset: layout.uri.lowerBound + error.offset)
    }
    nameBytes = layout.displayName.map { bytes[(base + $0.lowerBound)..<(base + $0.upperBound)] }
    parameters = Parameters(
      validated: bytes[(base + layout.parameters.lowerBound)..<(base + layout.parameters.upperBound)], style: .header)
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
    set { if let newValue { parameters.set("tag", newValue) } else { parameters.remove("tag") } }
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
