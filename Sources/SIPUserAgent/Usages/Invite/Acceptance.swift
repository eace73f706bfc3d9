import SIPMessages
import SansIO

/// Our 2xx to an INVITE, repeated until the ACK comes (RFC 3261 section 13.3.1.4). The transaction layer does not do this: the ACK
/// is a transaction of its own and may come over another path.
struct Acceptance: Sendable {
  let transaction: ServerTransactionID
  let response: Response
  /// The INVITE's CSeq, which the ACK repeats.
  let sequence: UInt32
  private(set) var resendAt: Instant
  private var interval: Duration
  let giveUpAt: Instant

  init(transaction: ServerTransactionID, response: Response, sequence: UInt32, now: Instant, timers: TransactionTimers) {
    self.transaction = transaction
    self.response = response
    self.sequence = sequence
    interval = timers.t1
    resendAt = now + timers.t1
    giveUpAt = now + timers.t1 * 64
  }

  var deadline: Instant { min(resendAt, giveUpAt) }

  /// "an interval that starts at T1 seconds and doubles for each retransmission until it reaches T2 seconds"
  mutating func resent(now: Instant, timers: TransactionTimers) {
    interval = min(interval * 2, timers.t2)
    resendAt = now + interval
  }
}
