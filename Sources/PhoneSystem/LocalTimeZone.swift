import Glibc

/// The system's time zone, as far as rules with hours need it.
public enum LocalTimeZone {
  /// How many seconds local time is ahead of UTC now.
  public static var secondsAheadOfUTC: Int {
    var now = time(nil)
    var parts = unsafe tm()
    guard unsafe localtime_r(&now, &parts) != nil else { return 0 }
    return unsafe parts.tm_gmtoff
  }
}
