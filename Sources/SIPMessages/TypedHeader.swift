/// The value of one header field as a type. An open set: an extension adds a header by adding a conforming type (RFC 3261 section
/// 7.3.1).
public protocol TypedHeader: Hashable, Sendable {
  static var name: HeaderName { get }
  /// Whether a field may hold several values between commas, each a value of this type.
  static var isList: Bool { get }
  /// Reads one value. `bytes` hold no line end and no blanks around.
  init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError)
  /// Writes the value as it follows the colon.
  func serialize(into bytes: inout [UInt8])
}

extension TypedHeader {
  public static var isList: Bool { false }

  public init(_ text: String) throws(HeaderError) {
    let bytes = Array(text.utf8)
    try self.init(parsing: bytes[...])
  }

  /// The value as it follows the colon.
  public var text: String {
    var bytes: [UInt8] = []
    serialize(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
