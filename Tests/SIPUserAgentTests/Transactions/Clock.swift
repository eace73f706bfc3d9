import SansIO

extension Instant {
  /// A point in virtual time.
  static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
  var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

extension Moment {
  static func at(_ milliseconds: Int64) -> Moment {
    Moment(
      instant: .at(milliseconds), wallTime: WallTime(nanosecondsSince1970: 1_700_000_000_000_000_000 + milliseconds * 1_000_000))
  }
}
