/// Where the caller wants to be called back (RFC 3261 section 20.31).
public struct ReplyTo: AddressHeader {
  public static var name: HeaderName { .replyTo }
  public static var isList: Bool { false }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
