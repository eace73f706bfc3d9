/// A proxy that requests of a registered phone go through (RFC 3608).
public struct ServiceRoute: AddressHeader {
  public static var name: HeaderName { .serviceRoute }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
