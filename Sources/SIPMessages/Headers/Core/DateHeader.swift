/// When the message was sent, in the form of RFC 1123 and always GMT (RFC 3261 section 20.17).
public struct DateHeader: TextHeader {
  public static var name: HeaderName { .date }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
