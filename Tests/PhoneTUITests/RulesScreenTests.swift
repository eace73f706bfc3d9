import Phone
import SIPMessages
import SansIO
import Testing

@testable import PhoneTUI

@Suite("Screen 4: the answer rules")
struct RulesScreenTests {
  private func snapshot() -> PhoneSnapshot {
    var snapshot = Cast.idle()
    snapshot.answersAutomatically = true
    var night = AnswerRule(
      from: [.pattern("*@example.com")], asks: [.auto], when: .init(windows: [WeekWindow("mon-fri 08:00-18:00")!]), then: .ring)
    night.isEnabled = false
    snapshot.answering.rules = [
      AnsweringSnapshot.Row(AnswerRule(from: [.blocked], then: .refuse(.busyHere)), used: 31),
      AnsweringSnapshot.Row(
        AnswerRule(
          from: [.contact("Clara Weiss")], trust: .checkedHere, asks: [.auto, .privileged], when: .init(.idle), then: .answer)),
      AnsweringSnapshot.Row(night, used: 9),
    ]
    return snapshot
  }

  @Test("The rules, their guards and what can be asked, at 80x24")
  func whole() {
    var stage = Stage()
    stage.show(snapshot())
    stage.press(.character("R"))
    let text = stage.text
    for line in [
      "ANSWER RULES   the first that fits decides      rules may answer by themselves",
      "▌  1 block list              anything    always        refuse (486)          31",
      "answer, mic off",
      "off: ring me",
      "   - everybody else",
      "[x] never while I am on a call",
      "AUTO-ANSWER",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("Keys change the selected rule, and the keys that cannot say why")
  func keys() {
    var stage = Stage()
    stage.show(snapshot())
    stage.press(.character("R"), .character("K"))
    #expect(stage.takeCommands() == [])
    #expect(stage.text.contains("it is the first"))
    stage.press(.character("J"))
    #expect(stage.takeCommands() == [.policy(.move(1, to: 2))])
    stage.press(.character(" "))
    #expect(stage.takeCommands() == [.policy(.enable(2, false))])
    stage.press(.character("D"))
    #expect(stage.takeCommands() == [.policy(.delete(2))])
    stage.press(.character("w"))
    #expect(stage.takeCommands() == [.policy(.why(nil))])
    stage.press(.character("u"))
    #expect(stage.takeCommands() == [])
    stage.press(.enter)
    #expect(stage.text.contains("=\"contact:Clara Weiss\" trust=checked asks=auto,priv when=idle then=answer"))
    stage.press(.escape)
    stage.press(.escape)
    #expect(stage.text.contains("CONTACTS"))
  }

  @Test("One key switches every automatic answer off, from every screen, and every screen shows it")
  func theSwitch() {
    for key in [Key.character("R"), .character("t"), .character("g")] {
      var stage = Stage()
      stage.show(snapshot())
      stage.press(key)
      #expect(stage.text.contains("AUTO-ANSWER"))
      stage.press(.character("A"))
      #expect(stage.takeCommands() == [.answerAutomatically(false)])
    }
  }

  @Test("A call that asks for something shows it, with why it was not done, and w explains")
  func asks() {
    var stage = Stage()
    var snapshot = Cast.idle()
    var call = Cast.ringing(at: stage.now)
    call.asks = "Answer-Mode: Auto"
    call.obstacle = "rule 4: the rule says ring"
    snapshot.calls = [call]
    stage.show(snapshot)
    #expect(stage.text.contains("ASKS    to be put through at once (Answer-Mode: Auto)"))
    #expect(stage.text.contains("Not done, rule 4: the rule says ring. w says why."))
    stage.press(.character("w"))
    #expect(stage.takeCommands() == [.policy(.why(call.id))])
    #expect(stage.text.contains("ANSWER RULES"))
    #expect(stage.text.contains("RINGING"))
  }
}
