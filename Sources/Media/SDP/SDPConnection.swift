public import SansIO

/// The `c=` line (RFC 8866 section 5.7): where media is sent.
public struct SDPConnection: Hashable, Sendable {
  /// `IP4` or `IP6`.
  public var addressType: String
  /// As written: a numeric address, a name, or a multicast address with its time to live.
  public var address: String

  public init(addressType: String, address: String) {
    self.addressType = addressType
    self.address = address
  }

  public init(_ address: IPAddress) {
    addressType = address.isV6 ? "IP6" : "IP4"
    self.address = address.description
  }

  /// The numeric address; nil for a name.
  public var ipAddress: IPAddress? {
    IPAddress(address.prefix { $0 != "/" })
  }
}
