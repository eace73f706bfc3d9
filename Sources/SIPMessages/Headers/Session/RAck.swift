/// Which reliable provisional response a PRACK acknowledges (RFC 3262 section 7.2).
public struct RAck: TypedHeader {
  public static var name: HeaderName { .rAck }

  /// The RSeq of the response.
  public var responseNumber: UInt32
  /// The CSeq of the response.
  public var cseq: CSeq

  public init(responseNumber: UInt32, cseq: CSeq) {
    self.responseNumber = responseNumber
    self.cseq = cseq
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var cursor = HeaderCursor(bytes)
    responseNumber = UInt32(truncatingIfNeeded: try cursor.number(limit: UInt64(UInt32.max)))
    let blank = cursor.index
    cursor.skipWhitespace()
    guard cursor.index > blank else { throw cursor.error(.unexpectedCharacter) }
    cseq = try CSeq(parsing: bytes[cursor.index...])
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(number: responseNumber)
    bytes.append(0x20)
    cseq.serialize(into: &bytes)
  }
}
