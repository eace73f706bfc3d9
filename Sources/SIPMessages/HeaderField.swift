/// One header field as it stands in a message: a name and an uninterpreted value (RFC 3261 section 7.3.1).
public struct HeaderField: Hashable, Sendable, CustomStringConvertible {
  public var name: HeaderName
  /// The value on one line, without the blanks around it.
  public var value: String

  public init(name: HeaderName, value: String) {
    self.name = name
    self.value = value
  }

  public var description: String { "\(name.rawName): \(value)" }
}
