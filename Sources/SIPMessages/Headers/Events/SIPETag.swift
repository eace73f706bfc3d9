/// The name of a publication's state (RFC 3903 section 11.3.1).
public struct SIPETag: TextHeader {
  public static var name: HeaderName { .sipETag }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
