import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("Incoming calls: who calls, and redirections")
struct IncomingTests {
  @Test("A caller's name is cleaned before anybody sees it, and is the caller's word")
  func hostileName() {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(from: "\"\u{1B}[31m✓ Bank\u{202E}\u{7} 🛡\" <sip:peer@192.0.2.101>;tag=p"))
    world.run(for: .seconds(1))
    let peer = world.snapshot(0).calls.first?.peer
    #expect(peer?.name == "[31m Bank")
    #expect(peer?.trust == .saidByPeer)
    #expect(peer?.address == "peer@192.0.2.101")
  }

  @Test("A contact's name stands above what the caller calls itself")
  func contact() {
    var world = PhoneWorld(1) { _, configuration in
      configuration.contacts = [
        ContactConfiguration(name: "Clara Weiss", uri: .sip(SIPURI(user: "peer", host: .address(PhoneWorld.peer.address))))
      ]
    }
    world.send(Scripts.invite())
    world.run(for: .seconds(1))
    let peer = world.snapshot(0).calls.first?.peer
    #expect(peer?.name == "Clara Weiss")
    #expect(peer?.nameIsOurs == true)
    #expect(world.rings(0).last == .ring(.friend))
  }

  @Test("P-Asserted-Identity from somebody who is not our provider is not believed (RFC 3325)")
  func assertedByAnybody() {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(extra: "P-Asserted-Identity: \"The Bank\" <sip:bank@bank.example>\n"))
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).calls.first?.peer.name == "Peer")
    #expect(world.snapshot(0).calls.first?.peer.trust == .saidByPeer)
  }

  // Proves: rfc3261-21.3.2-01
  @Test("A redirection waits for consent, and is followed after it", arguments: [StatusCode.movedPermanently, .movedTemporarily])
  func redirection(_ status: StatusCode) throws {
    var world = PhoneWorld(2)
    world.command(0, .dial("sip:old@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).first)
    var response = Response(to: invite, status: status, toTag: "x")
    response.fields.append(Contact(try URI(parsing: PhoneWorld.uri(1))))
    world.send(response)
    world.run(for: .milliseconds(100))
    #expect(world.state(0) == .redirected([PhoneWorld.uri(1)]))
    #expect(world.state(1) == nil)
    try world.type(0, "follow")
    world.run(for: .seconds(1))
    #expect(world.state(1) == .ringing)
    world.command(1, .answer(nil))
    world.run(for: .seconds(1))
    #expect(world.state(0) == .talking)
    #expect(world.microphone(0) == ["open 1"])
  }

  @Test(
    "What the caller says the call is about is shown, in either form of the field, without what a terminal would obey",
    arguments: [
      ("Subject: Lunch on Tuesday?\n", "Lunch on Tuesday?"), ("s: short\n", "short"), ("Subject: a\u{1B}[2Jb\n", "a[2Jb"),
      ("Subject:\n", nil), ("", nil),
      ("Subject: \(String(repeating: "x", count: 500))\n", String(repeating: "x", count: 119) + "…"),
    ])
  func subject(_ field: String, _ shown: String?) {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(extra: field))
    world.run(for: .milliseconds(100))
    #expect(world.state(0) == .ringing)
    #expect(world.snapshot(0).calls.first?.subject == shown)
  }

  // Proves: rfc3261-8.1.3.4-03
  @Test(
    "Who called a SIPS address and is sent to another one is told what is lost",
    arguments: [("sip:clara@192.0.2.102", true), ("sips:clara@192.0.2.102", false)])
  func weakenedRedirection(_ target: String, _ isTold: Bool) throws {
    var world = PhoneWorld(1)
    world.certificate = "192.0.2.101"
    world.command(0, .dial("sips:old@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    var response = Response(to: try #require(world.requests(.invite).first), status: .movedTemporarily, toTag: "x")
    response.fields.append(Contact(try URI(parsing: target)))
    world.sendSecurely(response)
    #expect(world.state(0) == .redirected([target]))
    #expect(world.snapshot(0).notices.last?.text.hasSuffix("the way to this one need not be encrypted.") == isTold)
    #expect(world.requests(.invite).count == 1)
  }

  // Proves: rfc3261-26.4.4-01 rfc3261-26.4.4-03
  @Test(
    "A call to a SIPS address that came for a SIP one is said to be no secure one; other differences between the two are none",
    arguments: [("sips:alice@192.0.2.1", true), ("sip:alice@192.0.2.1", false), ("sip:other@example.com", false)])
  func weakened(_ to: String, _ isTold: Bool) {
    var world = PhoneWorld(1)
    world.send(Scripts.invite().replacing("To: <sip:alice@192.0.2.1>", with: "To: <\(to)>"))
    world.run(for: .milliseconds(100))
    #expect(world.state(0) == .ringing)
    #expect(world.snapshot(0).notices.contains { $0.text.hasPrefix("Peer called a secure address (sips:)") } == isTold)
    #expect(world.snapshot(0).calls.first?.isDowngraded == isTold)
    #expect(world.lines(0).contains { $0.contains(#""downgraded":true"#) } == isTold)
  }

  @Test("A redirection that the user declines ends the call, cancelled")
  func declinedRedirection() throws {
    var world = PhoneWorld(2)
    world.command(0, .dial("sip:old@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    var response = Response(to: try #require(world.requests(.invite).first), status: .movedTemporarily, toTag: "x")
    response.fields.append(Contact(try URI(parsing: PhoneWorld.uri(1))))
    world.send(response)
    world.run(for: .milliseconds(100))
    try world.type(0, "decline")
    world.run(for: .seconds(1))
    #expect(world.records(0).map { $0.outcome } == [.cancelled])
    #expect(world.snapshot(1).calls.isEmpty)
  }

  // Proves: rfc3262-5-06
  @Test("Early media silences our ringback")
  func earlyMedia() throws {
    var world = PhoneWorld(1)
    world.command(0, .dial("sip:peer@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).first)
    var progress = Response(to: invite, status: .sessionProgress, toTag: "x")
    progress.fields.append(Contact(try URI(parsing: "sip:peer@192.0.2.101")))
    progress.setContent(Body(contentType: .sdp, bytes: Array(Scripts.offer.replacing("\n", with: "\r\n").utf8)))
    world.send(progress)
    world.run(for: .milliseconds(100))
    #expect(world.run(0, stream: 1) != nil)
    #expect(!world.tones(0).contains { $0 != nil })
    #expect(world.microphone(0) == [])
  }
}
