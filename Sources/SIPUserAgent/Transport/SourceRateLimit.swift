public import SansIO

/// How many requests one source may send before it is turned away: the answer to a stranger who floods.
///
/// Each source has two budgets that fill with time (token buckets). Requests that ask for something new, an INVITE or an OPTIONS
/// for instance, take from the first; requests that say they belong to a dialog, and CANCEL, from the second, which is larger,
/// because a call in progress must not suffer from what else comes out of the same house. ACK is free: it makes no state. What is
/// over the budget is answered with 503 and Retry-After without keeping anything (RFC 3261 section 21.5.4), as long as a third
/// budget lasts:
/// a well-behaved client stops repeating itself then. After that there is silence, so that a flood with a forged source address is
/// not passed on to whom it names.
///
/// A source is an IPv4 address or an IPv6 /64, which is what one customer has. The table of sources is bounded: a source whose
/// budgets are full again is forgotten, and when none is (a flood from thousands of addresses), new ones share one entry.
public struct SourceRateLimit: Sendable {
  /// The three budgets of a source.
  public struct Policy: Hashable, Sendable {
    /// Requests a second that ask for something new, in the long run, and how many may come at once.
    public var newRequests = Budget(perSecond: 20, atOnce: 60)
    /// Requests a second that belong to something.
    public var otherRequests = Budget(perSecond: 50, atOnce: 200)
    /// Refusals a second.
    public var refusals = Budget(perSecond: 10, atOnce: 20)
    /// How many sources are told apart.
    public var maximumSources = 1024

    public init() {}

    /// The usual policy with another rate for new requests; three seconds' worth of them may come at once.
    public init(newRequestsPerSecond: Int) {
      newRequests = Budget(perSecond: newRequestsPerSecond, atOnce: 3 * newRequestsPerSecond)
    }
  }

  public struct Budget: Hashable, Sendable {
    /// At least 1.
    public var perSecond: Int
    public var atOnce: Int

    public init(perSecond: Int, atOnce: Int) {
      self.perSecond = max(perSecond, 1)
      self.atOnce = max(atOnce, 1)
    }
  }

  public enum Kind: Hashable, Sendable {
    case new, belonging
  }

  public enum Verdict: Hashable, Sendable {
    case admit
    /// To be answered with 503.
    case refuse
    /// Not to be answered at all.
    case ignore
  }

  /// What a budget holds, as the instant at which it will be full again: one number, and nothing to do while time passes.
  private struct Bucket: Sendable {
    var fullAt = Instant(nanoseconds: 0)

    mutating func take(_ budget: Budget, now: Instant) -> Bool {
      let price = 1_000_000_000 / Int64(budget.perSecond)
      let missing = max(fullAt.nanoseconds - now.nanoseconds, 0)
      guard missing <= price * Int64(budget.atOnce - 1) else { return false }
      fullAt = Instant(nanoseconds: now.nanoseconds + missing + price)
      return true
    }
  }

  private struct Source: Sendable {
    var new = Bucket()
    var belonging = Bucket()
    var refusals = Bucket()
  }

  public let policy: Policy
  private var sources: [IPAddress: Source] = [:]
  /// Those for whom the table had no room.
  private var crowd = Source()

  public init(_ policy: Policy = Policy()) {
    self.policy = policy
  }

  /// How many sources are remembered.
  public var count: Int { sources.count }

  /// Takes one request of `address` from its budget.
  public mutating func take(_ kind: Kind, from address: IPAddress, now: Instant) -> Verdict {
    let key = Self.key(address)
    if var source = sources[key] {
      defer { sources[key] = source }
      return take(kind, from: &source, now: now)
    }
    if sources.count >= policy.maximumSources { forgetIdle(now: now) }
    guard sources.count < policy.maximumSources else { return take(kind, from: &crowd, now: now) }
    var source = Source()
    defer { sources[key] = source }
    return take(kind, from: &source, now: now)
  }

  private func take(_ kind: Kind, from source: inout Source, now: Instant) -> Verdict {
    let isWithin =
      switch kind {
      case .new: source.new.take(policy.newRequests, now: now)
      case .belonging: source.belonging.take(policy.otherRequests, now: now)
      }
    if isWithin { return .admit }
    return source.refusals.take(policy.refusals, now: now) ? .refuse : .ignore
  }

  /// Forgets every source whose budgets are full again: it is the same as one that was never seen. So forgetting frees nobody
  /// from a
  /// limit, and the result does not depend on the order of the table.
  private mutating func forgetIdle(now: Instant) {
    sources = sources.filter { _, source in
      source.new.fullAt > now || source.belonging.fullAt > now || source.refusals.fullAt > now
    }
  }

  private static func key(_ address: IPAddress) -> IPAddress {
    switch address {
    case .v4: address
    case .v6(let high, _): .v6(high: high, low: 0)
    }
  }
}
