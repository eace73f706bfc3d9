public import SIPMessages
public import SIPUserAgent

/// What one exchange is and whom it serves.
public struct ExchangeConfiguration: Sendable {
  /// The part that this machine plays; several machines of different roles make a larger exchange.
  public enum Role: Hashable, Sendable {
    /// Registrar, home proxy and the robots of a domain (RFC 3261 sections 10.3 and 16).
    case home
    /// An outbound edge proxy in front of a home proxy (RFC 5626 section 5): keeps the flows, adds Path, sends the rest to `home`.
    case edge(home: SIPURI)
    /// Registrar that answers calls with 302 and the bindings (RFC 3261 section 8.3).
    case redirect
  }

  public var role: Role
  /// The domain of the addresses of record, such as `example.test`.
  public var domain: String
  public var users: [ExchangeUser]
  /// Whether REGISTER and calls from the domain's own users need credentials; the robots never do.
  public var authenticatesRegistrations: Bool
  public var authenticatesCalls: Bool
  public var hasRobots: Bool
  /// Whether robots tell callers who was reached (RFC 4916).
  public var tellsConnected = false
  /// Lifetimes of bindings in seconds: less than `minimumExpires` is refused with 423, more than `maximumExpires` is cut.
  public var minimumExpires: Int
  public var maximumExpires: Int
  /// What Flow-Timer says, in seconds (RFC 5626 section 10): the longest silence before a flow may be taken for dead.
  public var flowTimer: Int
  /// False for a server that says it keeps flows and answers no STUN: a broken one, for tests.
  public var answersKeepAlives = true
  /// How long an INVITE may ring before the proxy gives up (timer C).
  public var ringingTimeout: Duration
  /// The robots' media streams are numbered from here, so that one media loop can serve them and a phone.
  public var firstMediaStream: UInt64
  public var timers: TransactionTimers

  public init(
    role: Role = .home, domain: String, users: [ExchangeUser] = [], authenticatesRegistrations: Bool = true,
    authenticatesCalls: Bool = true, hasRobots: Bool = true
  ) {
    self.role = role
    self.domain = domain
    self.users = users
    self.authenticatesRegistrations = authenticatesRegistrations
    self.authenticatesCalls = authenticatesCalls
    self.hasRobots = hasRobots && role == .home
    minimumExpires = 60
    maximumExpires = 3600
    flowTimer = 120
    ringingTimeout = .seconds(180)
    firstMediaStream = 1 << 32
    timers = TransactionTimers()
  }
}
