import SIPMessages
import SansIO

/// The notifier's side of one subscription (RFC 6665 section 4.2).
///
///     pending ─activate─▶ active ──▶ ended
///        ╰────── refusal, time, 481 ────╯
///
/// One NOTIFY is under way at a time: two could overtake each other. What changes meanwhile waits, and the newest counts.
struct Notifier: Sendable {
  enum Output: Hashable, Sendable {
    case notify(SubscriptionState, Body?)
    case ended(SubscriptionEnding)
  }

  private enum State: Sendable {
    case pending(until: Instant)
    case active(until: Instant)
    /// The last NOTIFY is said or waits for its turn.
    case ended
  }

  private struct Notification: Sendable {
    var body: Body?
    /// With it the subscription is over.
    var ending: Ending?
  }

  private struct Ending: Sendable {
    var reason: String
    var event: SubscriptionEnding
  }

  private var state: State
  private let leastInterval: Duration
  private var isUnderWay = false
  private var waiting: Notification?
  /// The rate limit: the next NOTIFY leaves no earlier.
  private var notBefore: Instant?
  /// Said last, for the NOTIFY that a refresh wants.
  private var body: Body?

  /// - Parameter isPending: nobody has agreed to it yet.
  init(isPending: Bool, duration: Duration, leastInterval: Duration = .zero, now: Instant) {
    state = isPending ? .pending(until: now + duration) : .active(until: now + duration)
    self.leastInterval = leastInterval
  }

  /// The last NOTIFY has been answered, or nobody will answer it.
  var isFinished: Bool {
    if case .ended = state { !isUnderWay && waiting == nil } else { false }
  }

  var deadline: Instant? {
    let pause = isUnderWay || waiting == nil ? nil : notBefore
    switch state {
    case .pending(let until), .active(let until): return min(pause ?? until, until)
    case .ended: return pause
    }
  }

  func remaining(now: Instant) -> UInt32 {
    switch state {
    case .pending(let until), .active(let until): UInt32(clamping: max(0, (until - now).wholeMilliseconds + 999) / 1000)
    case .ended: 0
    }
  }

  /// The state of the resource is this now.
  mutating func publish(_ body: Body?, now: Instant, into outputs: inout [Output]) {
    if case .ended = state { return }
    self.body = body
    waiting = Notification(body: body)
    proceed(now: now, into: &outputs)
  }

  /// Somebody agreed to a pending subscription.
  mutating func activate(now: Instant, into outputs: inout [Output]) {
    guard case .pending(let until) = state else { return }
    state = .active(until: until)
    publish(body, now: now, into: &outputs)
  }

  /// A SUBSCRIBE within the dialog (section 4.2.1.2): longer, shorter, or with zero the end. A NOTIFY follows at once.
  mutating func refresh(_ duration: Duration, now: Instant, into outputs: inout [Output]) {
    guard duration > .zero else { return terminate("timeout", body: body, .bySubscriber, now: now, into: &outputs) }
    switch state {
    case .pending: state = .pending(until: now + duration)
    case .active: state = .active(until: now + duration)
    case .ended: return
    }
    // Whatever the package's rate: "MUST send a NOTIFY request immediately".
    notBefore = nil
    publish(body, now: now, into: &outputs)
  }

  /// Our own end of it, such as `noresource` when there is nothing more to tell.
  mutating func terminate(_ reason: String, body: Body?, now: Instant, into outputs: inout [Output]) {
    terminate(reason, body: body, .byNotifier(reason: reason), now: now, into: &outputs)
  }

  private mutating func terminate(
    _ reason: String, body: Body?, _ event: SubscriptionEnding, now: Instant, into outputs: inout [Output]
  ) {
    if case .ended = state { return }
    state = .ended
    // The end is never held back by the rate limit.
    notBefore = nil
    waiting = Notification(body: body, ending: Ending(reason: reason, event: event))
    proceed(now: now, into: &outputs)
  }

  private mutating func proceed(now: Instant, into outputs: inout [Output]) {
    guard !isUnderWay, let next = waiting else { return }
    if let notBefore, notBefore > now { return }
    waiting = nil
    isUnderWay = true
    notBefore = leastInterval > .zero ? now + leastInterval : nil
    outputs.append(.notify(header(next.ending, now: now), next.body))
    if let ending = next.ending { outputs.append(.ended(ending.event)) }
  }

  private func header(_ ending: Ending?, now: Instant) -> SubscriptionState {
    if let ending { return SubscriptionState("terminated", parameters: Parameters([("reason", ending.reason)])) }
    let isPending = if case .pending = state { true } else { false }
    return SubscriptionState(
      isPending ? "pending" : "active", parameters: Parameters([("expires", String(remaining(now: now)))]))
  }

  /// The final response to the NOTIFY that is under way (section 4.2.2): anything but success removes the subscription, and with it
  /// what waited.
  mutating func receive(_ status: StatusCode, now: Instant, into outputs: inout [Output]) {
    guard status.isFinal else { return }
    isUnderWay = false
    guard status.isSuccess else {
      waiting = nil
      if case .ended = state { return }
      state = .ended
      outputs.append(.ended(.failed(status)))
      return
    }
    proceed(now: now, into: &outputs)
  }

  mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .pending(let until) where until <= now, .active(let until) where until <= now:
      terminate("timeout", body: body, .expired, now: now, into: &outputs)
    case .pending, .active, .ended: proceed(now: now, into: &outputs)
    }
  }
}
