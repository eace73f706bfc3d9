import SIPMessages
import SansIO

/// The subscriber's side of one subscription (RFC 6665 section 4.1.2), made by SUBSCRIBE or, as REFER does, by another request.
///
///     waiting ──NOTIFY──▶ running ──terminated, time──▶ ended
///        ╰── refusal, timer N ──────────────────────────╯
///
/// The NOTIFY may come before the response to the request, so the time begins when the request leaves.
struct Subscriber: Sendable {
  enum Output: Hashable, Sendable {
    case notified(Body?)
    case ended(SubscriptionEnding)
  }

  private enum State: Sendable {
    /// For the first NOTIFY, until timer N.
    case waiting(until: Instant)
    /// Pending or active, until its time is over.
    case running(until: Instant)
    case ended
  }

  private var state: State
  private let defaultDuration: Duration

  /// - Parameter patience: 64*T1.
  init(patience: Duration, defaultDuration: Duration, now: Instant) {
    state = .waiting(until: now + patience)
    self.defaultDuration = defaultDuration
  }

  var isFinished: Bool {
    if case .ended = state { true } else { false }
  }

  var deadline: Instant? {
    switch state {
    case .waiting(let until), .running(let until): until
    case .ended: nil
    }
  }

  /// The request goes out anew, with credentials for instance: timer N begins again.
  mutating func restart(patience: Duration, now: Instant) {
    if case .waiting = state { state = .waiting(until: now + patience) }
  }

  /// The request was refused, or nobody answered it.
  mutating func refused(_ status: StatusCode, into outputs: inout [Output]) {
    // A NOTIFY that came has made the subscription, whatever the response says.
    guard case .waiting = state else { return }
    end(.failed(status), into: &outputs)
  }

  mutating func receive(_ header: SubscriptionState, _ body: Body?, now: Instant, into outputs: inout [Output]) {
    if case .ended = state { return }
    outputs.append(.notified(body))
    guard header.state != "terminated" else { return end(.byNotifier(reason: header.reason), into: &outputs) }
    // Section 4.1.2.4: `expires` is what counts; a notifier that leaves it out keeps what was agreed.
    if let seconds = header.expires {
      // A day: no promise of a peer is kept for longer.
      state = .running(until: now + .seconds(Int64(min(seconds, 86_400))))
    } else if case .waiting = state {
      state = .running(until: now + defaultDuration)
    }
  }

  mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .waiting(let until) where until <= now: end(.silent, into: &outputs)
    case .running(let until) where until <= now: end(.expired, into: &outputs)
    case .waiting, .running, .ended: break
    }
  }

  private mutating func end(_ ending: SubscriptionEnding, into outputs: inout [Output]) {
    state = .ended
    outputs.append(.ended(ending))
  }
}
