public import SansIO

/// A time of day at the user's place. The rules of time zones belong to the system; whoever makes the screens hands them in.
public struct LocalTime: Hashable, Sendable {
  public var year: Int
  /// 1 is January.
  public var month: Int
  public var day: Int
  public var hour: Int
  public var minute: Int
  public var second: Int
  /// 0 is Sunday.
  public var weekday: Int

  public init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, weekday: Int) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.weekday = weekday
  }

  /// `14:07`.
  var hourMinute: String { "\(twoDigits(hour)):\(twoDigits(minute))" }
  /// `14:07:51`.
  var hourMinuteSecond: String { "\(hourMinute):\(twoDigits(second))" }

  var weekdayName: String {
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    return names.indices.contains(weekday) ? names[weekday] : "?"
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  var dayNumber: Int {
    let shiftedYear = month > 2 ? year : year - 1
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// How a column of five shows it beside `now`: the time today, the weekday within a week, else the date.
  func short(beside now: LocalTime) -> String {
    let days = now.dayNumber - dayNumber
    if days == 0 { return hourMinute }
    if days > 0, days < 7 { return weekdayName }
    return "\(twoDigits(month))-\(twoDigits(day))"
  }

  /// Coordinated Universal Time, for tests and where the system knows no zone.
  public static func utc(_ time: WallTime) -> LocalTime {
    let seconds = Int(time.secondsSince1970)
    let dayNumber = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = seconds - dayNumber * 86_400
    let shifted = dayNumber + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return LocalTime(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: dayOfYear - (153 * monthIndex + 2) / 5 + 1,
      hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, weekday: ((dayNumber + 4) % 7 + 7) % 7)
  }
}

func twoDigits(_ number: Int) -> String { number < 10 && number >= 0 ? "0\(number)" : String(number) }

extension Duration {
  /// `0:05`, `12:41`, `1:02:03`; nothing below zero.
  var clockText: String {
    let seconds = max(0, Int(components.seconds))
    let minutes = seconds / 60
    return minutes < 60
      ? "\(minutes):\(twoDigits(seconds % 60))" : "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(seconds % 60))"
  }
}
