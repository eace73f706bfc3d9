/// The program that sent a request (RFC 3261 section 20.41).
public struct UserAgentHeader: TextHeader {
  public static var name: HeaderName { .userAgent }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
