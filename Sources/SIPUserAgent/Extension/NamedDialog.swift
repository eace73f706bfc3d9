/// A dialog of ours that a request names in a header field of its own (RFC 3891, 3911, 4538), as it stands.
public struct NamedDialog: Hashable, Sendable {
  public var session: SessionID
  public var dialog: DialogID
  /// No 2xx yet.
  public var isEarly: Bool
  /// We sent the INVITE that made it.
  public var isInitiator: Bool
  /// The session is over and only waits for late messages.
  public var isOver: Bool

  public init(session: SessionID, dialog: DialogID, isEarly: Bool, isInitiator: Bool, isOver: Bool) {
    self.session = session
    self.dialog = dialog
    self.isEarly = isEarly
    self.isInitiator = isInitiator
    self.isOver = isOver
  }
}
