/// More about the caller or the callee: a picture, a card, a page (RFC 3261 section 20.9).
public struct CallInfo: AddressHeader {
  public static var name: HeaderName { .callInfo }

  /// A URI in angle brackets with parameters; a display name is not part of this header's grammar.
  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
