import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("Transfer as the phone sees it")
struct TransferTests {
  /// Phones 0 and 1 talk, and 1 sends 0 to 2.
  private func asked() throws -> PhoneWorld {
    var world = PhoneWorld(3)
    world.connect(0, 1)
    try world.type(1, "transfer 1 \(PhoneWorld.uri(2))")
    world.run(for: .seconds(1))
    return world
  }

  @Test("The words of the command: accept, refuse, a target with and without a call, another call")
  func words() throws {
    #expect(try CommandTable.parse("transfer accept") == .decideTransfer(nil, true))
    #expect(try CommandTable.parse("transfer refuse 3") == .decideTransfer(CallID(3), false))
    #expect(try CommandTable.parse("transfer 2 sip:a@b") == .transfer(CallID(2), to: "sip:a@b"))
    #expect(try CommandTable.parse("transfer 202") == .transfer(nil, to: "202"))
    #expect(try CommandTable.parse("transfer Clara Weiss") == .transfer(nil, to: "Clara Weiss"))
    #expect(try CommandTable.parse("transfer 1 to 2") == .transferToCall(CallID(1), CallID(2)))
    #expect(try CommandTable.parse("transfer to 2") == .transferToCall(nil, CallID(2)))
    #expect(throws: CommandError.self) { try CommandTable.parse("transfer") }
  }

  @Test("The INVITE that follows says who asked for it (Referred-By, RFC 3892), and the microphone opens when it is answered")
  func followed() throws {
    var world = try asked()
    #expect(world.snapshot(0).transferQuestions.count == 1)
    #expect(world.microphone(0) == ["open 1"])
    try world.type(0, "transfer accept")
    world.run(for: .milliseconds(200))
    #expect(world.state(0, call: 1) == .remoteRinging)
    #expect(world.microphone(0) == ["open 1", "shut 1"])
    let invite = world.snapshot(2).trace.first { $0.summary.hasPrefix("INVITE") }
    #expect(invite?.text.contains("Referred-By: <sip:bob@192.0.2.2>") == true)
    world.command(2, .answer(nil))
    world.run(for: .seconds(1))
    #expect(world.microphone(0) == ["open 1", "shut 1", "open 2"])
    #expect(world.state(0, call: 0) == .ended("transferred to clara@192.0.2.3"))
    #expect(world.state(1) == .ended("transferred to clara@192.0.2.3"))
    #expect(world.records(1).last?.detail == "transferred to clara@192.0.2.3")
  }

  @Test("A referrer that does not hang up what it left is hung up by us after three seconds")
  func leftAlone() throws {
    var world = try asked()
    try world.type(0, "transfer accept")
    world.run(for: .milliseconds(200))
    // Nothing of what is said to the referrer arrives any more.
    world.silence(1)
    world.command(2, .answer(nil))
    world.run(for: .seconds(2))
    #expect(world.state(0, call: 0) == .held)
    world.run(for: .seconds(2))
    #expect(world.state(0, call: 0) == .ended("transferred to clara@192.0.2.3"))
  }

  @Test("Events say what happens, at both ends")
  func events() throws {
    var world = try asked()
    try world.type(0, "transfer refuse")
    world.run(for: .seconds(1))
    let lines = { (index: Int) in world.lines(index).filter { $0.contains(#""event":"transfer""#) } }
    #expect(
      lines(0).first
        == #"{"event":"transfer","call":1,"account":"alice@192.0.2.1","direction":"incoming","state":"asked","#
        + #""target":"sip:clara@192.0.2.3"}"#)
    #expect(lines(0).last?.contains(#""state":"refused""#) == true)
    #expect(
      lines(1).last?.contains(#""direction":"outgoing","state":"failed","target":"sip:clara@192.0.2.3","status":603"#) == true)
    #expect(world.state(1) == .talking)
    #expect(world.microphone(1) == ["open 1", "shut 1"])
  }

  @Test("Nothing to transfer, no answer to give, a call to itself: each says so and changes nothing")
  func complaints() throws {
    var world = PhoneWorld(2)
    try world.type(0, "transfer 202")
    try world.type(0, "transfer accept")
    world.connect(0, 1)
    try world.type(0, "transfer 1 to 1")
    #expect(world.errors(0).count == 3)
    #expect(world.state(0) == .talking)
  }

  // Proves: rfc3261-19.1.5-05 rfc3261-19.1.5-08
  @Test("A dialled URI's Subject goes along; From, Route, Replaces and the rest of it do not (RFC 3261 section 19.1.5)")
  func dialledFields() {
    var world = PhoneWorld(2)
    world.command(
      0,
      .dial(
        "sip:bob@192.0.2.2?Subject=Lunch%3F&From=%3Csip:eve%40x%3E&Route=%3Csip:e%40x%3E"
          + "&Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc&Priority=urgent&Accept=text%2Fevil&Allow=EVIL&Contact=%3Csip:e%40x%3E"
          + "&Organization=Evil&Supported=evil&User-Agent=Evil",
        account: nil))
    world.run(for: .milliseconds(200))
    let text = world.snapshot(1).trace.first { $0.summary.hasPrefix("INVITE") }?.text ?? ""
    #expect(text.contains("Subject: Lunch?") && text.contains("Priority: urgent"))
    #expect(!text.contains("eve@x") && !text.contains("e@x") && !text.contains("Replaces: "))
    #expect(!text.lowercased().contains("evil"))
  }

  @Test("clear-history empties the database as well")
  func clearing() throws {
    var world = PhoneWorld(1)
    try world.type(0, "clear-history")
    #expect(world.outputs[0].contains { if case .storage(.clear) = $0 { true } else { false } })
  }
}
