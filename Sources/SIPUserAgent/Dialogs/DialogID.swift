/// What identifies a dialog at one of its ends (RFC 3261 section 12).
public struct DialogID: Hashable, Sendable {
  public var callID: String
  public var localTag: String
  /// Empty when the peer is of RFC 2543 and sent none.
  public var remoteTag: String

  public init(callID: String, localTag: String, remoteTag: String) {
    self.callID = callID
    self.localTag = localTag
    self.remoteTag = remoteTag
  }
}
