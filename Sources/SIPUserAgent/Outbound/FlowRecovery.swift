import SansIO

/// The times of RFC 5626 section 4.5, which "MAY be configurable in the UA".
public struct FlowRecoveryTimes: Hashable, Sendable {
  /// The first pause when no flow of the account is left.
  public var baseWhenAllFailed = Duration.seconds(30)
  /// The first pause while another flow of the account lives.
  public var baseWhenOthersLive = Duration.seconds(90)
  /// No pause is longer.
  public var longest = Duration.seconds(1800)

  public init() {}
}

/// How long to wait before a flow is tried again (RFC 5626 section 4.5).
struct FlowRecovery: Sendable {
  /// Registrations through this proxy that failed one after the other.
  private(set) var failures = 0

  /// "a flow is considered successful if outbound registration succeeded, and if keep-alives are in use on this flow, at least one
  /// subsequent keep-alive response was received".
  mutating func succeeded() { failures = 0 }

  /// W = min(max-time, base-time * 2^failures), of which 50 to 100 % by chance.
  mutating func pause(othersLive: Bool, times: FlowRecoveryTimes, _ random: inout RandomSource) -> Duration {
    let base = othersLive ? times.baseWhenOthersLive : times.baseWhenAllFailed
    let bound = min(base * (1 << min(failures, 6)), times.longest)
    failures += 1
    let half = bound.wholeMilliseconds / 2
    return .milliseconds(half + Int64(random.next(below: UInt64(half) + 1)))
  }
}
