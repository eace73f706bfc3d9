public import SIPMessages
public import SansIO

/// What an extension may know about the message at hand, and through which it acts.
public struct ExtensionContext: Sendable {
  public let now: Moment
  /// The machine's randomness; draw from it freely.
  public var random: RandomSource
  /// The account of an outgoing request; nil for what came in without one.
  public var identity: LocalIdentity?
  /// Names one request over all its attempts: the same when an extension had it resent. nil for incoming requests.
  public var exchange: ExchangeID?
  /// The request as its author wrote it, before any `willSend`; nil for incoming ones.
  public var template: Request?
  /// The session to which the message belongs.
  public var session: SessionID?
  /// The registration whose REGISTER this is.
  public var registration: RegistrationID?
  /// The message belongs to a dialog that a 2xx has confirmed.
  public var isInConfirmedDialog = false
  /// What the dialog's peer said it allows; empty when it said nothing.
  public var peerMethods: [Method] = []
  public var peerOptionTags: [OptionTag] = []
  /// What the dialog's peer calls itself so far: the To of our requests. nil outside a dialog.
  public var peerAddress: NameAddress?
  /// The application's number of the request at hand; nil when it is not the application's.
  public var request: RequestID?
  /// The dialog of ours that the request names by `UserAgentExtension.namedDialog(in:)`; nil when there is none such.
  public var namedDialog: NamedDialog?
  /// Which server transaction a request came in on; for `respond`.
  public var serverTransaction: ServerTransactionID?
  /// Where the message came from, the last hop.
  public var source: String? { sender?.description }

  /// Who is at the other end of the TLS connection by which a message came in, after RFC 5922; nil for other ways, and for a peer
  /// that showed no certificate.
  public var tlsPeer: TLSPeerIdentity?

  /// In words only when somebody asks.
  var sender: SocketAddress?
  var nextTicket: UInt64
  var actions: [ExtensionAction] = []
  var replaced: SessionID?

  init(now: Moment, random: RandomSource, nextTicket: UInt64) {
    self.now = now
    self.random = random
    self.nextTicket = nextTicket
  }

  public mutating func makeTicket() -> Ticket {
    nextTicket += 1
    return Ticket(nextTicket)
  }

  /// Send UPDATE without a body when the peer allows that, else a re-INVITE with the present session description (RFC 4028 section
  /// 7.2).
  public mutating func refreshSession(_ session: SessionID) {
    actions.append(.refreshSession(session))
  }

  /// End the session as the application would.
  public mutating func endSession(_ session: SessionID, reason: Reason?) {
    actions.append(.endSession(session, reason))
  }

  /// Tell the peer of an incoming session who was reached, as soon as that may be (RFC 4916 section 4.2): by UPDATE, when it knows
  /// `from-change`.
  public mutating func announceIdentity(in session: SessionID) {
    actions.append(.announceIdentity(session))
  }

  /// Have something looked up while the message goes on its way; `lookupFinished` brings it, and its verdict is of no account.
  public mutating func lookUp(_ lookup: Lookup) -> Ticket {
    let ticket = makeTicket()
    actions.append(.lookUp(ticket, lookup))
    return ticket
  }

  /// Answer a request whose verdict was `consumed`.
  public mutating func respond(to transaction: ServerTransactionID, with response: Response) {
    actions.append(.respond(transaction, response))
  }

  /// Tell the application something.
  public mutating func report(_ event: any ExtensionEvent) {
    actions.append(.report(event))
  }

  /// The INVITE at hand makes a session that is to take the place of this one (RFC 3891); the application is told so.
  public mutating func takePlace(of session: SessionID) {
    replaced = session
  }

  // MARK: Subscriptions

  /// Accept the subscription that the request at hand makes, and whose verdict is `consumed`: the response leaves, and a NOTIFY
  /// with `body` after it. The dialog is the session's when the request came in one, else a new one.
  /// - Parameters:
  ///   - event: the package, and the id when the request asked for one.
  ///   - isPending: nobody has agreed yet; `activateSubscription` follows.
  public mutating func acceptSubscription(
    by response: Response, to transaction: ServerTransactionID, event: Event, isPending: Bool = false, duration: Duration,
    leastInterval: Duration = .zero, body: Body?
  ) -> SubscriptionID {
    let id = SubscriptionID(makeTicket().rawValue)
    let acceptance = SubscriptionAcceptance(
      transaction: transaction, response: response, event: event, isPending: isPending, duration: duration,
      leastInterval: leastInterval, body: body)
    actions.append(.subscription(.accept(id, acceptance)))
    return id
  }

