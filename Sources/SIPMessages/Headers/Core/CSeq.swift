/// The order of requests, and which request a response answers (RFC 3261 section 20.16).
public struct CSeq: TypedHeader {
  public static var name: HeaderName { .cseq }
  /// "less than 2**31" (RFC 3261 section 8.1.1.5).
  public static let largestNumber: UInt32 = 0x7FFF_FFFF

  public var number: UInt32
  public var method: Method

  public init(_ number: UInt32, _ method: Method) {
    self.number = number
    self.method = method
  }

  public init(number: UInt32, method: Method) {
    self.init(number, method)
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    let span = bytes.span
    var place = 0
    guard let number = span.number(&place, limit: UInt64(Self.largestNumber)) else {
      throw HeaderError(.expectedNumber, offset: place)
    }
    self.number = UInt32(truncatingIfNeeded: number)
    let numberEnd = place
    span.skipWhitespace(&place)
    let start = place
    span.take(.token, &place)
    guard start > numberEnd, place > start else { throw HeaderError(.expectedToken, offset: start) }
    method = KnownWords.method(bytes, start..<place)
    span.skipWhitespace(&place)
    guard place == span.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: number)
    bytes.append(0x20)
    bytes.append(fieldText: method.token)
  }
}
