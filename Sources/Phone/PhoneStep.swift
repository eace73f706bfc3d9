import SIPUserAgent
import SansIO

/// What one call of `Phone.handle` works with.
struct PhoneStep {
  let now: Moment
  var outputs: [PhoneOutput] = []
  /// What the user agent said; the first `read` of it are worked off.
  var agent: [UserAgentOutput] = []
  private var read = 0
  /// The snapshot may differ from the one before.
  var hasChanged = false

  init(now: Moment) {
    self.now = now
  }

  mutating func nextAgentOutput() -> UserAgentOutput? {
    guard read < agent.count else { return nil }
    defer { read += 1 }
    return agent[read]
  }
}
