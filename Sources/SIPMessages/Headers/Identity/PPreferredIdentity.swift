/// Which of its identities a caller wants asserted (RFC 3325 section 9.2).
public struct PPreferredIdentity: AddressHeader {
  public static var name: HeaderName { .pPreferredIdentity }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
