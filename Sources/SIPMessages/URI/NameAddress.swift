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
    let layout = try AddressLayout(&cursor)
    let bytes = cursor.bytes
    do {
      uri = try URI(bytes: bytes[layout.uri])
    } catch {
      throw HeaderError(.badURI, offset: layout.uri.lowerBound - bytes.startIndex + error.offset)
    }
    displayName = layout.displayName.map { name in
      bytes[name.lowerBound] == 0x22 ? cursor.unquoted(name) : cursor.string(name)
    }
    parameters = layout.parameters
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
