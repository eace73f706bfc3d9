/// What the call is about (RFC 3261 section 20.36).
public struct Subject: TextHeader {
  public static var name: HeaderName { .subject }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
