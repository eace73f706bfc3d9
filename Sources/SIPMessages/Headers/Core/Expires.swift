/// For how many seconds a registration, an invitation or a subscription holds (RFC 3261 section 20.19).
public struct Expires: NumberHeader {
  public static var name: HeaderName { .expires }
  public static var limit: UInt64 { UInt64(UInt32.max) }

  public var seconds: UInt32

  public init(_ seconds: UInt32) {
    self.seconds = seconds
  }

  public init(number: UInt64) {
    seconds = UInt32(clamping: number)
  }

  public var number: UInt64 { UInt64(clamping: seconds) }
}
