/// The name that all requests and responses of a call share (RFC 3261 section 20.8). Compared byte by byte.
public struct CallIDHeader: TypedHeader {
  public static var name: HeaderName { .callID }

  private var source: ArraySlice<UInt8>

  public init(value: String) {
    source = Array(value.utf8)[...]
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    source = try Self.bytes(bytes)
  }

  public var value: String {
    get { String(decoding: source, as: UTF8.self) }
    set { source = Array(newValue.utf8)[...] }
  }

  /// The bytes of the one value in `bytes`.
  static func bytes(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> ArraySlice<UInt8> {
    let span = bytes.span
    var end = 0
    span.take(.word, &end)
    guard end > 0 else { throw HeaderError(.empty, offset: 0) }
    if span.skip(0x40, &end) {
      let host = end
      span.take(.word, &end)
      guard end > host else { throw HeaderError(.unexpectedCharacter, offset: end) }
    }
    if end == span.count { return bytes }
    var place = end
    span.skipWhitespace(&place)
    guard place == span.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
    return bytes[bytes.startIndex..<(bytes.startIndex + end)]
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(field: source)
  }
}
