/// One `a=` line (RFC 8866 section 5.13).
public struct SDPAttribute: Hashable, Sendable {
  /// What stands before the colon. Attribute names are compared with their case.
  public var name: String
  /// What stands behind the colon; nil for a property attribute such as `sendonly`.
  public var value: String?

  public init(_ name: String, _ value: String? = nil) {
    self.name = name
    self.value = value
  }
}
