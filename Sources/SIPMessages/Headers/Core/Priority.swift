/// How urgent the caller says the call is (RFC 3261 section 20.26).
public struct Priority: TextHeader {
  public static var name: HeaderName { .priority }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
