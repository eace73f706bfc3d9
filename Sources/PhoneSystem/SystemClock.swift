import CPlatform
public import SansIO

/// The machine's two clocks. Nothing else in the program reads a clock.
public struct SystemClock: Sendable {
  public init() {}

  /// Both clocks, one after the other; the few nanoseconds between them mean nothing to SIP.
  public func now() -> Moment {
    Moment(instant: instant, wallTime: WallTime(nanosecondsSince1970: cp_wall_time()))
  }

  /// CLOCK_MONOTONIC, which does not stand still for anything but suspension.
  public var instant: Instant {
    Instant(nanoseconds: cp_monotonic_time())
  }
}
