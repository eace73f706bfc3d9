/// Who the caller is, as a trusted network says (RFC 3325 section 9.1).
public struct PAssertedIdentity: AddressHeader {
  public static var name: HeaderName { .pAssertedIdentity }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
