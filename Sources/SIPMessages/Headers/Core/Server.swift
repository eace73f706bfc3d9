/// The program that answered a request (RFC 3261 section 20.35).
public struct Server: TextHeader {
  public static var name: HeaderName { .server }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
