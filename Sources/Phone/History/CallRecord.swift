public import SansIO

/// One call that is over, as history keeps it.
public struct CallRecord: Hashable, Sendable {
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case answered
    /// Incoming, not answered by anybody we know of.
    case missed
    /// Incoming, answered at another device (RFC 3326 cause 200).
    case elsewhere
    /// Incoming, refused here.
    case rejected
    /// Outgoing, given up by the user before an answer.
    case cancelled
    /// Outgoing, refused or unreachable; `detail` says why.
    case failed
  }
  /// nil until storage has numbered it.
  public var id: Int64?
  public var account: String
  public var isIncoming: Bool
  public var peerName: String?
  public var peerAddress: String
  public var peerURI: String
  public var startedAt: WallTime
  /// How long it was talked; nil when it was not answered. Measured on the monotonic clock.
  public var talked: Duration?
  public var outcome: Outcome
  public var wasAnsweredAutomatically: Bool
  /// Why, in words: `busy`, `no answer`, `503 from provider`.
  public var detail: String?
  /// The SIP Call-ID, to find the call in a log.
  public var callID: String
  /// Who was on the call and how the phone knew, oldest first; empty for records of earlier versions.
  public var timeline: [TimelineEntry] = []

  public init(
    id: Int64? = nil, account: String, isIncoming: Bool, peerName: String?, peerAddress: String, peerURI: String,
    startedAt: WallTime, talked: Duration?, outcome: Outcome, wasAnsweredAutomatically: Bool = false, detail: String? = nil,
    callID: String
  ) {
    self.id = id
    self.account = account
    self.isIncoming = isIncoming
    self.peerName = peerName
    self.peerAddress = peerAddress
    self.peerURI = peerURI
    self.startedAt = startedAt
    self.talked = talked
    self.outcome = outcome
    self.wasAnsweredAutomatically = wasAnsweredAutomatically
    self.detail = detail
    self.callID = callID
  }
}
