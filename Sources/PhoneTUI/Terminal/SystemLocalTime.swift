import Glibc
import SansIO

extension LocalTime {
  /// The time of day by the system's time zone.
  static func system(_ time: WallTime) -> LocalTime {
    var seconds = time_t(time.secondsSince1970)
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return .utc(time) }
    return unsafe LocalTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday), hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min), second: Int(parts.tm_sec), weekday: Int(parts.tm_wday))
  }
}
