import SansIO

/// How long to wait before a flow is tried again (RFC 5626 section 4.5).
struct FlowRecovery: Sendable {
  /// The configurable times: base times and the longest one.
  static let baseWhenAllFailed = Duration.seconds(30)
  static let baseWhenOthersLive = Duration.seconds(90)
  static let longest = Duration.seconds(1800)

  /// Registrations through this proxy that failed one after the other.
  private(set) var failures = 0

  /// "a flow is considered successful if outbound registration succeeded, and if keep-alives are in use on this flow, at least one
  /// subsequent keep-alive response was received".
  mutating func succeeded() { failures = 0 }

  /// W = min(max-time, base-time * 2^failures), of which 50 to 100 % by chance.
  mutating func pause(othersLive: Bool, _ random: inout RandomSource) -> Duration {
    let base = othersLive ? Self.baseWhenOthersLive : Self.baseWhenAllFailed
    let bound = min(base * (1 << min(failures, 6)), Self.longest)
    failures += 1
    let half = bound.wholeMilliseconds / 2
    return .milliseconds(half + Int64(random.next(below: UInt64(half) + 1)))
  }
}
