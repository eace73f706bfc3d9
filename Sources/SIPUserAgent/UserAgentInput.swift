public import SIPMessages
public import SansIO

/// What may be said to a `UserAgent`.
public enum UserAgentInput: Sendable {
  case network(NetworkEvent)
  case command(UserAgentCommand)
  /// The deadline that `nextDeadline` named has come.
  case wakeUp
}

/// What the application orders. Numbers of sessions, registrations and requests are chosen by the application and never used twice,
/// except those of incoming sessions, which arrive with `UserAgentEvent.incomingSession`.
public enum UserAgentCommand: Sendable {
  /// Keep this address registered until told otherwise (RFC 3261 section 10). A second order for the same number replaces the
  /// first.
  case register(RegistrationID, RegistrationSettings)
  /// Refresh now, whatever the timer says.
  case refreshRegistration(RegistrationID)
  /// The network is another one, and these are the addresses of ours that others can reach now. Registrations are renewed along new
  /// flows, where the old ones came from other addresses; the old ones stay until the new ones stand.
  case networkChanged([IPAddress])
  /// The machine or the process was asleep: everything is registered afresh along new flows.
  case resumed
  /// Remove the binding at the registrar and forget the registration once that is done or has failed.
  case unregister(RegistrationID)

  /// Call somebody (section 13.2). The body is the offer; nil asks the peer for one.
  case invite(SessionID, InviteOrder)
  /// A provisional response to an incoming session: 180, 183, 182. Reliable when the peer asks for it and a body goes along.
  /// `fields` are what the application adds, Alert-Info for one.
  case provisional(SessionID, StatusCode, Body?, fields: HeaderFields = HeaderFields())
  /// Answer an incoming session with 200. The body answers the peer's offer, or is the offer when the INVITE held none; the fields
  /// are added to the 200, and only to it.
  case accept(SessionID, Body?, fields: HeaderFields = HeaderFields())
  /// Refuse an incoming session with a final status from 300 to 699.
  case reject(SessionID, StatusCode, reason: String?, fields: HeaderFields)
  /// End the session in the way its state asks for: CANCEL, BYE, a wait for the 2xx first, or 480 for one that came in (section
  /// 15).
  case end(SessionID, reason: Reason?)
  /// Make a new offer within an established session: UPDATE or re-INVITE as the peer allows (RFC 3311 section 5.1).
  case offer(SessionID, Body)
  /// Answer an offer that `SessionEvent.offered` brought; nil refuses it with 488 and these fields: a Warning that says why
  /// (section 21.4.26).
  case answer(SessionID, Body?, refusal: HeaderFields = HeaderFields())
  /// From now on From names this address, in a dialog whose peer knows `from-change` (RFC 4916): an UPDATE tells it, or the
  /// re-INVITE that goes out anyway. Other peers never hear of it.
  case identify(SessionID, NameAddress)
  /// Follow a redirection that `SessionEvent.redirected` asked consent for; the first argument's targets, in order.
  case follow(SessionID, [URI])
  /// Send a request such as INFO within the session's dialog; `UserAgentEvent.response` brings what comes of it.
  case requestInDialog(RequestID, SessionID, Method, HeaderFields, Body?)
  case request(RequestID, RequestOrder)
  /// Answer an incoming request that `UserAgentEvent.request` brought.
  case respond(RequestID, StatusCode, reason: String?, HeaderFields, Body?)
  /// The answer to `UserAgentEvent.lookup`.
  case lookupFinished(Ticket, TicketResult)
}

public enum SessionKind {}
/// One INVITE and whatever dialogs come of it, until it is over. The application counts its own from 1; incoming ones have odd
/// numbers above 2^32, so that the two never meet.
public typealias SessionID = Identifier<SessionKind>

public enum RegistrationKind {}
public typealias RegistrationID = Identifier<RegistrationKind>

public enum RequestKind {}
/// A request that is no session: OPTIONS, MESSAGE, INFO in a dialog. Incoming ones have odd numbers, the application's are even.
public typealias RequestID = Identifier<RequestKind>

/// From whom, through where: the part of an account that requests need. One reference, because every session and every request
/// holds one.
public struct LocalIdentity: Hashable, Sendable {
  private struct Parts: Hashable, Sendable {
    var address: NameAddress
    var routes: [NameAddress]
    var transport: TransportProtocol?
    var pinnedCertificate: [UInt8]?
    var credential: ClientCredential?
    var registration: RegistrationID?
    var isAnonymous = false
    var alias: NameAddress?
  }

  private var parts: Boxed<Parts>

  public init(
    address: NameAddress, routes: [NameAddress] = [], transport: TransportProtocol? = nil, pinnedCertificate: [UInt8]? = nil,
    registration: RegistrationID? = nil
  ) {
    parts = Boxed(
      Parts(
        address: address, routes: routes, transport: transport, pinnedCertificate: pinnedCertificate,
        registration: registration))
  }

