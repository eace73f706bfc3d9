/// How many proxies the request may still pass, 0 to 255 (RFC 3261 section 20.22).
public struct MaxForwards: NumberHeader {
  public static var name: HeaderName { .maxForwards }
  public static var limit: UInt64 { 255 }

  public var value: Int

  public init(_ value: Int) {
    self.value = value
  }

  public init(number: UInt64) {
    value = Int(clamping: number)
  }

  public var number: UInt64 { UInt64(clamping: value) }
}
