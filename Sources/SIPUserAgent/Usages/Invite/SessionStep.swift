import SIPMessages
import SansIO

/// What one step of a session may use, and the orders that come of it. The session never sees the core; the core carries the orders
/// out.
struct SessionStep: Sendable {
  let now: Instant
  let timers: TransactionTimers
  let answerTimeout: Duration
  var random: RandomSource
  var nextExchange: UInt64
  var actions: [SessionAction] = []

  mutating func makeExchange() -> ExchangeID {
    nextExchange += 1
    return ExchangeID(nextExchange)
  }

  /// The limit of most waits in RFC 3261.
  var patience: Duration { timers.t1 * 64 }
}

/// What a session asks of the core.
enum SessionAction: Sendable {
  /// A request with everything of its own; the core adds Contact, Allow, Supported, User-Agent, asks the extensions and sends it.
  case send(ExchangeID, Request, RequestRouting)
  /// The ACK to a 2xx, outside any transaction (section 13.2.2.4).
  case acknowledge(Request, RequestRouting)
  case cancel(ExchangeID, Reason?)
  /// Not to be sent, if it is not on the wire yet.
  case withdraw(ExchangeID)
  case respond(ServerTransactionID, Response)
  /// Once more, as it was: a 2xx or a reliable provisional response that nobody confirmed yet.
  case repeatResponse(ServerTransactionID, Response)
  /// The ACK of our 2xx came, or the peer wants no more of it: a copy that waits for a connection is not sent.
  case confirmed(ServerTransactionID)
  case event(SessionEvent)
  /// A response to a request that the application sent within the dialog.
  case response(RequestID, Response)
}
