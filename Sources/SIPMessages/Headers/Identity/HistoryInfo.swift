/// One stage of a request's retargeting (RFC 7044).
public struct HistoryInfo: AddressHeader {
  public static var name: HeaderName { .historyInfo }

  public var address: NameAddress

  public init(_ address: NameAddress) {
    self.address = address
  }
}
