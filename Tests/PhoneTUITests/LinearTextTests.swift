import Media
import Phone
import SIPMessages
import SansIO
import Testing

@testable import PhoneTUI

@Suite("The linear form of the screens")
struct LinearTextTests {
  private func ringing(_ change: (inout CallSnapshot) -> Void = { _ in }) -> PhoneEvent {
    var call = Cast.ringing(7, Cast.stranger, at: Stage().now)
    call.alert = AlertDescription(
      urns: [.highPriority, .externalSource], words: "URGENT, from outside", light: .red)
    call.asks = "Answer-Mode: Auto"
    call.obstacle = "rule 4: the rule says ring"
    change(&call)
    return .call(CallReport(call: call, account: "alice@example.com"))
  }

  @Test("A call that rings says all that screen 2 says, in lines, with numbered choices")
  func incoming() {
    var linear = LinearText()
    #expect(
      linear.lines(ringing()) == [
        "Call 7 rings: Bank security, mallory@evil.example.",
        "WHO: SAID BY THE CALLER ONLY: anybody can write that.",
        "ALERT: URGENT, from outside (priority:high, source:external)",
        "FROM: sip:mallory@evil.example",
        "FOR: alice@example.com",
        "ASKS: to be put through at once (Answer-Mode: Auto) Not done, rule 4: the rule says ring. 6 says why.",
        "ANSWER: Answering opens your microphone. With 2 it stays shut until you open it.",
        "Type 1 for answer, 2 for answer with the microphone shut, 3 for silence, 4 for reject as busy, 5 for decline, 6 for why.",
      ])
    // Said once.
    #expect(linear.lines(ringing()) == [])
  }

  @Test("What the screen shows of that call is in the lines, word for word")
  func same() {
    var stage = Stage()
    var snapshot = Cast.idle()
    if case .call(let report) = ringing() { snapshot.calls = [report.call] }
    stage.show(snapshot)
    for words in [
      "SAID BY THE CALLER ONLY: anybody can write that.", "URGENT, from outside", "to be put through at once (Answer-Mode: Auto)",
      "Not done, rule 4: the rule says ring.",
    ] {
      #expect(stage.text.contains(words), "\(words)")
      var linear = LinearText()
      #expect(linear.lines(ringing()).contains { $0.contains(words) }, "\(words)")
    }
  }

  @Test("A number is a choice while something rings, and each choice is a command")
  func choices() throws {
    var linear = LinearText()
    #expect(linear.command(of: "1") == "1")
    _ = linear.lines(ringing())
    #expect(
      (1...6).map { linear.command(of: "\($0)") } == [
        "answer 7", "answer-muted 7", "silence", "reject 7", "reject 7 603", "policy why",
      ])
    for choice in 1...6 { #expect(throws: Never.self) { try CommandTable.parse(linear.command(of: "\(choice)")) } }
    #expect(linear.command(of: " dial 201 ") == "dial 201")
    _ = linear.lines(ringing { $0.state = .ended("you rejected it") })
    #expect(linear.command(of: "1") == "1")
  }

  @Test("An automatic answer, the microphone and the end are told; rules and why read as on screen 4")
  func rest() {
    var linear = LinearText()
    let talking = linear.lines(
      ringing {
        $0.state = .talking
        $0.wasAnsweredAutomatically = true
      })
    #expect(
      talking == [
        "Call 7, Bank security: talking; microphone shut; it was answered by itself, talk lets them hear you; URGENT, from outside."
      ])
    #expect(
      linear.lines(.media(MediaReport(call: CallID(7), account: "", change: .microphone(isOpen: true)))) == [
        "The microphone is OPEN."
      ])
    var snapshot = Cast.idle()
    snapshot.answering.rules = [AnsweringSnapshot.Row(AnswerRule(from: [.blocked], then: .refuse(.busyHere)), used: 31)]
    let lines = linear.lines(.snapshot(snapshot))
    #expect(lines.contains("Account 1: alice@example.com, ready, calls to it reach this phone."))
    #expect(
      lines.contains { $0.hasPrefix("Rule 1: from block list; asks anything; always; refuse (486); used 31 times.") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("By themselves: a beep before the line opens, never while you are on a call") })
    for line in lines + talking {
      #expect(line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }, "\(line)")
    }
  }
}
