/// A hop that the request is still to visit (RFC 3261 section 20.34).
public struct Route: AddressHeader {
  public static var name: HeaderName { .route }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
