/// A point on the monotonic clock, in nanoseconds from an arbitrary start.
///
/// Every machine is handed the present as an argument; none of them can read a clock.
public struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the clock's own start, which differs from process to process.
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(nanoseconds: instant.nanoseconds + duration.wholeNanoseconds)
  }

  public static func - (left: Instant, right: Instant) -> Duration {
    .nanoseconds(left.nanoseconds - right.nanoseconds)
  }
}

/// A point on the calendar, in nanoseconds since 1970-01-01T00:00:00Z. It can jump when an administrator sets the clock.
public struct WallTime: Hashable, Comparable, Sendable {
  public var nanosecondsSince1970: Int64

  public init(nanosecondsSince1970: Int64) {
    self.nanosecondsSince1970 = nanosecondsSince1970
  }

  public init(secondsSince1970: Int64) {
    nanosecondsSince1970 = secondsSince1970 * 1_000_000_000
  }

  public var secondsSince1970: Int64 {
    nanosecondsSince1970 / 1_000_000_000
  }

  public static func < (left: WallTime, right: WallTime) -> Bool {
    left.nanosecondsSince1970 < right.nanosecondsSince1970
  }

  public static func - (left: WallTime, right: WallTime) -> Duration {
    .nanoseconds(left.nanosecondsSince1970 - right.nanosecondsSince1970)
  }
}

/// The present, on both clocks, read once per step of the loop that owns a machine.
public struct Moment: Hashable, Sendable {
  public var instant: Instant
  public var wallTime: WallTime

  public init(instant: Instant, wallTime: WallTime) {
    self.instant = instant
    self.wallTime = wallTime
  }
}

extension Duration {
  /// The duration in nanoseconds, without what lies below one.
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }

  /// The duration in milliseconds, without what lies below one.
  public var wholeMilliseconds: Int64 {
    wholeNanoseconds / 1_000_000
  }
}
