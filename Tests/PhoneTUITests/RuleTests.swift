import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("The rules of the screens")
struct RuleTests {
  @Test("For 400 ms after a call begins to ring its keys do nothing but say so", arguments: ["a", "x", "m", "s"])
  func freshBanner(key: Character) {
    var stage = Stage()
    var snapshot = Cast.idle()
    stage.show(snapshot)
    snapshot.calls = [Cast.ringing(at: stage.now)]
    stage.show(snapshot)
    stage.effects = []
    stage.wait(.milliseconds(399))
    stage.press(.character(key))
    #expect(stage.takeCommands().isEmpty)
    #expect(stage.text.contains("Clara Weiss has just begun to ring."))
    stage.wait(.milliseconds(1))
    stage.press(.character(key))
    #expect(stage.takeCommands().count == 1)
  }

  @Test("A second call that begins to ring is guarded by itself")
  func secondCallIsGuarded() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(1, Cast.bob, at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.wait(.seconds(10))
    snapshot.calls.append(Cast.ringing(2, at: stage.now))
    stage.show(snapshot)
    stage.press(.character("a"))
    #expect(stage.takeCommands().isEmpty)
    // What the key means for the call in progress is not held up.
    stage.press(.character("m"))
    #expect(stage.takeCommands() == [.mute])
    stage.wait(.seconds(1))
    stage.press(.character("a"))
    #expect(stage.takeCommands() == [.answer(CallID(2))])
  }

  @Test("Delete does not hit another call because the one it meant has just ended")
  func hangUpTargetIsGuarded() {
    var stage = Stage()
    var snapshot = Cast.idle()
    var held = Cast.talking(2, Cast.bob, at: stage.now)
    held.state = .held
    snapshot.calls = [Cast.talking(at: stage.now), held]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.wait(.seconds(10))
    snapshot.calls[0].state = .ended("Clara Weiss hung up")
    snapshot.selectedCall = CallID(2)
    stage.show(snapshot)
    stage.wait(.milliseconds(100))
    stage.press(.delete)
    #expect(stage.takeCommands().isEmpty)
    #expect(stage.text.contains("This key now means Bob Baker."))
    stage.wait(.seconds(1))
    stage.press(.delete)
    #expect(stage.takeCommands() == [.hangUp(CallID(2))])
  }

  @Test("Escape never ends a call, wherever it is pressed and however often")
  func escape() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(1, Cast.bob, at: stage.now), Cast.ringing(2, at: stage.now)]
    snapshot.selectedCall = CallID(1)
    for opening in [[], [Key.character("t")], [.character("?")], [.character("/")], [.character(":")], [.character("q")], [.tab]] {
      stage.show(snapshot)
      stage.wait(.seconds(1))
      for key in opening { stage.press(key) }
      for _ in 0..<6 { stage.press(.escape) }
      #expect(stage.takeCommands().isEmpty)
      #expect(!stage.effects.contains(.quit(.quit)))
      stage.press(.character("c"))
    }
  }

  @Test("F1, F2 and F4 answer, mute and hang up from every screen, in text fields too")
  func functionKeys() {
    let openings: [[Key]] = [
      [], [.character("t")], [.character("?")], [.character("?"), .character("/")], [.character("/"), .character("b")],
      [.character(":"), .character("d")], [.escape], [.escape, .character("1")], [.tab],
    ]
    for opening in openings {
      var stage = Stage()
      var snapshot = Cast.idle()
      snapshot.calls = [Cast.talking(1, Cast.bob, at: stage.now), Cast.ringing(2, at: stage.now)]
      snapshot.selectedCall = CallID(1)
      stage.show(snapshot)
      stage.wait(.seconds(1))
      for key in opening { stage.press(key) }
      stage.effects = []
      #expect(stage.text.contains("RINGING"), "after \(opening.map(\.name))")
      stage.press(.function(1), .function(2), .function(4))
      #expect(stage.takeCommands() == [.answer(CallID(2)), .mute, .hangUp(CallID(1))], "after \(opening.map(\.name))")
    }
  }

  @Test("Who is typing a number keeps the screen and the letters when a call comes in")
  func typingGoesOn() {
    var stage = Stage()
    var snapshot = Cast.idle()
    stage.show(snapshot)
    stage.type("20")
    snapshot.calls = [Cast.ringing(at: stage.now)]
    stage.show(snapshot)
    stage.wait(.seconds(1))
    stage.type("1a")
    #expect(stage.text.contains("Dial: 201a"))
    #expect(stage.lines[0].contains("F1 Answer"))
    #expect(stage.takeCommands().isEmpty)
  }

  @Test("A key that does nothing now stays visible in brackets and says why when pressed")
  func disabledKeys() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    #expect(stage.lines.last?.contains("(w Swap)") == true)
    stage.press(.character("w"))
    #expect(stage.takeCommands().isEmpty)
    #expect(stage.text.contains("Swap: it takes two answered calls."))
    stage.press(.character("a"))
    #expect(stage.text.contains("Answer: no call rings."))
    stage.press(.control("z"))
    #expect(!stage.effects.contains(.suspend))
    #expect(stage.text.contains("Suspend: it would stop the sound of the call."))
    stage.wait(.seconds(5))
    #expect(!stage.text.contains("Suspend:"))
  }

  @Test("Red is shown only for failures and for a microphone that is open without the user")
  func red() {
    func reds(_ stage: Stage) -> String {
      stage.model.render().cells.filter { $0.style.role == .alarm }.map(\.text).joined()
    }
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.accounts.removeLast()
    stage.show(snapshot)
    #expect(reds(stage).isEmpty)
    snapshot.calls = [Cast.talking(at: stage.now)]
    stage.show(snapshot)
    #expect(reds(stage).isEmpty)
    snapshot.calls[0].state = .held
    stage.show(snapshot)
    #expect(reds(stage).contains("OPEN"))
  }

  @Test("Green is shown only while somebody talks")
  func green() {
    var stage = Stage()
    stage.show(Cast.idle())
    #expect(!stage.model.render().cells.contains { $0.style.role == .talking })
  }

  @Test("The terminal's cursor stands on the focused row of every screen")
  func cursor() {
    var stage = Stage()
    stage.show(Cast.idle())
    #expect(stage.model.render().cursor == Surface.Position(x: 2, y: 4))
    stage.press(.down)
    #expect(stage.model.render().cursor == Surface.Position(x: 2, y: 5))
    stage.type("12")
    #expect(stage.model.render().cursor == Surface.Position(x: 9, y: 21))
  }

  @Test("Nothing wakes the loop while nothing on the screen changes with time")
  func quiet() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.accounts.removeLast()
    stage.show(snapshot)
    // The clock in the corner moves once a minute; other screens do not show it.
    #expect(stage.model.nextTick == stage.now.instant + .seconds(60))
    stage.press(.character("t"))
    #expect(stage.model.nextTick == nil)
    snapshot.calls = [Cast.talking(at: stage.now)]
    stage.show(snapshot)
    stage.wait(.milliseconds(300))
    #expect(stage.model.nextTick == stage.now.instant + .milliseconds(700))
  }
}
