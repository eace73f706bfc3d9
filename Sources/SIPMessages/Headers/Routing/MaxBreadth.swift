/// Into how many branches a request may still be forked (RFC 5393 section 5.3.3).
public struct MaxBreadth: NumberHeader {
  public static var name: HeaderName { .maxBreadth }

  public var value: UInt32

  public init(_ value: UInt32) {
    self.value = value
  }

  public init(number: UInt64) {
    value = UInt32(clamping: number)
  }

  public var number: UInt64 { UInt64(clamping: value) }
}
