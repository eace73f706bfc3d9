/// Whom the request was first meant for (RFC 3261 section 20.39).
public struct To: AddressHeader {
  public static var name: HeaderName { .to }
  public static var isList: Bool { false }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }

  /// This end's half of the dialog's name (RFC 3261 section 19.3); nil when there is none.
  public var tag: String? {
    get { address.tag }
    set { address.tag = newValue }
  }
}
