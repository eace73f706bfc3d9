/// `"Display name" <uri>;parameters` or `uri;parameters` (RFC 3261 section 20.10, RFC 8217).
public struct NameAddress: Hashable, Sendable, CustomStringConvertible {
  /// Without quotes and escapes; nil when there is none. May hold anything a peer wrote, control characters too: who shows it cleans it.
  public var displayName: String?
  public var uri: URI
  /// The parameters of the header field, not those of the URI.
  public var parameters: Parameters

  public init(uri: URI, displayName: String? = nil, parameters: Parameters = Parameters()) {
    self.uri = uri
    self.displayName = displayName
    self.parameters = parameters
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
    if let name = layout.displayName {
      let slice = bytes[(base + name.lowerBound)..<(base + name.upperBound)]
      displayName = slice.first == 0x22 ? HeaderCursor.unquote(slice) : String(decoding: slice, as: UTF8.self)
    } else {
      displayName = nil
    }
    parameters = Parameters(
      validated: bytes[(base + layout.parameters.lowerBound)..<(base + layout.parameters.upperBound)], style: .header)
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
    if let displayName {
      HeaderCursor.quote(displayName, into: &bytes)
      bytes.append(0x20)
    }
    bytes.append(0x3C)
    uri.serialize(into: &bytes)
    bytes.append(0x3E)
    parameters.serialize(into: &bytes)
  }
}
