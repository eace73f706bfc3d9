/// Who sent a REFER, as its recipient tells the third party (RFC 3892).
public struct ReferredBy: AddressHeader {
  public static var name: HeaderName { .referredBy }
  public static var isList: Bool { false }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
