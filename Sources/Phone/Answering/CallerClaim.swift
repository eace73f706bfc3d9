public import SIPMessages

/// One answer to the question who calls. A call has several: what From says, what the provider asserts, what was proven to us.
public struct CallerClaim: Hashable, Sendable {
  public var uri: URI
  public var trust: IdentityTrust

  public init(_ uri: URI, _ trust: IdentityTrust) {
    self.uri = uri
    self.trust = trust
  }
}
