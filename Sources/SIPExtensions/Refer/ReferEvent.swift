public import SIPMessages
public import SIPUserAgent
public import SansIO

public enum ReferralKind {}
/// One REFER of a peer's.
public typealias ReferralID = Identifier<ReferralKind>

/// What `Refer` tells the application.
public enum ReferEvent: ExtensionEvent {
  /// The peer of a session asks us to call somebody. It has been told that we try; `Refer.report` tells how it goes, the refusal of
  /// the user included.
  case asked(Referral)
  /// How the request stands that our REFER asked for. After a final status no more comes.
  case progress(RequestID, ReferPackage.State)
  /// No more will be heard of it, and nothing final was.
  case lost(RequestID)
}

/// Whom a peer wants us to call, and with what.
public struct Referral: Sendable {
  public var id: ReferralID
  public var session: SessionID
  /// Without header fields and method parameter; `sip:`, `sips:` or `tel:`.
  public var target: URI
  /// What the peer calls the target; nil when it gives no name.
  public var displayName: String?
  /// For the INVITE: Referred-By (RFC 3892), Replaces (RFC 3891) when the target is to take us for somebody, and harmless ones.
  public var fields: HeaderFields

  public init(id: ReferralID, session: SessionID, target: URI, displayName: String?, fields: HeaderFields) {
    self.id = id
    self.session = session
    self.target = target
    self.displayName = displayName
    self.fields = fields
  }
}
