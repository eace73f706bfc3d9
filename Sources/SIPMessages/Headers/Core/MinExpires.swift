/// The shortest registration or subscription that is accepted, in seconds (RFC 3261 section 20.23).
public struct MinExpires: SecondsHeader {
  public static var name: HeaderName { .minExpires }

  public var seconds: UInt32

  public init(_ seconds: UInt32) {
    self.seconds = seconds
  }
}
