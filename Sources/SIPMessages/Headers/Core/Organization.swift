/// The organization of the sender (RFC 3261 section 20.25).
public struct Organization: TextHeader {
  public static var name: HeaderName { .organization }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
