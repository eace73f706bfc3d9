import Media
import Phone
import SansIO

@testable import PhoneTUI

/// A model with a hand on its clock: keys in, screens out, no terminal.
struct Stage {
  var model: TUIModel
  /// What the model asked for since the last look.
  var effects: [TUIEffect] = []
  private(set) var now = Moment(instant: Instant(nanoseconds: 1_000_000_000_000), wallTime: Self.monday)

  /// Monday, 2026-09-07 14:07:00 UTC.
  static let monday = WallTime(secondsSince1970: 1_788_790_020)

  init(columns: Int = 80, rows: Int = 24, options: TUIOptions = TUIOptions()) {
    model = TUIModel(options: options, columns: columns, rows: rows, now: now)
  }

  var text: String { model.render().text }

  /// The rows of the screen.
  var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

  var commands: [PhoneCommand] {
    effects.compactMap { effect in if case .send(let command) = effect { command } else { nil } }
  }

  mutating func show(_ snapshot: PhoneSnapshot) { effects += model.update(.snapshot(snapshot), now: now) }

  mutating func press(_ keys: Key...) {
    for key in keys { effects += model.update(.key(key), now: now) }
  }

  mutating func type(_ text: String) {
    for character in text { effects += model.update(.key(.character(character)), now: now) }
  }

  mutating func resize(columns: Int, rows: Int) { effects += model.update(.resized(columns: columns, rows: rows), now: now) }

  mutating func wait(_ duration: Duration) {
    now.instant = now.instant + duration
    now.wallTime = WallTime(nanosecondsSince1970: now.wallTime.nanosecondsSince1970 + duration.wholeNanoseconds)
    effects += model.update(.tick, now: now)
  }

  /// What was sent since the last time this was asked.
  mutating func takeCommands() -> [PhoneCommand] {
    defer { effects = [] }
    return commands
  }
}
