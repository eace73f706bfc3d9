public import SIPMessages
public import SIPUserAgent

/// Connected identity (RFC 4916): who is called tells who was reached, each side tells when that changes, and what a message of the
/// other side says about who is there is handed to the application.
///
/// The UPDATE, the From that changes and the To that follows it are the core's; this says when. It also notices the older ways in
/// which servers tell a change, P-Asserted-Identity and Remote-Party-ID in requests and responses of the dialog: whether they are
/// to be believed is the application's to say, which knows the way that they came.
public struct ConnectedIdentity: UserAgentExtension {
  /// Whether we say who was reached, and that we understand a From that changes. What the peer's side says is heard anyway.
  public let tells: Bool
  /// Whether a called phone says who it is as soon as it may, in the early dialog.
  public let announcesEarly: Bool

  /// - Parameters:
  ///   - tells: false leaves our messages as RFC 3261 has them.
  ///   - announcesEarly: after the first PRACK, which comes when the caller asks for reliable ringing; else after the 2xx only.
  public init(tells: Bool = true, announcesEarly: Bool = true) {
    self.tells = tells
    self.announcesEarly = announcesEarly
  }

  public var optionTags: [OptionTag] { tells ? [.fromChange] : [] }

  public mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {
    guard response.status.isSuccess, let session = context.session else { return }
    switch request.method {
    case .invite where request.to?.tag == nil:
      if tells { context.announceIdentity(in: session) }
      return
    case .prack where tells && announcesEarly && !context.isInConfirmedDialog: context.announceIdentity(in: session)
    default: break
    }
    // Section 4.4.2: only what is answered with 2xx says who the peer is.
    guard let from = request.from?.address else { return }
    let isAnother = context.peerAddress.map { $0.uri != from.uri } ?? false
    // An UPDATE that repeats what is known says something too: that this is who was reached.
    guard
      isAnother || Self.tells(request.fields) || request.method == .update || (request.method == .invite && from.displayName != nil)
    else { return }
    context.report(ConnectedIdentityEvent.said(PeerStatement(session: session, message: .request(request), source: context.source)))
  }

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard response.status < .multipleChoices, request.method.refreshesIdentity, let session = context.session,
      Self.tells(response.fields)
    else { return .proceed }
    context.report(
      ConnectedIdentityEvent.said(PeerStatement(session: session, message: .response(response), source: context.source)))
    return .proceed
  }

  /// Whether the message says something about the peer beside From.
  private static func tells(_ fields: HeaderFields) -> Bool {
    telling.contains { fields.contains($0) }
  }

  private static let telling: [HeaderName] = [.pAssertedIdentity, .remotePartyID, .historyInfo]
}

extension Method {
  /// Servers tell a change of the peer with these.
  fileprivate var refreshesIdentity: Bool { self == .invite || self == .update }
}

/// What `ConnectedIdentity` tells the application.
public enum ConnectedIdentityEvent: ExtensionEvent {
  case said(PeerStatement)
}

/// A message within a session that says something about who is at the other end.
public struct PeerStatement: Sendable {
  public var session: SessionID
  /// A request that was accepted, whose From counts, or a response up to 2xx, whose From is our own.
  public var message: Message
  /// The last hop that it came from; nil when that is not known.
  public var source: String?

  public init(session: SessionID, message: Message, source: String?) {
    self.session = session
    self.message = message
    self.source = source
  }
}
