/// The `o=` line (RFC 8866 section 5.2): who made the session, and which version of it this is.
public struct SDPOrigin: Hashable, Sendable {
  /// A word without spaces; `-` when there is none.
  public var username: String
  public var sessionID: UInt64
  /// Rises by one with every change (RFC 3264 section 8).
  public var version: UInt64
  /// `IP4` or `IP6`.
  public var addressType: String
  public var address: String

  public init(username: String, sessionID: UInt64, version: UInt64, addressType: String, address: String) {
    self.username = username
    self.sessionID = sessionID
    self.version = version
    self.addressType = addressType
    self.address = address
  }
}
