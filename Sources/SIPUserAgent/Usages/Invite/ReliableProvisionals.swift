import SIPMessages
import SansIO

/// The called side of RFC 3262: provisional responses that are repeated until PRACK, one at a time.
///
/// A second one waits in the queue: "The UAS MUST NOT send a second reliable provisional response until the first is acknowledged."
/// (section 3, for the first one; kept for all of them, which costs little and keeps offers in order).
struct ReliableProvisionals: Sendable {
  private struct Unconfirmed: Sendable {
    var response: Response
    var sequence: UInt32
    var resendAt: Instant
    var interval: Duration
    var giveUpAt: Instant
  }

  private var unconfirmed: Unconfirmed?
  private var queue: [Response] = []
  private var lastSequence: UInt32

  /// `first` is the RSeq of the first response, drawn from 1 to 2^31 - 1.
  init(first: UInt32) {
    lastSequence = max(first, 1) - 1
  }

  var deadline: Instant? { unconfirmed.map { min($0.resendAt, $0.giveUpAt) } }

  /// A session description is on its way unconfirmed, or waits for its turn: the 2xx must wait.
  var holdsBody: Bool {
    unconfirmed?.response.body.isEmpty == false || queue.contains { !$0.body.isEmpty }
  }

  var isIdle: Bool { unconfirmed == nil }

  /// The response to send now, or nil when it waits for the PRACK of the one before.
  mutating func send(_ response: Response, now: Instant, timers: TransactionTimers) -> Response? {
    guard unconfirmed == nil else {
      // More than a handful are of no use to anybody who does not even acknowledge the first.
      if queue.count < 8 { queue.append(response) }
      return nil
    }
    lastSequence += 1
    var numbered = response
    numbered.fields.set(RSeq(lastSequence))
    numbered.fields.append(Require([.rel100]))
    unconfirmed = Unconfirmed(
      response: numbered, sequence: lastSequence, resendAt: now + timers.t1, interval: timers.t1, giveUpAt: now + timers.t1 * 64)
    return numbered
  }

  /// A PRACK came. False when it fits no unconfirmed response: the PRACK is answered with 481.
  mutating func acknowledge(_ rack: RAck, invite: UInt32) -> Bool {
    guard let waiting = unconfirmed, waiting.sequence == rack.responseNumber, rack.cseq.number == invite,
      rack.cseq.method == .invite
    else {
      return false
    }
    unconfirmed = nil
    return true
  }

  /// After a PRACK: the next response that waited.
  mutating func next(now: Instant, timers: TransactionTimers) -> Response? {
    guard unconfirmed == nil, !queue.isEmpty else { return nil }
    return send(queue.removeFirst(), now: now, timers: timers)
  }

  enum Due: Sendable {
    case nothing
    case resend(Response)
    /// 64*T1 without a PRACK: the INVITE is refused with 504 (section 3: "SHOULD reject the original request with a 5xx").
    case giveUp
  }

  mutating func deadlineReached(now: Instant) -> Due {
    guard var waiting = unconfirmed else { return .nothing }
    if waiting.giveUpAt <= now {
      unconfirmed = nil
      queue = []
      return .giveUp
    }
    guard waiting.resendAt <= now else { return .nothing }
    waiting.interval = waiting.interval * 2
    waiting.resendAt = now + waiting.interval
    unconfirmed = waiting
    return .resend(waiting.response)
  }
}
