import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("Stories: a call from its first ring to its end")
struct StoryTests {
  @Test("Idle, a call comes in, is answered, muted, opened, held, resumed and hung up")
  func incomingCall() {
    var stage = Stage()
    var snapshot = Cast.idle()
    stage.show(snapshot)
    #expect(stage.text.contains("CONTACTS"))

    snapshot.calls = [Cast.ringing(at: stage.now)]
    stage.show(snapshot)
    #expect(stage.text.contains("INCOMING CALL"))
    #expect(stage.effects == [.bell])
    stage.effects = []

    stage.wait(.seconds(1))
    stage.press(.character("a"))
    #expect(stage.takeCommands() == [.answer(CallID(1))])

    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    #expect(stage.lines[0].contains("TALKING"))
    #expect(stage.text.contains("Microphone OPEN  Clara Weiss hears you"))

    stage.press(.character("m"))
    #expect(stage.takeCommands() == [.mute])
    snapshot.isMicrophoneMuted = true
    snapshot.calls[0].isMicrophoneOpen = false
    stage.show(snapshot)
    #expect(stage.text.contains("Microphone SHUT  you muted it; m opens it"))
    #expect(stage.lines.last?.contains("m Open mic") == true)

    stage.press(.character("m"))
    #expect(stage.takeCommands() == [.unmute])
    snapshot.isMicrophoneMuted = false
    snapshot.calls[0].isMicrophoneOpen = true
    stage.show(snapshot)

    stage.press(.character("h"))
    #expect(stage.takeCommands() == [.hold(CallID(1))])
    snapshot.calls[0].state = .held
    snapshot.calls[0].isMicrophoneOpen = false
    stage.show(snapshot)
    #expect(stage.text.contains("Microphone SHUT  the call is on hold; h resumes it"))
    #expect(stage.lines.last?.contains("h Resume") == true)

    stage.press(.character("h"))
    #expect(stage.takeCommands() == [.resume(CallID(1))])

    #expect(stage.lines.last?.contains("Del Hang up Clara Weiss") == true)
    stage.press(.delete)
    #expect(stage.takeCommands() == [.hangUp(CallID(1))])
    snapshot.calls[0].state = .ended("you hung up")
    snapshot.calls[0].endedAt = stage.now.instant
    stage.show(snapshot)
    #expect(stage.text.contains("The call is over: you hung up."))

    snapshot.calls = []
    snapshot.selectedCall = nil
    stage.show(snapshot)
    #expect(stage.text.contains("CONTACTS"))
  }

  @Test("A number typed on the idle screen dials; sip: too; a pasted address keeps only its first line")
  func dialling() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.type("+4930")
    #expect(stage.text.contains("Dial: +4930"))
    stage.press(.enter)
    #expect(stage.takeCommands() == [.dial("+4930", account: nil)])

    stage.type("sip:bob@example.com")
    #expect(stage.text.contains("Dial: sip:bob@example.com"))
    stage.press(.escape)
    #expect(!stage.text.contains("Dial: sip"))
    #expect(stage.takeCommands().isEmpty)

    stage.press(.paste(" sip:eve@example.com \nq\n"), .enter)
    #expect(stage.takeCommands() == [.dial("sip:eve@example.com", account: nil)])
  }

  @Test("Enter calls the selected contact, and from the history with the account that was used")
  func lists() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.press(.down, .enter)
    #expect(stage.takeCommands() == [.dial("sip:bob@example.com", account: nil)])
    stage.press(.tab, .enter)
    #expect(stage.takeCommands() == [.dial("sip:+49305551234@example.com", account: "alice@example.com")])
  }

  @Test("In a call digits choose a line; they are tones only while the pad has the focus")
  func digits() {
    var stage = Stage()
    var snapshot = Cast.idle()
    var held = Cast.talking(2, Cast.bob, at: stage.now)
    held.state = .held
    snapshot.calls = [Cast.talking(at: stage.now), held]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)

    stage.type("2")
    #expect(stage.takeCommands() == [.select(CallID(2))])
    #expect(stage.lines[1].hasPrefix(" ▶ 2"))
    stage.press(.character("h"))
    #expect(stage.takeCommands() == [.resume(CallID(2))])

    stage.press(.character("p"))
    stage.type("1#")
    #expect(stage.takeCommands() == [.sendDigits("1"), .sendDigits("#")])
    stage.press(.escape)
    stage.type("1")
    #expect(stage.takeCommands() == [.select(CallID(1))])
  }

  @Test("A call that answered by itself is opened by a key and by nothing else")
  func answeredByItself() {
    var stage = Stage()
    var snapshot = Cast.idle()
    stage.show(snapshot)
    snapshot.calls = [Cast.talking(at: stage.now)]
    snapshot.calls[0].isMicrophoneOpen = false
    snapshot.calls[0].wasAnsweredAutomatically = true
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    stage.wait(.seconds(30))
    #expect(stage.takeCommands().isEmpty)
    #expect(stage.text.contains("Microphone SHUT  the phone answered by itself; m lets Clara Weiss hear you"))
    stage.press(.character("m"))
    #expect(stage.takeCommands() == [.talk])
  }

  @Test("A redirection is followed only when the user says so")
  func redirection() {
    var stage = Stage()
    var snapshot = Cast.idle()
    var call = Cast.talking(at: stage.now)
    call.state = .redirected(["sip:clara@elsewhere.example"])
    call.isMicrophoneOpen = false
    call.answeredAt = nil
    snapshot.calls = [call]
    snapshot.selectedCall = CallID(1)
    stage.show(snapshot)
    #expect(stage.text.contains("sip:clara@elsewhere.example") && !stage.text.contains("You called a secure address"))
    snapshot.calls[0].peer.uri = "sips:old@example.com"
    stage.show(snapshot)
    #expect(stage.text.contains("You called a secure address (sips:)"))
    stage.press(.enter)
    #expect(stage.takeCommands().isEmpty)
    stage.press(.character("y"))
    #expect(stage.takeCommands() == [.followRedirection(CallID(1), true)])
  }

  @Test("Leaving asks first, with and without a call; Ctrl-C twice leaves")
  func leaving() {
    var stage = Stage()
    stage.show(Cast.idle())
    stage.press(.character("q"))
    #expect(stage.effects.isEmpty)
    #expect(stage.text.contains("LEAVE THE PHONE?"))
    stage.press(.escape)
    #expect(!stage.text.contains("LEAVE THE PHONE?"))
    stage.press(.control("c"))
    #expect(stage.effects.isEmpty)
    stage.press(.control("c"))
    #expect(stage.effects == [.quit(.quit)])
  }
}
