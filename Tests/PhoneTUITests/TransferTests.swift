import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("The question whether to follow a transfer")
struct TransferTests {
  private func asked() -> (Stage, PhoneSnapshot) {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    snapshot.transferQuestions = [
      TransferQuestionSnapshot(call: CallID(1), by: "Clara Weiss", name: "Dina", target: "sip:dina@example.com")
    ]
    stage.effects = []
    stage.show(snapshot)
    return (stage, snapshot)
  }

  @Test("It is one line on every screen, with its keys; y follows, n stays")
  func line() {
    var (stage, _) = asked()
    #expect(stage.effects == [.bell])
    stage.wait(.seconds(1))
    for key in [Key.character("c"), .character("t"), .character("?")] {
      #expect(stage.lines[0] == " Clara Weiss transfers you to Dina <sip:dina@example.com>: follow?  y Yes  n No")
      stage.press(key)
    }
    stage.effects = []
    stage.press(.character("y"))
    #expect(stage.takeCommands() == [.decideTransfer(CallID(1), true)])
    stage.press(.character("n"))
    #expect(stage.takeCommands() == [.decideTransfer(CallID(1), false)])
  }

  @Test("A key that was on its way down when the question came decides nothing")
  func guarded() {
    var (stage, _) = asked()
    stage.effects = []
    stage.press(.character("y"))
    #expect(stage.takeCommands().isEmpty)
    #expect(stage.text.contains("Press again if you mean it."))
  }

  @Test("x in an answered call begins the transfer command; while something rings it refuses that")
  func transferKey() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.press(.character("x"))
    #expect(stage.text.contains(":transfer 1"))
    stage.type("202")
    stage.press(.enter)
    #expect(stage.takeCommands() == [.transfer(CallID(1), to: "202")])
    snapshot.calls.append(Cast.ringing(2, Cast.bob, at: stage.now))
    stage.show(snapshot)
    stage.wait(.seconds(1))
    stage.press(.character("x"))
    #expect(stage.takeCommands() == [.reject(CallID(2), status: nil)])
  }

  @Test("A warning stands apart from its time")
  func warning() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.notices = [Notice(at: Stage.monday, level: .warning, text: "Something is off.")]
    stage.show(snapshot)
    #expect(stage.lines.contains("! 14:07:00 Something is off."))
  }
}
