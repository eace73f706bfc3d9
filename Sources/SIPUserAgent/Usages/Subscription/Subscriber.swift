import SIPMessages
import SansIO

/// The subscriber's side of one subscription (RFC 6665 section 4.1.2), made by SUBSCRIBE or, as REFER does, by another request.
///
///     waiting ──NOTIFY──▶ running ──terminated, time──▶ ended
///        ╰── refusal, timer N ─────────────▲────────────╯
///     running ──unsubscribe──▶ leaving ──terminated, timer N──▶ ended
///
/// The NOTIFY may come before the response to the request, so the time begins when the request leaves. Only one that SUBSCRIBE made
/// is renewed, a while before its end.
struct Subscriber: Sendable {
  enum Output: Hashable, Sendable {
    case notified(Body?)
    /// SUBSCRIBE within the dialog, for so many seconds; 0 ends it.
    case subscribe(seconds: UInt32)
    case ended(SubscriptionEnding)
  }

  private enum State: Sendable {
    /// For the first NOTIFY, until timer N.
    case waiting(until: Instant)
    /// Pending or active, until its time is over. `refreshAt` is nil while a refresh is under way, and where there are none.
    case running(until: Instant, refreshAt: Instant?)
    /// For the last NOTIFY.
    case leaving(until: Instant)
    case ended
  }

  private var state: State
  private let defaultDuration: Duration
  /// What a refresh asks for; nil where there are none.
  private let renewal: Duration?

  /// - Parameters:
  ///   - patience: 64*T1.
  ///   - renewal: what each SUBSCRIBE asks for; nil for a subscription that another request makes.
  init(patience: Duration, defaultDuration: Duration, renewal: Duration? = nil, now: Instant) {
    state = .waiting(until: now + patience)
    self.defaultDuration = defaultDuration
    self.renewal = renewal
  }

  var isFinished: Bool {
    if case .ended = state { true } else { false }
  }

  var deadline: Instant? {
    switch state {
    case .waiting(let until), .leaving(let until): until
    case .running(let until, let refreshAt): min(refreshAt ?? until, until)
    case .ended: nil
    }
  }

  /// The request goes out anew, with credentials for instance: timer N begins again.
  mutating func restart(patience: Duration, now: Instant) {
    if case .waiting = state { state = .waiting(until: now + patience) }
  }

  /// The request was refused, or nobody answered it.
  mutating func refused(_ status: StatusCode, into outputs: inout [Output]) {
    switch state {
    case .waiting: end(.failed(status), into: &outputs)
    // Section 4.1.2.3: these end it; after any other the time that was agreed counts on.
    case .running where Self.isFatal(status): end(.failed(status), into: &outputs)
    case .leaving: end(.bySubscriber, into: &outputs)
    // A NOTIFY that came has made the subscription, whatever the response says.
    case .running, .ended: break
    }
  }

  /// RFC 5057 section 5.1, table 2: what tells that the subscription or its dialog is not there any more.
  private static func isFatal(_ status: StatusCode) -> Bool {
    [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604].contains(status.rawValue)
  }

  /// The 2xx to SUBSCRIBE, with the seconds that it grants; nil when it says nothing.
  mutating func accepted(_ seconds: UInt32?, now: Instant) {
    guard case .running = state, let seconds, renewal != nil else { return }
    run(for: Self.bounded(seconds), now: now)
  }

  mutating func receive(_ header: SubscriptionState, _ body: Body?, now: Instant, into outputs: inout [Output]) {
    switch state {
    case .ended: return
    case .leaving:
      if header.state == "terminated" { end(.bySubscriber, into: &outputs) }
      return
    case .waiting, .running: break
    }
    outputs.append(.notified(body))
    guard header.state != "terminated" else {
      return end(.byNotifier(reason: header.reason, retryAfter: header.retryAfter), into: &outputs)
    }
    // Section 4.1.2.4: `expires` is what counts; a notifier that leaves it out keeps what was agreed.
    if let seconds = header.expires {
      run(for: Self.bounded(seconds), now: now)
    } else if case .waiting = state {
      run(for: renewal ?? defaultDuration, now: now)
    }
  }

  /// A day: no promise of a peer is kept for longer.
  private static func bounded(_ seconds: UInt32) -> Duration { .seconds(Int64(min(seconds, 86_400))) }

  private mutating func run(for duration: Duration, now: Instant) {
    // Early enough for a SUBSCRIBE that is lost and repeated, and never more often than every few seconds, whatever was granted.
    let pause = max(.seconds(5), duration - min(duration / 2, .seconds(60)))
    state = .running(until: now + duration, refreshAt: renewal == nil ? nil : now + pause)
  }

  /// Ask for everything once more, now.
  mutating func refresh(into outputs: inout [Output]) {
    guard case .running(let until, .some) = state, let renewal else { return }
    state = .running(until: until, refreshAt: nil)
    outputs.append(.subscribe(seconds: UInt32(clamping: renewal.components.seconds)))
  }

  /// We have heard enough (section 4.1.2.3). Before the first NOTIFY there is no dialog to say it in.
  mutating func leave(patience: Duration, now: Instant, into outputs: inout [Output]) {
    switch state {
    case .waiting: end(.bySubscriber, into: &outputs)
    case .running:
      state = .leaving(until: now + patience)
      outputs.append(.subscribe(seconds: 0))
    case .leaving, .ended: break
    }
  }

  mutating func deadlineReached(now: Instant, into outputs: inout [Output]) {
    switch state {
    case .waiting(let until) where until <= now: end(.silent, into: &outputs)
    case .running(let until, _) where until <= now: end(.expired, into: &outputs)
    case .running(_, let refreshAt?) where refreshAt <= now: refresh(into: &outputs)
    case .leaving(let until) where until <= now: end(.bySubscriber, into: &outputs)
    case .waiting, .running, .leaving, .ended: break
    }
  }

  private mutating func end(_ ending: SubscriptionEnding, into outputs: inout [Output]) {
    state = .ended
    outputs.append(.ended(ending))
  }
}
