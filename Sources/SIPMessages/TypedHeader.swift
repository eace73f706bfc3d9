/// The value of one header field as a type. An open set: an extension adds a header by adding a conforming type (RFC 3261 section
/// 7.3.1).
public protocol TypedHeader: Hashable, Sendable {
  static var name: HeaderName { get }
  /// Whether a field may hold several values between commas, each a value of this type.
  static var isList: Bool { get }
  /// Reads one value. `bytes` hold no line end and no blanks around.
  init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError)
  /// Reads the next value of a list from `place` on, an offset into `bytes`, and leaves it behind the value; nil when there is no
  /// other. Only for headers that are lists.
  static func next(in bytes: ArraySlice<UInt8>, from place: inout Int) throws(HeaderError) -> Self?
  /// Writes the value as it follows the colon.
  func serialize(into bytes: inout [UInt8])
}

extension TypedHeader {
  public static var isList: Bool { false }

  /// Looks for the value's end first, then reads it.
  public static func next(in bytes: ArraySlice<UInt8>, from place: inout Int) throws(HeaderError) -> Self? {
    var elements = ElementSplitter(bytes, from: place)
    guard let element = elements.next() else { return nil }
    place = elements.offset
    return try Self(parsing: element)
  }

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
