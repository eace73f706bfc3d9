import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("Several calls: waiting, hold, resume, swap (RFC 3264 section 8.4)")
struct SeveralCallsTests {
  @Test("A call rings here, and the caller hears ringback; both end with the answer")
  func ringing() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    #expect(world.rings(1).last == .ring(.external))
    #expect(world.tones(0).last == .ringback("us"))
    world.command(1, .answer(nil))
    world.run(for: .seconds(1))
    #expect(world.rings(1).last == .some(nil))
    #expect(world.tones(0).last == .some(nil))
    #expect(world.run(0, stream: 1)?.parameters.codec.codec == .pcmu)
    #expect(world.snapshot(0).calls[0].codec == "PCMU 8 kHz")
  }

  @Test("A silenced ringer is silent, and the call waits on")
  func silenced() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    world.command(1, .silenceRinger(nil))
    #expect(world.rings(1).last == .some(nil))
    #expect(world.state(1) == .ringing)
  }

  @Test("A second call makes one beep, not the ring; answering it holds the first, which hears a tone")
  func callWaiting() {
    var world = PhoneWorld(3)
    world.connect(0, 1)
    world.command(2, .dial(PhoneWorld.uri(0), account: nil))
    world.run(for: .seconds(1))
    #expect((world.tones(0).last ?? nil)?.segments.map(\.duration) == [.milliseconds(200)])
    #expect(!world.rings(0).contains { $0 != nil })
    world.command(0, .answer(nil))
    world.run(for: .seconds(1))
    #expect(world.tones(0).last == .some(nil))
    #expect(world.state(0, call: 0) == .held)
    #expect(world.state(0, call: 1) == .talking)
    #expect(world.state(1) == .heldByPeer)
    #expect(world.run(0, stream: 1)?.source == .tones(.musicOnHold))
    #expect(world.run(0, stream: 1)?.parameters.direction == .sendonly)
    #expect(world.microphone(0) == ["open 1", "shut 1", "open 2"])
  }

  @Test("Swap holds the one and resumes the other, again and again")
  func swap() {
    var world = PhoneWorld(3)
    world.connect(0, 1)
    world.connect(2, 0)
    for round in 0..<4 {
      world.command(0, .swap)
      world.run(for: .seconds(1))
      let talking = round % 2 == 0 ? 0 : 1
      #expect(world.state(0, call: talking) == .talking)
      #expect(world.state(0, call: 1 - talking) == .held)
      #expect(world.snapshot(0).selectedCall == world.snapshot(0).calls[talking].id)
    }
    #expect(world.state(1) == .heldByPeer)
    #expect(world.state(2) == .talking)
  }

  @Test("Both sides hold and resume; neither undoes the other's hold")
  func mutualHold() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(0, .hold(nil))
    world.run(for: .seconds(1))
    world.command(1, .hold(nil))
    world.run(for: .seconds(1))
    #expect(world.run(0, stream: 1)?.parameters.direction == .inactive)
    world.command(0, .resume(nil))
    world.run(for: .seconds(1))
    #expect(world.state(0) == .heldByPeer)
    #expect(world.state(1) == .held)
    world.command(1, .resume(nil))
    world.run(for: .seconds(1))
    #expect(world.state(0) == .talking)
    #expect(world.state(1) == .talking)
    #expect(world.run(0, stream: 1)?.parameters.direction == .sendrecv)
    #expect(world.run(1, stream: 1)?.parameters.direction == .sendrecv)
  }

  @Test("Holds that cross on the wire end in a state that both agree about")
  func glare() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(0, .hold(nil))
    world.command(1, .hold(nil))
    world.run(for: .seconds(10))
    #expect(world.state(0) == .held)
    #expect(world.state(1) == .held)
    world.command(0, .resume(nil))
    world.command(1, .resume(nil))
    world.run(for: .seconds(10))
    #expect(world.state(0) == .talking)
    #expect(world.state(1) == .talking)
  }

  @Test("A hold and a resume in the same moment end in talking")
  func quickChange() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(0, .hold(nil))
    world.command(0, .resume(nil))
    world.run(for: .seconds(5))
    #expect(world.state(0) == .talking)
    #expect(world.state(1) == .talking)
  }

  @Test("Dialling while talking holds the call that is talked to")
  func dialWhileTalking() {
    var world = PhoneWorld(3)
    world.connect(0, 1)
    world.command(0, .dial(PhoneWorld.uri(2), account: nil))
    world.run(for: .seconds(1))
    #expect(world.state(0, call: 0) == .held)
    #expect(world.state(0, call: 1) == .remoteRinging)
    world.command(0, .dial(PhoneWorld.uri(2), account: nil))
    #expect(world.errors(0).count == 1)
  }

  @Test("Digits are sent in the call that is heard, and kept for the eye")
  func digits() throws {
    var world = PhoneWorld(2)
    try world.type(0, "dtmf 1")
    #expect(world.errors(0) == ["There is no call to send digits in."])
    world.connect(0, 1)
    try world.type(0, "dtmf 12#a")
    #expect(world.snapshot(0).calls[0].digitsSent == "12#A")
    world.input(1, .media(.digit(MediaStreamID(1), "5")))
    #expect(world.snapshot(1).calls[0].digitsReceived == "5")
    #expect(world.media(0).contains { if case .sendDigits(_, "12#A") = $0 { true } else { false } })
  }

  @Test("Quit hangs up, and ends within two seconds even when the other side is gone")
  func quit() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(0, .quit)
    world.run(for: .seconds(2))
    #expect(world.hasFinished == [true, false])
    #expect(world.state(1) == .ended("the other side hung up"))
    world.command(1, .quit)
    #expect(world.hasFinished == [true, true])
  }
}
