/// The shortest registration or subscription that is accepted, in seconds (RFC 3261 section 20.23).
public struct MinExpires: NumberHeader {
  public static var name: HeaderName { .minExpires }
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
