import SIPMessages
import SIPUserAgent
import SansIO

/// One way between an account and its registrar (RFC 5626): a registration of its own, over a proxy of its own.
struct AccountFlow: Sendable {
  enum State: Sendable {
    /// Not wanted, or not yet.
    case idle
    case registering
    case ready(RegistrationFacts)
    case failed(String, retryAt: Instant?)
    /// The binding is being removed. `isWantedBack`: the user has ordered meanwhile to register again.
    case leaving(isWantedBack: Bool)
  }

  /// The `reg-id`: the same for the same flow after every start.
  let number: Int
  var state = State.idle
  /// A new number for each time it is registered afresh; nil while it is not.
  var registration: RegistrationID?
  /// Which of the outbound proxies it takes; nil when there are none.
  var proxyIndex: Int?
  /// How many attempts to register failed on their way since the last one that succeeded.
  var failedWays = 0
  /// It has failed since it last worked.
  var hasBroken = false
  var lastKeepAlive: Instant?
  /// When an idle flow is wanted again.
  var wantedAt: Instant?

  init(number: Int, proxyIndex: Int?) {
    self.number = number
    self.proxyIndex = proxyIndex
  }

  var facts: RegistrationFacts? {
    if case .ready(let facts) = state { facts } else { nil }
  }

  var isReady: Bool { facts != nil }

  var isLeaving: Bool {
    if case .leaving = state { true } else { false }
  }

  var isIdle: Bool {
    if case .idle = state { true } else { false }
  }
}
