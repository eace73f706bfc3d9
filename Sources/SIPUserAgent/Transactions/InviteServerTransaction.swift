public import SIPMessages
public import SansIO

/// The INVITE server transaction of RFC 3261 section 17.2.1, as corrected by RFC 6026 section 7.1.
///
///                      |INVITE: pass to TU, 100 if TU is silent for 200 ms
///       INVITE: resend V  1xx from TU: send
///           +-----[proceeding]-----------------+
///           +--------^ |  300-699 from TU      | 2xx from TU: send
///                      V                       V
///         INVITE,  [completed]            [accepted] INVITE: absorb
///         timer G:  |     | timer H            |     2xx from TU: send
///         resend    | ACK | tell TU            |     ACK: pass to TU
///                   V     |                    |
///             [confirmed] |                    | timer L
///                   | I   V                    V
///                   +-> [terminated] <---------+
///
/// The owner keeps the last response's bytes and sends them again on `.transmit`.
public struct InviteServerTransaction: Sendable {
  public enum Output: Hashable, Sendable {
    /// Make a 100 from the request and send it; it is then the last response.
    case sendTrying
    /// Send the last response (again).
    case transmit
    /// Pass the ACK to the transaction user: it acknowledges a 2xx and belongs to the dialog.
    case deliverAcknowledgement
    /// Tell the transaction user that the response could not be sent. The state stays (RFC 6026 section 7.1).
    case undeliverable
    case ended(TransactionEnding)
  }

  private enum State: Sendable {
    /// Nothing but perhaps provisional responses was sent. `tryingAt` is nil once the transaction user, or the transaction, has
    /// spoken.
    case proceeding(tryingAt: Instant?, hasSpoken: Bool)
    /// A failure was sent; it is repeated at timer G (nil on a reliable transport) until the ACK, or until timer H.
    case completed(resendAt: Instant?, interval: Duration, giveUpAt: Instant)
    /// The ACK came; more of them are absorbed until timer I.
    case confirmed(until: Instant)
    /// A 2xx was sent. Retransmitted INVITEs are absorbed until timer L; the transaction user repeats its 2xx itself.
    case accepted(until: Instant)
    case terminated
  }

  private let timers: TransactionTimers
  private let isReliable: Bool
  private var state: State

  public init(timers: TransactionTimers, isReliable: Bool, now: Instant) {
    self.timers = timers
    self.isReliable = isReliable
    state = .proceeding(tryingAt: now + timers.trying, hasSpoken: false)
  }

  public var nextDeadline: Instant? {
    switch state {
    case .proceeding(let tryingAt, _): tryingAt
    case .completed(let resendAt, _, let giveUpAt): min(resendAt ?? giveUpAt, giveUpAt)
    case .confirmed(let until), .accepted(let until): until
    case .terminated: nil
    }
  }

  /// True until a final response was sent: the only time in which a CANCEL has an effect (section 9.2).
  public var isUndecided: Bool {
    if case .proceeding = state { true } else { false }
  }

  /// True when a response of this class can still be sent.
  public func accepts(_ status: StatusCode) -> Bool {
    switch (state, ResponseClass(status)) {
    case (.proceeding, _), (.accepted, .success): true
    case (.accepted, .provisional), (.accepted, .failure), (.completed, _), (.confirmed, _), (.terminated, _): false
    }
  }

  /// The transaction user's response; the owner has made it the last response when `accepts` was true.
  public mutating func send(_ status: StatusCode, now: Instant, into outputs: inout [Output]) {
    switch (state, ResponseClass(status)) {
    case (.proceeding, .provisional):
      state = .proceeding(tryingAt: nil, hasSpoken: true)
      outputs.append(.transmit)
    case (.proceeding, .success):
      state = .accepted(until: now + timers.lifetime)
      outputs.append(.transmit)
    case (.accepted, .success):
      outputs.append(.transmit)
    case (.proceeding, .failure):
      state = .completed(resendAt: isReliable ? nil : now + timers.t1, interval: timers.t1, giveUpAt: now + timers.lifetime)
      outputs.append(.transmit)
    case (.accepted, .provisional), (.accepted, .failure), (.completed, _), (.confirmed, _), (.terminated, _):
      break
    }
  }

  /// The INVITE came again.
  public mutating func receiveRetransmission(into outputs: inout [Output]) {
    switch state {
    case .proceeding(_, hasSpoken: true), .completed:
      outputs.append(.transmit)
    case .proceeding, .confirmed, .accepted, .terminated:
      break
    }
  }

  public mutating func receiveAcknowledgement(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .completed:
      if isReliable {
        // Timer I is zero on a reliable transport.
        state = .terminated
        outputs.append(.ended(.completed))
      } else {
        state = .confirmed(until: now + timers.t4)
      }
    case .accepted:
      // RFC 6026 section 7.1: "any ACKs received [...] are passed directly to the TU and not absorbed".
      outputs.append(.deliverAcknowledgement)
    case .proceeding, .confirmed, .terminated:
      break
    }
  }

  public mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .proceeding(let tryingAt?, _) where tryingAt <= now:
      state = .proceeding(tryingAt: nil, hasSpoken: true)
      outputs.append(.sendTrying)
    case .completed(_, _, let giveUpAt) where giveUpAt <= now:
      state = .terminated
      outputs.append(.ended(.timedOut))
    case .completed(let resendAt?, let interval, let giveUpAt) where resendAt <= now:
      let next = min(interval * 2, timers.t2)
      state = .completed(resendAt: now + next, interval: next, giveUpAt: giveUpAt)
      outputs.append(.transmit)
    case .confirmed(let until) where until <= now, .accepted(let until) where until <= now:
      state = .terminated
      outputs.append(.ended(.completed))
    case .proceeding, .completed, .confirmed, .accepted, .terminated:
      break
    }
  }

  /// The last response could not be sent. "A server transaction MUST NOT discard transaction state based only on encountering a
  /// non-recoverable transport error when sending a response" (RFC 6026 section 7.1): the caller may come back another way.
  public mutating func transportFailed(into outputs: inout [Output]) {
    switch state {
    case .proceeding, .completed, .accepted: outputs.append(.undeliverable)
    case .confirmed, .terminated: break
    }
  }
}
