/// The time of a Date header field (RFC 3261 section 20.17): `Sat, 13 Nov 2010 23:29:00 GMT`, to the second.
public struct SIPDate: Hashable, Sendable, CustomStringConvertible {
  public var secondsSince1970: Int64

  public init(secondsSince1970: Int64) {
    self.secondsSince1970 = secondsSince1970
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

  /// nil for anything but the form of RFC 1123 in GMT. The day of the week is not looked at: it says nothing new.
  public init?(_ text: String) {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
    guard parts.count == 6, parts[5].uppercased() == "GMT", let day = Int64(parts[1]), (1...31).contains(day),
      let month = Self.months.firstIndex(where: { $0.lowercased() == parts[2].lowercased() }), let year = Int64(parts[3]),
      (1970...9999).contains(year)
    else { return nil }
    let clock = parts[4].split(separator: ":").map { Int64($0) ?? -1 }
    guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else {
      return nil
    }
    let number = Self.dayNumber(year: year, month: Int64(month) + 1, day: day)
    self.init(secondsSince1970: number * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  public var description: String {
    let total = min(max(secondsSince1970, 0), 253_402_300_799)
    let (number, rest) = (total / 86_400, total % 86_400)
    let shifted = number + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(Self.days[Int(number % 7)]), \(two(dayOfYear - (153 * monthIndex + 2) / 5 + 1)) \(Self.months[Int(month) - 1]) "
      + "\(year) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
  }
}