  public mutating func activateSubscription(_ id: SubscriptionID) {
    actions.append(.subscription(.activate(id)))
  }

  /// The state of what is subscribed to has changed.
  public mutating func publish(_ body: Body?, to id: SubscriptionID) {
    actions.append(.subscription(.publish(id, body)))
  }

  /// A last NOTIFY, `terminated` with this reason.
  public mutating func endSubscription(_ id: SubscriptionID, reason: String, body: Body?) {
    actions.append(.subscription(.end(id, reason: reason, body)))
  }

  /// The request at hand, about to leave in that session, makes a subscription of ours. Give `known` when it goes out once more.
  public mutating func expectNotifications(of event: Event, in session: SessionID, known: SubscriptionID? = nil) -> SubscriptionID {
    let id = known ?? SubscriptionID(makeTicket().rawValue)
    actions.append(.subscription(.expect(id, session, event)))
    return id
  }

  /// The request that should have made it was refused.
  public mutating func subscriptionRefused(_ id: SubscriptionID, _ status: StatusCode) {
    actions.append(.subscription(.refused(id, status)))
  }

  /// Subscribe with SUBSCRIBE, in a dialog of its own, which is renewed until it ends (RFC 6665 section 4.1.2). What comes of it is
  /// said by `UserAgentExtension.subscription`.
  public mutating func subscribe(_ order: SubscribeOrder) -> SubscriptionID {
    let id = SubscriptionID(makeTicket().rawValue)
    actions.append(.subscription(.subscribe(id, order)))
    return id
  }

  /// Renew it now, so that the notifier tells everything (section 4.4.1).
  public mutating func refreshSubscription(_ id: SubscriptionID) {
    actions.append(.subscription(.refresh(id)))
  }

  /// Nothing is heard of it after this but its end.
  public mutating func unsubscribe(_ id: SubscriptionID) {
    actions.append(.subscription(.unsubscribe(id)))
  }

  // MARK: Registrations

  /// Send REGISTER now, whatever the timer says.
  public mutating func refreshRegistration(_ id: RegistrationID) {
    actions.append(.refreshRegistration(id))
  }

  /// Somebody else has taken a binding of ours away.
  /// - Parameters:
  ///   - sentence: for a person.
  ///   - retryIn: when to register again; nil: not before the user says so.
  public mutating func withdrawBinding(of id: RegistrationID, because sentence: String, retryIn: Duration?) {
    actions.append(.withdrawBinding(id, sentence, retryIn: retryIn))
  }

  /// Send a request within the session's dialog; its response passes through `didReceive` and goes no further.
  public mutating func sendInDialog(_ session: SessionID, method: Method, fields: HeaderFields, body: Body?) {
    actions.append(.sendInDialog(session, method, fields, body))
  }
}

/// What an extension ordered through its context.
enum ExtensionAction: Sendable {
  case refreshSession(SessionID)
  case endSession(SessionID, Reason?)
  case announceIdentity(SessionID)
  case lookUp(Ticket, Lookup)
  case respond(ServerTransactionID, Response)
  case sendInDialog(SessionID, Method, HeaderFields, Body?)
  case report(any ExtensionEvent)
  case subscription(SubscriptionOrder)
  case refreshRegistration(RegistrationID)
  case withdrawBinding(RegistrationID, String, retryIn: Duration?)
}

enum SubscriptionOrder: Sendable {
  case accept(SubscriptionID, SubscriptionAcceptance)
  case expect(SubscriptionID, SessionID, Event)
  case refused(SubscriptionID, StatusCode)
  case activate(SubscriptionID)
  case publish(SubscriptionID, Body?)
  case end(SubscriptionID, reason: String, Body?)
  case subscribe(SubscriptionID, SubscribeOrder)
  case refresh(SubscriptionID)
  case unsubscribe(SubscriptionID)
}

struct SubscriptionAcceptance: Sendable {
  var transaction: ServerTransactionID
  var response: Response
  var event: Event
  var isPending: Bool
  var duration: Duration
  var leastInterval: Duration
  var body: Body?
}

public enum ExchangeKind {}
/// One request of ours and its responses, over all attempts that extensions made of it.
public typealias ExchangeID = Identifier<ExchangeKind>
