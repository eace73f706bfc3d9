/// A tone the caller or a proxy asks for, by URL or URN (RFC 3261 section 20.4, RFC 7462).
public struct AlertInfo: AddressHeader {
  public static var name: HeaderName { .alertInfo }

  /// A URI in angle brackets with parameters; a display name is not part of this header's grammar.
  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
