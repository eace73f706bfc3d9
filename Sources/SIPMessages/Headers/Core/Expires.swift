/// For how many seconds a registration, an invitation or a subscription holds (RFC 3261 section 20.19).
public struct Expires: SecondsHeader {
  public static var name: HeaderName { .expires }

  public var seconds: UInt32

  public init(_ seconds: UInt32) {
    self.seconds = seconds
  }
}
