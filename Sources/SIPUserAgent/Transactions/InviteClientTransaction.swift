public import SIPMessages
public import SansIO

/// The INVITE client transaction of RFC 3261 section 17.1.1, as corrected by RFC 6026 section 7.2.
///
///                    |INVITE from TU
///     timer A        V              timer B, transport error
///     +--------- [calling] ------------------------> [terminated]
///     +------------^ |  |                               ^   ^
///             1xx    |  |  2xx                          |   |
///                    |  +---------------> [accepted]----+   |
///                    V        2xx      ^   2xx to TU  timer M|
///               [proceeding] ----------+                    |
///                    | 300-699: ACK                         |
///                    V                                      |
///               [completed] --------------------------------+
///                 300-699: ACK         timer D
///
/// A deadline is part of the state that waits for it, so leaving the state stops the timer. The owner keeps the request's bytes and
/// sends them again on `.transmit`.
public struct InviteClientTransaction: Sendable {
  public enum Output: Hashable, Sendable {
    /// Send the request (again).
    case transmit
    /// Send the ACK of section 17.1.1.3 for this failure, over the same transport to the same address.
    case acknowledge(Response)
    case deliver(Response)
    case ended(TransactionEnding)
  }

  private enum State: Sendable {
    /// Waiting for any response. `resendAt` is nil on a reliable transport (timer A); `giveUpAt` is timer B.
    case calling(resendAt: Instant?, interval: Duration, giveUpAt: Instant)
    /// A provisional response came. `abandonAt` is set once a CANCEL went out (section 9.1) and is nil before.
    case proceeding(abandonAt: Instant?)
    /// Absorbing retransmitted failures until timer D.
    case completed(until: Instant)
    /// Passing up every 2xx of a forked request until timer M.
    case accepted(until: Instant)
    case terminated
  }

  private let timers: TransactionTimers
  private let isReliable: Bool
  private var state: State

  /// Starts the transaction; its first output is the first `.transmit`.
  public init(timers: TransactionTimers, isReliable: Bool, now: Instant, into outputs: inout [Output]) {
    self.timers = timers
    self.isReliable = isReliable
    state = .calling(resendAt: isReliable ? nil : now + timers.t1, interval: timers.t1, giveUpAt: now + timers.lifetime)
    outputs.append(.transmit)
  }

  /// When `deadlineReached` wants to be called, or nil: a call may ring for ever, the transaction user decides about that.
  public var nextDeadline: Instant? {
    switch state {
    case .calling(let resendAt, _, let giveUpAt): min(resendAt ?? giveUpAt, giveUpAt)
    case .proceeding(let abandonAt): abandonAt
    case .completed(let until), .accepted(let until): until
    case .terminated: nil
    }
  }

  /// True from the first provisional response to the final one: the only time in which a CANCEL may be sent (section 9.1).
  public var isProceeding: Bool {
    if case .proceeding = state { true } else { false }
  }

  /// True until a final response.
  public var isUndecided: Bool {
    switch state {
    case .calling, .proceeding: true
    case .completed, .accepted, .terminated: false
    }
  }

  public mutating func receive(_ response: Response, now: Instant, into outputs: inout [Output]) {
    switch (state, ResponseClass(response.status)) {
    case (.calling, .provisional):
      state = .proceeding(abandonAt: nil)
      outputs.append(.deliver(response))
    case (.proceeding, .provisional):
      outputs.append(.deliver(response))
    case (.calling, .success), (.proceeding, .success):
      state = .accepted(until: now + timers.lifetime)
      outputs.append(.deliver(response))
    case (.accepted, .success):
      outputs.append(.deliver(response))
    case (.calling, .failure), (.proceeding, .failure):
      outputs.append(.acknowledge(response))
      outputs.append(.deliver(response))
      if isReliable {
        // Timer D is zero on a reliable transport.
        state = .terminated
        outputs.append(.ended(.completed))
      } else {
        state = .completed(until: now + timers.d)
      }
    case (.completed, .failure):
      outputs.append(.acknowledge(response))
    case (.accepted, .provisional), (.accepted, .failure), (.completed, .provisional), (.completed, .success), (.terminated, _):
      break  // RFC 6026 section 7.2: a response that fits no state is dropped.
    }
  }

  /// A CANCEL for this request was sent. "If there is no final response for the original request in 64*T1 seconds [...] the client
  /// SHOULD then consider the original transaction cancelled" (section 9.1).
  public mutating func cancelSent(now: Instant) {
    switch state {
    case .proceeding(nil): state = .proceeding(abandonAt: now + timers.lifetime)
    case .proceeding, .calling, .completed, .accepted, .terminated: break
    }
  }

  public mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .calling(_, _, let giveUpAt) where giveUpAt <= now:
      state = .terminated
      outputs.append(.ended(.timedOut))
    case .calling(let resendAt?, let interval, let giveUpAt) where resendAt <= now:
      state = .calling(resendAt: now + interval * 2, interval: interval * 2, giveUpAt: giveUpAt)
      outputs.append(.transmit)
    case .proceeding(let abandonAt?) where abandonAt <= now:
      state = .terminated
      outputs.append(.ended(.timedOut))
    case .completed(let until) where until <= now, .accepted(let until) where until <= now:
      state = .terminated
      outputs.append(.ended(.completed))
    case .calling, .proceeding, .completed, .accepted, .terminated:
      break
    }
  }

  /// The transport could not deliver the request or the ACK, or the connection is gone.
  public mutating func transportFailed(into outputs: inout [Output]) {
    switch state {
    case .calling, .proceeding:
      state = .terminated
      outputs.append(.ended(.transportFailed))
    case .completed, .accepted:
      // The transaction user has its answer. RFC 6026 section 8.4 keeps the accepted state: a 2xx may come another way.
      break
    case .terminated:
      break
    }
  }
}
