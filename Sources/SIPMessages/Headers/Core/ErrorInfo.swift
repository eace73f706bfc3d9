/// More about an error (RFC 3261 section 20.18).
public struct ErrorInfo: AddressHeader {
  public static var name: HeaderName { .errorInfo }

  /// A URI in angle brackets with parameters; a display name is not part of this header's grammar.
  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
