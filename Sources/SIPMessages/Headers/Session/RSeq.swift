/// The number of a reliable provisional response, at least 1 (RFC 3262 section 7.1).
public struct RSeq: NumberHeader {
  public static var name: HeaderName { .rSeq }

  public var value: UInt32

  public init(_ value: UInt32) {
    self.value = value
  }

  public init(number: UInt64) {
    value = UInt32(clamping: number)
  }

  public var number: UInt64 { UInt64(clamping: value) }
}
