import Foundation
import Testing

@Suite("Against baresip", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(3)))
struct BaresipTests {
  /// A phone that calls directly and is called at a port of its own, at the sound card `phone`.
  private func configuration(port: UInt16, more: String = "") -> String {
    """
    [[accounts]]
    address = "sip:alice@127.0.0.1:\(port)"
    register = false
    [network]
    listen = ["udp:127.0.0.1:\(port)"]
    rtp_ports = "32000-32100"
    [audio]
    playback = "phone"
    capture = "phone"
    ring = "phone"
    \(more)

    """
  }

  private func scene(
    answering: Bool, more: String = "", _ body: (HeadlessPhone, Baresip, SoundCard, UInt16) throws -> Void
  ) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let sound = try SoundCard(workplace, microphones: [("phone", 440), ("peer", 880)])
    let port = Workplace.freePort()
    let baresip = try Baresip(
      workplace, account: ";regint=0;audio_codecs=PCMU/8000/1;answermode=\(answering ? "auto" : "manual")", sound: sound)
    defer { baresip.stop() }
    let phone = try HeadlessPhone(workplace, configuration: configuration(port: port, more: more), environment: sound.environment)
    #expect(phone.next("snapshot") != nil)
    #expect(SIPProbe.answers(port: port, within: 5))
    try body(phone, baresip, sound, port)
    #expect(phone.quit() == 0)
  }

  @Test("A call to baresip carries sound both ways")
  func calls() throws {
    try scene(answering: true) { phone, baresip, sound, _ in
      phone.say("dial sip:bob@127.0.0.1:\(baresip.port)")
      #expect(phone.next("call", ["state": "talking"]) != nil)
      #expect(sound.hears(880, on: "phone"))
      #expect(sound.hears(440, on: "peer"))
      phone.say("hangup")
      #expect(phone.next("call", ["state": "ended", "outcome": "answered"]) != nil)
    }
  }

  @Test("A call from baresip rings, is answered, and carries sound both ways")
  func isCalled() throws {
    try scene(answering: true) { phone, baresip, sound, port in
      try baresip.order("dial", "sip:alice@127.0.0.1:\(port)")
      #expect(phone.next("call", ["state": "ringing", "microphone": "shut"]) != nil)
      phone.say("answer")
      #expect(phone.next("call", ["state": "talking", "microphone": "open"]) != nil)
      #expect(sound.hears(880, on: "phone"))
      #expect(sound.hears(440, on: "peer"))
      try baresip.order("hangup")
      #expect(phone.next("call", ["state": "ended", "outcome": "answered"]) != nil)
    }
  }

  @Test("A call that was answered by itself is heard, but nothing of this side leaves before talk")
  func answersByItself() throws {
    try scene(answering: true, more: "[answer]\nautomatically = true") { phone, baresip, sound, port in
      try baresip.order("dial", "sip:alice@127.0.0.1:\(port)")
      #expect(phone.next("call", ["state": "talking", "microphone": "shut", "automatic": "1"]) != nil)
      #expect(sound.hears(880, on: "phone"))
      // The peer has played for as long as the phone has heard; the tone of our microphone is not in it.
      #expect(!sound.hears(440, on: "peer", within: 2))
      phone.say("talk")
      #expect(sound.hears(440, on: "peer"))
      phone.say("hangup")
      #expect(phone.next("call", ["state": "ended"]) != nil)
    }
  }

  @Test("Hold silences both ends' microphones, and resume brings the sound back")
  func holds() throws {
    try scene(answering: true) { phone, baresip, sound, _ in
      phone.say("dial sip:bob@127.0.0.1:\(baresip.port)")
      #expect(phone.next("call", ["state": "talking"]) != nil)
      #expect(sound.hears(440, on: "peer"))
      phone.say("hold")
      #expect(phone.next("call", ["state": "held", "microphone": "shut"]) != nil)
      phone.say("resume")
      #expect(phone.next("call", ["state": "talking", "microphone": "open"]) != nil)
      phone.say("hangup")
      #expect(phone.next("call", ["state": "ended"]) != nil)
    }
  }

  @Test("Digits reach baresip as telephone events")
  func digits() throws {
    try scene(answering: true) { phone, baresip, _, _ in
      phone.say("dial sip:bob@127.0.0.1:\(baresip.port)")
      #expect(phone.next("call", ["state": "talking"]) != nil)
      phone.say("dtmf 5#")
      #expect(phone.next("media", ["state": "digits-sent"]) != nil)
      #expect(baresip.says("'5'"))
      #expect(baresip.says("'#'"))
      phone.say("hangup")
      #expect(phone.next("call", ["state": "ended"]) != nil)
    }
  }

  @Test("A call that is given up while baresip rings is cancelled there")
  func cancels() throws {
    try scene(answering: false) { phone, baresip, _, _ in
      phone.say("dial sip:bob@127.0.0.1:\(baresip.port)")
      #expect(phone.next("call", ["state": "remote-ringing"]) != nil)
      phone.say("hangup")
      #expect(phone.next("call", ["state": "ended", "outcome": "cancelled"]) != nil)
    }
  }

  @Test("baresip's refusal is shown as what it is")
  func refused() throws {
    try scene(answering: false) { phone, baresip, _, _ in
      phone.say("dial sip:bob@127.0.0.1:\(baresip.port)")
      #expect(phone.next("call", ["state": "remote-ringing"]) != nil)
      try baresip.order("hangup")
      let ended = phone.next("call", ["state": "ended", "outcome": "failed"])
      #expect(ended?["status"] as? Int == 486)
    }
  }

  @Test("A call from baresip that is rejected here ends there as busy")
  func rejects() throws {
    try scene(answering: true) { phone, baresip, _, port in
      try baresip.order("dial", "sip:alice@127.0.0.1:\(port)")
      #expect(phone.next("call", ["state": "ringing"]) != nil)
      phone.say("reject")
      #expect(phone.next("call", ["state": "ended", "outcome": "rejected"]) != nil)
      #expect(baresip.says("486"))
    }
  }
}
