/// The version of MIME in use (RFC 3261 section 20.24).
public struct MIMEVersion: TextHeader {
  public static var name: HeaderName { .mimeVersion }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
