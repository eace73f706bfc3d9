/// After how many seconds without keep-alive a proxy gives a flow up (RFC 5626 section 10).
public struct FlowTimer: NumberHeader {
  public static var name: HeaderName { .flowTimer }
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
