/// A proxy that wants to see the later requests of the dialog (RFC 3261 section 20.30).
public struct RecordRoute: AddressHeader {
  public static var name: HeaderName { .recordRoute }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
