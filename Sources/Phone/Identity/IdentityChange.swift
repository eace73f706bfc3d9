public import SansIO

/// In the middle of a call somebody else took the other end.
public struct IdentityChange: Hashable, Sendable {
  public var was: PeerSnapshot
  public var now: PeerSnapshot
  public var at: WallTime
  /// How the phone knows: `your provider says so (P-Asserted-Identity)`.
  public var why: String

  public init(was: PeerSnapshot, now: PeerSnapshot, at: WallTime, why: String) {
    self.was = was
    self.now = now
    self.at = at
    self.why = why
  }
}
