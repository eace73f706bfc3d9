/// Where a REFER wants its recipient to go (RFC 3515 section 2.1).
public struct ReferTo: AddressHeader {
  public static var name: HeaderName { .referTo }
  public static var isList: Bool { false }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
