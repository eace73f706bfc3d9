/// `mon-fri 08:00-18:00`: days and a time of day, both ends written, the last minute not part of it.
public struct WeekWindow: Hashable, Sendable {
  static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Bit 0 is Monday.
  public var days: UInt8
  /// Minutes since midnight. An end at or before the start lies on the next day.
  public var start: Int
  public var end: Int

  public init(days: UInt8, start: Int, end: Int) {
    self.days = days
    self.start = start
    self.end = end
  }

  /// Reads `mon-fri 08:00-18:00`, `sat,sun`, `22:00-06:00`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var days: UInt8?
    var hours: (Int, Int)?
    for word in text.lowercased().split(whereSeparator: { $0.isWhitespace }) {
      if word.first?.isNumber == true {
        guard hours == nil, let read = Self.hours(word) else { return nil }
        hours = read
      } else {
        guard days == nil, let read = Self.days(word) else { return nil }
        days = read
      }
    }
    guard days != nil || hours != nil else { return nil }
    self.init(days: days ?? 0x7F, start: hours?.0 ?? 0, end: hours?.1 ?? 1440)
  }

  private static func days(_ word: Substring) -> UInt8? {
    var days: UInt8 = 0
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { dayNames.firstIndex(of: String($0)) }
      guard let first = ends[0], ends.count <= 2, let last = ends[ends.count - 1] else { return nil }
      var day = first
      days |= 1 << UInt8(day)
      while day != last {
        day = (day + 1) % 7
        days |= 1 << UInt8(day)
      }
    }
    return days
  }

  private static func hours(_ word: Substring) -> (Int, Int)? {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { minute($0) }
    guard ends.count == 2, let start = ends[0], let end = ends[1], start != end, start < 1440 else { return nil }
    return (start, end)
  }

  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
      (0..<60).contains(minute),
      parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) }), hour * 60 + minute <= 1440
    else { return nil }
    return hour * 60 + minute
  }

  public func contains(_ clock: WeekClock) -> Bool {
    func has(_ day: Int) -> Bool { days & (1 << UInt8(day)) != 0 }
    if start < end { return has(clock.weekday) && clock.minute >= start && clock.minute < end }
    // Over midnight: the evening belongs to its own day, the morning to the day before.
    return (has(clock.weekday) && clock.minute >= start) || (has((clock.weekday + 6) % 7) && clock.minute < end)
  }

  /// As it would be written.
  public var text: String {
    var parts: [String] = []
    if days != 0x7F { parts.append(daysText) }
    if start != 0 || end != 1440 { parts.append("\(Self.clock(start))-\(Self.clock(end))") }
    return parts.isEmpty ? "mon-sun" : parts.joined(separator: " ")
  }

  private var daysText: String {
    var runs: [String] = []
    var day = 0
    while day < 7 {
      guard days & (1 << UInt8(day)) != 0 else {
        day += 1
        continue
      }
      var last = day
      while last < 6, days & (1 << UInt8(last + 1)) != 0 { last += 1 }
      runs.append(
        last - day < 2
          ? (day...last).map { Self.dayNames[$0] }.joined(separator: ",") : "\(Self.dayNames[day])-\(Self.dayNames[last])")
      day = last + 1
    }
    return runs.joined(separator: ",")
  }

  private static func clock(_ minute: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }
}