  /// What From says instead of the address of record: an anonymous caller's (RFC 3323 section 4.1.1.3), or another address of ours
  /// (RFC 4916); nil for none. Credentials and routes stay those of the address.
  public var alias: NameAddress? {
    get { parts.value.alias }
    set { parts.value.alias = newValue }
  }

  /// What From says.
  public var presented: NameAddress { alias ?? address }

  /// The address of record, as it stands in From unless there is an alias.
  public var address: NameAddress {
    get { parts.value.address }
    set { parts.value.address = newValue }
  }

  /// Preloaded routes, outermost first: the outbound proxy, then a Service-Route (RFC 3261 section 8.1.2, RFC 3608).
  public var routes: [NameAddress] {
    get { parts.value.routes }
    set { parts.value.routes = newValue }
  }

  /// Transport for requests whose target names none; nil lets RFC 3263 decide.
  public var transport: TransportProtocol? {
    get { parts.value.transport }
    set { parts.value.transport = newValue }
  }

  /// SHA-256 of the only certificate to accept from the next hop; nil for the usual trust roots.
  /// What is shown to a TLS server that asks for a certificate; nil for the one of all accounts.
  public var credential: ClientCredential? {
    get { parts.value.credential }
    set { parts.value.credential = newValue }
  }

  public var pinnedCertificate: [UInt8]? {
    get { parts.value.pinnedCertificate }
    set { parts.value.pinnedCertificate = newValue }
  }

  /// The registration whose flow and contact these requests use; nil for an account that only calls directly. When its flow is dead
  /// and another flow of the same account is not, that one is used (RFC 5626).
  public var registration: RegistrationID? {
    get { parts.value.registration }
    set { parts.value.registration = newValue }
  }

  /// The user does not want to be known (RFC 3323): the Contact tells nothing about who it is (RFC 5627 section 4.4).
  public var isAnonymous: Bool {
    get { parts.value.isAnonymous }
    set { parts.value.isAnonymous = newValue }
  }
}

/// How one address of record is registered (RFC 3261 section 10.2).
public struct RegistrationSettings: Hashable, Sendable {
  public var identity: LocalIdentity
  /// The Request-URI of REGISTER: the domain, without a user.
  public var registrar: SIPURI
  /// Wanted lifetime of the binding.
  public var expires: Duration
  /// Extra Contact parameters, such as `+sip.instance` and `reg-id`.
  public var contactParameters: Parameters
  /// Fields that the application adds to REGISTER.
  public var fields: HeaderFields
  /// Which flow of the account this is (RFC 5626); nil for a plain registration.
  public var outbound: OutboundSettings?
  /// False: no GRUU is asked for, and none is used (RFC 5627). For a provider that gives some out and does not route requests in
  /// calls to them.
  public var usesGRUU = true
  /// The flow is kept open even where the server has promised nothing: by OPTIONS over UDP, by line ends on a connection. With
  /// `outbound` line ends are sent in any case.
  public var keepsFlowOpen = false
  /// The pauses between attempts that fail.
  public var recovery = FlowRecoveryTimes()
  /// What a Service-Route does to the identity's routes; nil lets the route itself decide.
  public var serviceRoute: ServiceRouteUse?
  public var experiments = RoutingExperiments()

  public init(
    identity: LocalIdentity, registrar: SIPURI, expires: Duration = .seconds(3600), contactParameters: Parameters = Parameters(),
    fields: HeaderFields = HeaderFields(), outbound: OutboundSettings? = nil
  ) {
    self.identity = identity
    self.registrar = registrar
    self.expires = expires
    self.contactParameters = contactParameters
    self.fields = fields
    self.outbound = outbound
  }
}

/// Expired drafts, for those who want to try them.
public struct RoutingExperiments: Hashable, Sendable {
  /// `sr` in Supported: whether the registrar knows it too decides what a Service-Route does
  /// (draft-rosenberg-sip-route-construct).
  public var offersServiceRouteTag = false
  /// `ua-loose` in Supported and `lr` on our contact (draft-rosenberg-sip-ua-loose-route).
  public var offersLooseRouting = false

  public init() {}
}

public struct InviteOrder: Sendable {
  public var identity: LocalIdentity
  public var target: URI
  public var offer: Body?
  /// Fields that the application adds: Subject, Answer-Mode, Alert-Info and the like.
  public var fields: HeaderFields

  public init(identity: LocalIdentity, target: URI, offer: Body?, fields: HeaderFields = HeaderFields()) {
    self.identity = identity
    self.target = target
    self.offer = offer
    self.fields = fields
  }
}

public struct RequestOrder: Sendable {
  public var identity: LocalIdentity
  public var method: Method
  public var target: URI
  public var fields: HeaderFields
  public var body: Body?

  public init(identity: LocalIdentity, method: Method, target: URI, fields: HeaderFields = HeaderFields(), body: Body? = nil) {
    self.identity = identity
    self.method = method
    self.target = target
    self.fields = fields
    self.body = body
  }
}
