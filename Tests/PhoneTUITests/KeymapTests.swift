import SansIO
import Testing

@testable import PhoneTUI

@Suite("The table of keys")
struct KeymapTests {
  @Test("Every action has a key somewhere, a word and a sentence")
  func complete() {
    for action in Action.allCases {
      #expect(Keymap.standard.bindings.contains { $0.action == action }, "\(action)")
      #expect(!action.title.isEmpty)
      #expect(action.explanation.hasSuffix("."))
    }
  }

  @Test("No key has two meanings on one screen")
  func unambiguous() {
    let bindings = Keymap.standard.bindings
    for binding in bindings {
      #expect(bindings.count { $0.key == binding.key && $0.scope == binding.scope } == 1, "\(binding.key.name)")
    }
  }

  @Test("Answering, muting and hanging up have the same keys on every screen")
  func sameEverywhere() {
    for scope in Keymap.Scope.allCases {
      #expect(Keymap.standard.action(for: .character("a"), in: scope) == .answer)
      #expect(Keymap.standard.action(for: .function(1), in: scope) == .answer)
      #expect(Keymap.standard.action(for: .function(4), in: scope) == .hangUp)
      #expect(Keymap.standard.action(for: .delete, in: scope) == .hangUp)
      let mute = Keymap.standard.action(for: .function(2), in: scope)
      #expect(mute == (scope == .incoming ? .answerMuted : .toggleMute))
    }
  }

  @Test("A key that is bound anew loses its old meaning, in the help too")
  func rebinding() {
    var map = Keymap.standard
    map.bind(.character("m"), to: .toggleHold)
    #expect(map.action(for: .character("m"), in: .calls) == .toggleHold)
    #expect(!map.keys(for: .toggleMute, in: .calls).contains(.character("m")))
  }
}

@Suite("Local time in a column of five")
struct LocalTimeTests {
  @Test("Today shows the time, this week the day, longer ago the date")
  func short() {
    let now = LocalTime.utc(Stage.monday)
    #expect(now.hourMinuteSecond == "14:07:00")
    #expect(now.weekdayName == "Mon")
    func ago(_ hours: Int64) -> String {
      LocalTime.utc(WallTime(secondsSince1970: Stage.monday.secondsSince1970 - hours * 3600)).short(beside: now)
    }
    #expect(ago(14) == "00:07")
    #expect(ago(15) == "Sun")
    #expect(ago(24 * 6) == "Tue")
    #expect(ago(24 * 7) == "08-31")
    #expect(LocalTime.utc(WallTime(secondsSince1970: -1)).short(beside: now) == "12-31")
    #expect(LocalTime.utc(WallTime(secondsSince1970: 1_709_210_096)).short(beside: now) == "02-29")
  }
}
