/// When a request was sent, echoed so that the sender can estimate the round trip (RFC 3261 section 20.38).
public struct Timestamp: TextHeader {
  public static var name: HeaderName { .timestamp }

  public var value: String

  public init(value: String) {
    self.value = value
  }
}
