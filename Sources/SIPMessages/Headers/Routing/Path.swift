/// A proxy between a registrar and a phone (RFC 3327).
public struct Path: AddressHeader {
  public static var name: HeaderName { .path }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
