/// The publication that a PUBLISH refreshes (RFC 3903 section 11.3.2).
public struct SIPIfMatch: TextHeader {
  public static var name: HeaderName { .sipIfMatch }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
