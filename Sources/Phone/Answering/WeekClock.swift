public import SansIO

/// A moment as a week plan sees it: local weekday and time of day.
public struct WeekClock: Hashable, Sendable {
  /// 0 is Monday, 6 Sunday.
  public var weekday: Int
  /// Since midnight, 0 to 1439.
  public var minute: Int

  public init(weekday: Int, minute: Int) {
    self.weekday = weekday
    self.minute = minute
  }

  /// - Parameter offset: seconds that local time is ahead of UTC.
  public init(_ time: WallTime, offset: Int) {
    let seconds = time.secondsSince1970 + Int64(offset)
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    // 1 January 1970 was a Thursday.
    weekday = Int(((day + 3) % 7 + 7) % 7)
    minute = Int((seconds - day * 86_400) / 60)
  }
}
