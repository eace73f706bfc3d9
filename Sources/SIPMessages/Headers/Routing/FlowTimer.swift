/// After how many seconds without keep-alive a proxy gives a flow up (RFC 5626 section 10).
public struct FlowTimer: SecondsHeader {
  public static var name: HeaderName { .flowTimer }

  public var seconds: UInt32

  public init(_ seconds: UInt32) {
    self.seconds = seconds
  }
}
