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

  @Test("A redirection waits for consent, and is followed after it")
  func redirection() throws {
    var world = PhoneWorld(2)
    world.command(0, .dial("sip:old@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).first)
    var response = Response(to: invite, status: .movedTemporarily, toTag: "x")
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
