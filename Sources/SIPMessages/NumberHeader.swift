/// A header that is one number and nothing else.
public protocol NumberHeader: TypedHeader {
  /// The largest number the header may carry.
  static var limit: UInt64 { get }
  var number: UInt64 { get }
  init(number: UInt64)
}

extension NumberHeader {
  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    let span = bytes.span
    var place = 0
    span.skipWhitespace(&place)
    guard let number = span.number(&place, limit: Self.limit) else { throw HeaderError(.expectedNumber, offset: place) }
    span.skipWhitespace(&place)
    guard place == span.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
    self.init(number: number)
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: number)
  }
}
