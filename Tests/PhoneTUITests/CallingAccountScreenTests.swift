import Phone
import SIPMessages
import SansIO
import Testing

@testable import PhoneTUI

@Suite("Which account calls, before the call starts; and what a newcomer stumbled over")
struct CallingAccountScreenTests {
  private func snapshot() throws -> PhoneSnapshot {
    var snapshot = Cast.idle()
    snapshot.calling = CallingAccounts([
      CallingAccounts.Candidate(
        number: 1, address: "alice@example.com", home: try URI(parsing: "sip:alice@example.com").sip, isReady: true),
      CallingAccounts.Candidate(
        number: 2, address: "+4930901820@example.net", home: try URI(parsing: "sip:+4930901820@example.net").sip, isReady: false,
        rules: [try #require(CallingAccounts.Rule("+49*"))]),
    ])
    return snapshot
  }

  private func dialLine(_ stage: Stage) -> String { stage.lines[stage.lines.count - 3] }

  @Test("The line of the number shows the account, and why; F3 takes another for one call")
  func shown() throws {
    var stage = Stage()
    stage.show(try snapshot())
    #expect(dialLine(stage).hasSuffix("as alice@example.com"), "\(dialLine(stage))")
    stage.type("+4930")
    #expect(dialLine(stage).contains("Dial: +4930"))
    #expect(dialLine(stage).hasSuffix("as +4930901820@example.net (calls_to +49*), not signed in"), "\(dialLine(stage))")
    #expect(stage.text.contains("F3 Call as"))
    stage.press(.function(3))
    #expect(dialLine(stage).hasSuffix("as alice@example.com (you chose it)"), "\(dialLine(stage))")
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("+4930", account: "1")])
    stage.type("+4930")
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("+4930", account: nil)])
  }

  @Test("F3 goes round the accounts and back to the phone's own choice; with one account it says so")
  func round() throws {
    var stage = Stage()
    stage.show(try snapshot())
    stage.press(.function(3), .function(3))
    #expect(dialLine(stage).contains("as +4930901820@example.net (you chose it)"), "\(dialLine(stage))")
    stage.press(.function(3))
    #expect(dialLine(stage).hasSuffix("as alice@example.com"))
    var single = Stage()
    single.show(Cast.idle())
    single.press(.function(3))
    #expect(single.text.contains("there is one account"))
    #expect(!single.text.contains("F3 Call as"))
  }

  @Test("The short answer to a key goes away by itself, and with the next key")
  func passing() throws {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.press(.function(3))
    #expect(stage.text.contains("there is one account"))
    let tick = try #require(stage.model.nextTick)
    #expect(tick <= stage.now.instant + TUIModel.hintTime)
    stage.wait(TUIModel.hintTime - .milliseconds(1))
    #expect(stage.text.contains("there is one account"))
    stage.wait(.milliseconds(1))
    #expect(!stage.text.contains("there is one account"))
    stage.press(.function(3))
    #expect(stage.text.contains("there is one account"))
    stage.press(.character("j"))
    #expect(!stage.text.contains("there is one account"))
  }

  @Test("Digits typed while a call that is over still stands on the screen dial the next one")
  func afterTheEnd() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.calls = [Cast.talking(at: stage.now)]
    stage.show(snapshot)
    snapshot.calls[0].state = .ended("you hung up")
    stage.show(snapshot)
    stage.type("242")
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("242", account: nil)])
  }

  @Test("At 80 columns the rules tell how to leave them, and the flows are counted without a cut word")
  func narrow() {
    var stage = Stage()
    var snapshot = Cast.idle()
    snapshot.answersAutomatically = true
    stage.show(snapshot)
    #expect(stage.lines[0].contains("2 of 2") && !stage.lines[0].contains("…"), "\(stage.lines[0])")
    stage.press(.character("R"))
    #expect(stage.lines.last?.contains("Esc Back") == true, "\(stage.lines.last ?? "")")
  }
}
