/// Who the request is from (RFC 3261 section 20.20).
public struct From: AddressHeader {
  public static var name: HeaderName { .from }
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
