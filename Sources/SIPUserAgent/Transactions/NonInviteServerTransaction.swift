public import SIPMessages
public import SansIO

/// The non-INVITE server transaction of RFC 3261 section 17.2.2, with the corrections of RFC 4320.
///
///                   |request: pass to TU
///     request:      V     100 when due (RFC 4320)
///     absorb    [trying] ----------------> [proceeding]  request: resend 100
///                   |  200-699 from TU          |
///                   +---------> [completed] <---+  request: resend
///                                   | timer J
///                                   V
///                              [terminated]  also when TU says nothing for 64*T1
///
public struct NonInviteServerTransaction: Sendable {
  public enum Output: Hashable, Sendable {
    /// Make a 100 from the request and send it; it is then the last response.
    case sendTrying
    /// Send the last response (again).
    case transmit
    /// Tell the transaction user that the response could not be sent. The state stays (RFC 6026 section 8.8).
    case undeliverable
    case ended(TransactionEnding)
  }

  private enum State: Sendable {
    /// The transaction user has the request. `tryingAt` is when a client's timer E has reached T2 (RFC 4320 section 4.1).
    case trying(tryingAt: Instant, giveUpAt: Instant)
    /// 100 was sent.
    case proceeding(giveUpAt: Instant)
    /// The final response was sent and is repeated for every retransmission until timer J.
    case completed(until: Instant)
    case terminated
  }

  private let timers: TransactionTimers
  private let isReliable: Bool
  private var state: State

  public init(timers: TransactionTimers, isReliable: Bool, now: Instant) {
    self.timers = timers
    self.isReliable = isReliable
    state = .trying(tryingAt: now + Self.timeUntilTimerEReachesT2(timers), giveUpAt: now + timers.lifetime)
  }

  /// The sum of T1, 2*T1, 4*T1 … until the next interval would be T2: 3.5 s with the usual values.
  static func timeUntilTimerEReachesT2(_ timers: TransactionTimers) -> Duration {
    var interval = timers.t1
    var sum = Duration.zero
    while interval > .zero, timers.t2 > interval {
      sum += interval
      interval *= 2
    }
    return sum
  }

  public var nextDeadline: Instant? {
    switch state {
    case .trying(let tryingAt, let giveUpAt): min(tryingAt, giveUpAt)
    case .proceeding(let giveUpAt): giveUpAt
    case .completed(let until): until
    case .terminated: nil
    }
  }

  public var isUndecided: Bool {
    switch state {
    case .trying, .proceeding: true
    case .completed, .terminated: false
    }
  }

  /// True when this status may be sent: a final one other than 408 ("MUST NOT respond to a non-INVITE request with a Status-Code of
  /// 408"), and no provisional one at all ("MUST NOT send any provisional response with a Status-Code other than 100", which this
  /// machine sends itself, when RFC 4320 allows it).
  public func accepts(_ status: StatusCode) -> Bool {
    isUndecided && !status.isProvisional && status.rawValue != 408
  }

  /// The transaction user's response; the owner has made it the last response when `accepts` was true.
  public mutating func send(_ status: StatusCode, now: Instant, into outputs: inout [Output]) {
    guard accepts(status) else { return }
    switch state {
    case .trying, .proceeding:
      outputs.append(.transmit)
      if isReliable {
        // Timer J is zero on a reliable transport.
        state = .terminated
        outputs.append(.ended(.completed))
      } else {
        state = .completed(until: now + timers.lifetime)
      }
    case .completed, .terminated:
      break
    }
  }

  /// The request came again.
  public mutating func receiveRetransmission(into outputs: inout [Output]) {
    switch state {
    case .proceeding, .completed: outputs.append(.transmit)
    case .trying, .terminated: break
    }
  }

  public mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .trying(_, let giveUpAt) where giveUpAt <= now, .proceeding(let giveUpAt) where giveUpAt <= now:
      // The client's timer F has fired: whatever would be said now could only reach nobody (RFC 4320 section 4.2).
      state = .terminated
      outputs.append(.ended(.timedOut))
    case .trying(let tryingAt, let giveUpAt) where tryingAt <= now:
      state = .proceeding(giveUpAt: giveUpAt)
      outputs.append(.sendTrying)
    case .completed(let until) where until <= now:
      state = .terminated
      outputs.append(.ended(.completed))
    case .trying, .proceeding, .completed, .terminated:
      break
    }
  }

  /// The last response could not be sent. The transaction "MUST remain in the current state" (RFC 6026 section 8.8).
  public mutating func transportFailed(into outputs: inout [Output]) {
    switch state {
    case .trying, .proceeding, .completed: outputs.append(.undeliverable)
    case .terminated: break
    }
  }
}
