/// One diversion of a call, newest first (RFC 5806).
public struct Diversion: AddressHeader {
  public static var name: HeaderName { .diversion }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
