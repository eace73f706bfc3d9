/// The name that all requests and responses of a call share (RFC 3261 section 20.8). Compared byte by byte.
public struct CallIDHeader: TypedHeader {
  public static var name: HeaderName { .callID }

  public var value: String

  public init(value: String) {
    self.value = value
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    value = String(decoding: try Self.bytes(bytes), as: UTF8.self)
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
    var place = end
    span.skipWhitespace(&place)
    guard place == span.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
    return bytes[bytes.startIndex..<(bytes.startIndex + end)]
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: value)
  }
}
