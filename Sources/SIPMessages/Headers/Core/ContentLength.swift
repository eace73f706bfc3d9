/// Bytes of the body (RFC 3261 section 20.14).
public struct ContentLength: NumberHeader {
  public static var name: HeaderName { .contentLength }
  public static var limit: UInt64 { UInt64(UInt32.max) }

  public var value: Int

  public init(_ value: Int) {
    self.value = value
  }

  public init(number: UInt64) {
    value = Int(clamping: number)
  }

  public var number: UInt64 { UInt64(clamping: value) }
}
