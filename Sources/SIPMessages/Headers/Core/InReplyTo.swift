/// The calls that this call answers, by Call-ID (RFC 3261 section 20.21).
public struct InReplyTo: TypedHeader {
  public static var name: HeaderName { .inReplyTo }
  public static var isList: Bool { true }

  public var callID: String

  public init(callID: String) {
    self.callID = callID
  }

  public init(parsing bytes: ArraySlice<UInt8>) throws(HeaderError) {
    callID = try CallIDHeader(parsing: bytes).value
  }

  public func serialize(into bytes: inout [UInt8]) {
    bytes.append(fieldText: callID)
  }
}
