public import SIPMessages
public import SansIO

/// What a `UserAgent` says: orders for the network, events for the application.
public enum UserAgentOutput: Sendable {
  case network(NetworkOrder)
  case event(UserAgentEvent)
}

public enum UserAgentEvent: Sendable {
  case registration(RegistrationID, RegistrationStatus)
  /// The flow of a registration answered a keep-alive: it is alive (RFC 5626 section 4.4).
  case keptAlive(RegistrationID)
  /// Somebody calls. A 100 went out already when it was due; the application decides about 180 and the rest.
  case incomingSession(SessionID, IncomingSession)
  case session(SessionID, SessionEvent)
  /// A response to `UserAgentCommand.request` or `requestInDialog`; the last one is final (a local failure reads as 408 or 503).
  case response(RequestID, Response)
  /// A request outside the core's own duties that wants `UserAgentCommand.respond`.
  case request(RequestID, Request, session: SessionID?)
  /// An extension holds a request until this is looked up; `UserAgentCommand.lookupFinished` is due, also when it fails.
  case lookup(Ticket, Lookup)
  /// Something that an installed extension tells.
  case extended(any ExtensionEvent)
  /// A message crossed the border, for the trace.
  case traced(TracedMessage)
}

/// What the core knows about a registration.
public enum RegistrationStatus: Hashable, Sendable {
  /// A REGISTER is on its way.
  case registering
  /// Bound until refreshed. `contact` is ours as the registrar stored it.
  case registered(RegistrationFacts)
  /// Refused or unreachable; when a retry is planned, `retryIn` says when.
  case failed(RegistrationFailure, retryIn: Duration?)
  /// The binding was removed, or was never there.
  case unregistered
}

public struct RegistrationFacts: Hashable, Sendable {
  public var contact: URI
  public var expires: Duration
  public var transport: TransportProtocol
  /// Where the REGISTER went, as text for a person: `192.0.2.1:5061`.
  public var server: String
  public var serviceRoute: [NameAddress]
  /// The whole 2xx, for extensions and for a curious user.
  public var response: Response
  /// The registrar keeps the flow: calls come along it (RFC 5626 section 4.2.1).
  public var isOutbound = false
  /// How long the flow may be silent, as the server said; nil when it said nothing (RFC 5626 section 10).
  public var flowTimer: Duration?
  /// The way from the registrar to us, as the registrar tells it (RFC 3327 section 5.3).
  public var path: [NameAddress] = []
  public var gruus = GRUUs()
  /// When REGISTER goes out again; nil when nothing is planned.
  public var refreshAt: Instant?

  public init(
    contact: URI, expires: Duration, transport: TransportProtocol, server: String, serviceRoute: [NameAddress], response: Response
  ) {
    self.contact = contact
    self.expires = expires
    self.transport = transport
    self.server = server
    self.serviceRoute = serviceRoute
    self.response = response
  }
}

public enum RegistrationFailure: Hashable, Sendable {
  /// A final response that no extension could cure.
  case refused(StatusCode, reason: String)
  /// The server called each proof of the password out of date, as often as it was asked for a new one: a fault of its own.
  case stale(StatusCode)
  /// No server could be reached; the sentence says what was tried.
  case unreachable(String)
  case timedOut
  /// There is no server that does not serve another flow of the account already. It is not tried again by itself.
  case noOtherServer
  /// It stood, and somebody else took it away; a sentence for a person.
  case withdrawn(String)

  /// What a final response says.
  init(_ response: Response) {
    self = response.isStaleChallenge ? .stale(response.status) : .refused(response.status, reason: response.reason)
  }
}

/// An INVITE that made it through section 8.2's inspection.
public struct IncomingSession: Sendable {
  public var request: Request
  /// The session description that the INVITE offered; nil when the answer to our 2xx will come in the ACK.
  public var offer: Body?
  public var transport: TransportProtocol
  /// Where the request came from, the last hop.
  public var source: String
  /// Who is at the other end of the TLS connection, when the caller itself is: the INVITE came through nobody else. nil otherwise,
  /// and when no certificate was shown.
  public var tlsPeer: TLSPeerIdentity?
  /// The registration whose contact was called; nil when none matched.
  public var registration: RegistrationID?
  /// The session whose place this one is to take, as an extension found (RFC 3891); nil for an ordinary call.
  public var replaced: SessionID?

  public init(
    request: Request, offer: Body?, transport: TransportProtocol, source: String, registration: RegistrationID?,
    replaced: SessionID? = nil
  ) {
    self.request = request
    self.offer = offer
    self.transport = transport
    self.source = source
    self.registration = registration
    self.replaced = replaced
  }
}

/// What happens in a session, in the order in which it happens.
public enum SessionEvent: Sendable {
  /// A provisional response other than 100; early media may come with a body that `answered` reported before.
  case progress(Response)
  /// The peer's answer to our offer. `isEarly`: it came in a reliable or unreliable provisional response and may still be
  /// replaced when another branch answers.
  case answered(Body, isEarly: Bool)
  /// The peer offers: in a 2xx to our offerless INVITE, in an ACK-less re-INVITE, UPDATE or PRACK. `answer` is due.
  case offered(Body)
  /// A re-INVITE without an offer: the application must make one with `answer`.
  case offerWanted
  /// Our offer was refused; what was agreed before holds.
  case offerRefused(StatusCode)
  /// The peer did not take who we said we are now (RFC 4916 section 4.4.1). The session goes on; nothing is tried again.
  case identityRefused(StatusCode)
  /// The 2xx has been sent or received; the dialog stands. `peer` is the remote target's identity as the message gave it.
  case established(Response?, peer: NameAddress)
  /// The ACK to our 2xx came.
  case acknowledged
  /// 3xx or a redirection that needs the user's consent; `follow` or `end` is due.
  case redirected([Contact])
  case ended(SessionEnding)
}

/// Why a session is over.
public enum SessionEnding: Hashable, Sendable {
  /// We ended it.
  case local
  /// The peer sent BYE.
  case remote(Reason?)
  /// The caller cancelled before we answered; the reason says "answered elsewhere" when its cause is 200 (RFC 3326).
  case cancelled(Reason?)
  /// A final refusal of our INVITE.
  case refused(Response)
  /// No final answer, no ACK, or a dead transport; a sentence for a person.
  case failed(StatusCode, String)
}

/// One message that crossed the border.
public struct TracedMessage: Hashable, Sendable {
  public var isOutgoing: Bool
  public var transport: TransportProtocol
  public var peer: String
  public var bytes: [UInt8]

  public init(isOutgoing: Bool, transport: TransportProtocol, peer: String, bytes: [UInt8]) {
    self.isOutgoing = isOutgoing
    self.transport = transport
    self.peer = peer
    self.bytes = bytes
  }
}
