import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("The microphone (RFC 5373 section 7.4)")
struct MicrophoneTests {
  @Test("A dialled call opens the microphone when it is answered and not before")
  func dialled() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    #expect(world.state(0) == .remoteRinging)
    #expect(world.microphone(0) == [])
    world.command(1, .answer(nil))
    world.run(for: .seconds(1))
    #expect(world.state(0) == .talking)
    #expect(world.microphone(0) == ["open 1"])
    #expect(world.microphone(1) == ["open 1"])
    #expect(world.snapshot(0).calls[0].isMicrophoneOpen)
  }

  @Test("A call that was answered by itself has a shut microphone until the user talks")
  func automatic() {
    var world = PhoneWorld(2) { index, configuration in configuration.answersAutomatically = index == 1 }
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    #expect(world.state(1) == .talking)
    #expect(world.snapshot(1).calls[0].wasAnsweredAutomatically)
    #expect(world.microphone(1) == [])
    world.command(1, .talk)
    #expect(world.microphone(1) == ["open 1"])
  }

  @Test("Answering muted keeps the microphone shut until unmute")
  func answeredMuted() {
    var world = PhoneWorld(2)
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    world.command(1, .answerMuted(nil))
    world.run(for: .seconds(1))
    #expect(world.state(1) == .talking)
    #expect(world.microphone(1) == [])
    world.command(1, .unmute)
    #expect(world.microphone(1) == ["open 1"])
  }

  @Test("The peer's hold, resume and re-INVITEs open nothing in a call that was answered by itself")
  func reinvites() {
    var world = PhoneWorld(2) { index, configuration in configuration.answersAutomatically = index == 1 }
    world.command(0, .dial(PhoneWorld.uri(1), account: nil))
    world.run(for: .seconds(1))
    for _ in 0..<3 {
      world.command(0, .hold(nil))
      world.run(for: .seconds(1))
      #expect(world.state(1) == .heldByPeer)
      world.command(0, .resume(nil))
      world.run(for: .seconds(1))
      #expect(world.state(1) == .talking)
    }
    #expect(world.microphone(1) == [])
  }

  @Test("Mute shuts, unmute opens, and a call that is answered while muted stays shut")
  func mute() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.command(0, .mute)
    #expect(world.snapshot(0).isMicrophoneMuted)
    world.command(0, .unmute)
    #expect(world.microphone(0) == ["open 1", "shut 1", "open 1"])
    world.command(0, .mute)
    world.command(0, .hangUp(nil))
    world.run(for: .seconds(1))
    world.connect(1, 0)
    #expect(world.microphone(0) == ["open 1", "shut 1", "open 1", "shut 1"])
  }

  @Test("A call that is left by the other side does not hand the open microphone to one that was answered by itself")
  func noInheritance() {
    var world = PhoneWorld(3)
    world.connect(0, 1)
    world.command(0, .answerAutomatically(true))
    world.command(2, .dial(PhoneWorld.uri(0), account: nil))
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).calls.count == 2)
    world.command(1, .hangUp(nil))
    world.run(for: .seconds(1))
    #expect(world.microphone(0) == ["open 1"])
    #expect(!world.snapshot(0).calls.contains { $0.isMicrophoneOpen })
  }

  @Test("Whatever peers, sockets and timers do in whatever order, only acts of the user open a microphone", arguments: 0..<6)
  func swarm(seed: Int) {
    var random = RandomSource(seed: UInt64(seed) + 99)
    var world = PhoneWorld(3) { index, configuration in configuration.answersAutomatically = index == 2 }
    // `MicrophoneWatch` checks every step of every phone.
    for _ in 0..<80 {
      let phone = Int(random.next(below: 3))
      let target = PhoneWorld.uri(Int(random.next(below: 3)))
      let commands: [PhoneCommand] = [
        .dial(target, account: nil), .dial(target, account: nil), .answer(nil), .answerMuted(nil), .reject(nil, status: nil),
        .hangUp(nil), .hold(nil), .resume(nil), .swap, .mute, .unmute, .talk, .select(CallID(random.next(below: 6) + 1)),
        .answerAutomatically(random.next(below: 2) == 0), .silenceRinger(nil),
      ]
      world.command(phone, commands[Int(random.next(below: UInt64(commands.count)))])
      world.run(for: .milliseconds(Int64(random.next(below: 400))))
    }
    for phone in 0..<3 {
      for call in world.snapshot(phone).calls { world.command(phone, .hangUp(call.id)) }
    }
    world.run(for: .seconds(60))
    for phone in 0..<3 { #expect(world.snapshot(phone).calls.isEmpty) }
  }
}
