public import SIPMessages
public import SansIO

/// The non-INVITE client transaction of RFC 3261 section 17.1.2.
///
///                    |request from TU
///     timer E        V             timer F, transport error
///     +--------- [trying] --------------------------> [terminated]
///     +------------^ |  | 200-699                       ^   ^
///             1xx    |  +------------+        timer F,  |   |
///                    V               |  transport error |   |
///     +------- [proceeding] ---------|------------------+   |
///     +----------^   | 200-699       V                      |
///     timer E, 1xx   +---------> [completed] ---------------+
///                                             timer K
///
public struct NonInviteClientTransaction: Sendable {
  public enum Output: Hashable, Sendable {
    /// Send the request (again).
    case transmit
    case deliver(Response)
    case ended(TransactionEnding)
  }

  private enum State: Sendable {
    /// Waiting for any response: timer E (nil on a reliable transport), its interval, timer F.
    case trying(resendAt: Instant?, interval: Duration, giveUpAt: Instant)
    /// A provisional response came; the request is still resent, every T2.
    case proceeding(resendAt: Instant?, giveUpAt: Instant)
    /// Absorbing retransmitted final responses until timer K.
    case completed(until: Instant)
    case terminated
  }

  private let timers: TransactionTimers
  private let isReliable: Bool
  private var state: State

  /// Starts the transaction; its first output is the first `.transmit`.
  public init(timers: TransactionTimers, isReliable: Bool, now: Instant, into outputs: inout [Output]) {
    self.timers = timers
    self.isReliable = isReliable
    state = .trying(resendAt: isReliable ? nil : now + timers.t1, interval: timers.t1, giveUpAt: now + timers.lifetime)
    outputs.append(.transmit)
  }

  public var nextDeadline: Instant? {
    switch state {
    case .trying(let resendAt, _, let giveUpAt), .proceeding(let resendAt, let giveUpAt): min(resendAt ?? giveUpAt, giveUpAt)
    case .completed(let until): until
    case .terminated: nil
    }
  }

  /// True until a final response.
  public var isUndecided: Bool {
    switch state {
    case .trying, .proceeding: true
    case .completed, .terminated: false
    }
  }

  public mutating func receive(_ response: Response, now: Instant, into outputs: inout [Output]) {
    switch (state, ResponseClass(response.status)) {
    case (.trying(let resendAt, _, let giveUpAt), .provisional):
      // Timer E keeps running; once it fires, it is set to T2 (section 17.1.2.2).
      state = .proceeding(resendAt: resendAt, giveUpAt: giveUpAt)
      outputs.append(.deliver(response))
    case (.proceeding, .provisional):
      outputs.append(.deliver(response))
    case (.trying, .success), (.trying, .failure), (.proceeding, .success), (.proceeding, .failure):
      outputs.append(.deliver(response))
      if isReliable {
        // Timer K is zero on a reliable transport.
        state = .terminated
        outputs.append(.ended(.completed))
      } else {
        state = .completed(until: now + timers.t4)
      }
    case (.completed, _), (.terminated, _):
      break
    }
  }

  public mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .trying(_, _, let giveUpAt) where giveUpAt <= now, .proceeding(_, let giveUpAt) where giveUpAt <= now:
      state = .terminated
      outputs.append(.ended(.timedOut))
    case .trying(let resendAt?, let interval, let giveUpAt) where resendAt <= now:
      let next = min(interval * 2, timers.t2)
      state = .trying(resendAt: now + next, interval: next, giveUpAt: giveUpAt)
      outputs.append(.transmit)
    case .proceeding(let resendAt?, let giveUpAt) where resendAt <= now:
      state = .proceeding(resendAt: now + timers.t2, giveUpAt: giveUpAt)
      outputs.append(.transmit)
    case .completed(let until) where until <= now:
      state = .terminated
      outputs.append(.ended(.completed))
    case .trying, .proceeding, .completed, .terminated:
      break
    }
  }

  /// The transport could not deliver the request, or the connection is gone.
  public mutating func transportFailed(into outputs: inout [Output]) {
    switch state {
    case .trying, .proceeding:
      state = .terminated
      outputs.append(.ended(.transportFailed))
    case .completed, .terminated:
      break
    }
  }
}
