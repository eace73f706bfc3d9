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
  /// Which server transaction a request came in on; for `respond`.
  public var serverTransaction: ServerTransactionID?
  /// Where the message came from, the last hop.
  public var source: String? { sender?.description }

  /// In words only when somebody asks.
  var sender: SocketAddress?
  var nextTicket: UInt64
  var actions: [ExtensionAction] = []

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

  /// Answer a request whose verdict was `consumed`.
  public mutating func respond(to transaction: ServerTransactionID, with response: Response) {
    actions.append(.respond(transaction, response))
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
  case respond(ServerTransactionID, Response)
  case sendInDialog(SessionID, Method, HeaderFields, Body?)
}

public enum ExchangeKind {}
/// One request of ours and its responses, over all attempts that extensions made of it.
public typealias ExchangeID = Identifier<ExchangeKind>
