import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import Phone

@Suite("Who is connected, in calls: RFC 4916, 3323, 3325 and their relatives")
struct IdentityCallTests {
  /// A phone that is registered at the scripted peer, and what its registrar calls it by.
  private func registered(_ configure: (inout Configuration) -> Void = { _ in }) throws -> (PhoneWorld, contact: String) {
    var world = PhoneWorld(1) { _, configuration in
      configuration.accounts[0].registers = true
      configuration.accounts[0].registrar = SIPURI(host: .address(PhoneWorld.peer.address))
      configure(&configuration)
    }
    world.run(for: .milliseconds(100))
    let register = try #require(world.requests(.register).last)
    var response = Response(to: register, status: .ok, toTag: "r")
    var contact = try #require(register.contacts.first)
    contact.expires = 600
    response.fields.append(contact)
    world.send(response)
    world.run(for: .milliseconds(100))
    return (world, "\(try #require(contact.uri))")
  }

  private func answerCall(_ world: inout PhoneWorld, _ invite: String) throws -> Response {
    world.send(invite)
    world.run(for: .milliseconds(200))
    world.command(0, .answer(nil))
    world.run(for: .milliseconds(200))
    let success = try #require(world.responses.last { $0.status == .ok && $0.cseq?.method == .invite })
    world.send(Scripts.acknowledgement(of: success))
    world.run(for: .milliseconds(200))
    return success
  }

  private func update(_ response: Response, from: String, number: Int = 2, extra: String = "") -> String {
    """
    UPDATE sip:alice@192.0.2.1 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-u\(number)
    Max-Forwards: 70
    From: \(from);tag=p
    To: <sip:alice@192.0.2.1>;tag=\(response.to?.tag ?? "")
    Call-ID: \(response.callID ?? "")
    CSeq: \(number) UPDATE
    Contact: <sip:peer@192.0.2.101>
    \(extra)Content-Length: 0


    """
  }

  // Proves: rfc4916-4.4.2-1
  @Test("Two phones: who answers is confirmed by UPDATE, and both histories tell who was there")
  func twoPhones() throws {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).calls.first?.peer.address == "bob@192.0.2.2")
    #expect(world.snapshot(0).calls.first?.identityChange == nil)
    try world.type(0, "hangup")
    world.run(for: .seconds(1))
    #expect(world.records(0).first?.timeline.map(\.kind) == [.dialled, .answered, .ended])
    #expect(world.records(1).first?.timeline.map(\.kind) == [.called, .answered, .ended])
  }

  // Proves: rfc4916-4.4.2-1 rfc4916-4.4.2-2
  @Test("The other side changes its From: a sentence, an event and the screen say who it was and who it is")
  func fromChange() throws {
    var world = PhoneWorld(1)
    let success = try answerCall(&world, Scripts.invite(extra: "Supported: from-change\n"))
    world.send(update(success, from: "\"Carol\" <sip:carol@example.net>"))
    world.run(for: .milliseconds(200))
    let call = try #require(world.snapshot(0).calls.first)
    #expect(call.peer.name == "Carol" && call.peer.trust == .saidByPeer)
    #expect(call.identityChange?.was.address == "peer@192.0.2.101")
    #expect(
      world.snapshot(0).notices.last?.text
        == "You are now talking to somebody else: Carol, carol@example.net. Said by the other side only.")
    let event = try #require(world.lines(0).last { $0.contains(#""event":"identity""#) })
    #expect(
      event.hasPrefix(
        #"{"event":"identity","call":1,"account":"alice@192.0.2.1","state":"changed","peer":"sip:carol@example.net""#))
    #expect(event.contains(#""trust":"said-by-peer","source":"from","was":"sip:peer@192.0.2.101","was_name":"Peer""#))
  }

  @Test("A name that changes without the address: said, not shown, and no warning that somebody else is there")
  func nameOnly() throws {
    var world = PhoneWorld(1)
    let success = try answerCall(&world, Scripts.invite())
    world.send(update(success, from: "\"\u{202E}Bank ✓\" <sip:peer@192.0.2.101>"))
    world.run(for: .milliseconds(200))
    let call = try #require(world.snapshot(0).calls.first)
    #expect(call.peer.name == "Peer" && call.identityChange == nil)
    #expect(call.timeline.last?.kind == .claimed && call.timeline.last?.name == "Bank")
  }

  @Test("P-Asserted-Identity and Remote-Party-ID within the call count when they come from our server, and only then")
  func serverUpdates() throws {
    for (field, source) in [
      ("P-Asserted-Identity", IdentitySource.assertedIdentity), ("Remote-Party-ID", .remotePartyID),
    ] {
      var (world, contact) = try registered()
      let success = try answerCall(&world, Scripts.invite().replacing("INVITE sip:alice@192.0.2.1 ", with: "INVITE \(contact) "))
      world.send(
        update(success, from: "\"Peer\" <sip:peer@192.0.2.101>", extra: "\(field): \"Clara\" <sip:204@192.0.2.1>;party=calling\n"))
      world.run(for: .milliseconds(200))
      let call = try #require(world.snapshot(0).calls.first)
      #expect(call.peer.name == "Clara" && call.peer.address == "204" && call.peer.trust == .saidByProvider)
      #expect(call.peer.source == source && call.identityChange?.why == "your provider says so (\(source.words))")

      var stranger = PhoneWorld(1)
      let other = try answerCall(&stranger, Scripts.invite())
      stranger.send(update(other, from: "\"Peer\" <sip:peer@192.0.2.101>", extra: "\(field): \"Clara\" <sip:204@192.0.2.1>\n"))
      stranger.run(for: .milliseconds(200))
      #expect(stranger.snapshot(0).calls.first?.peer.name == "Peer")
    }
  }

  @Test("An identity that is to be kept private is not shown, also when the server tells it (RFC 3325 section 9.3)")
  func withheld() throws {
    var (world, contact) = try registered()
    let invite = Scripts.invite(
      from: "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=p",
      extra: "Privacy: id\nP-Asserted-Identity: \"Clara\" <sip:204@192.0.2.1>\n")
    world.send(invite.replacing("INVITE sip:alice@192.0.2.1 ", with: "INVITE \(contact) "))
    world.run(for: .milliseconds(200))
    let peer = try #require(world.snapshot(0).calls.first?.peer)
    #expect(peer.name == "Anonymous" && peer.trust == .saidByPeer && peer.isWithheld)
    #expect(!world.lines(0).contains { $0.contains("204") })
  }

  @Test("Diversion and History-Info tell for whom a call was meant; from a stranger they are its word")
  func sentOn() throws {
    var (world, contact) = try registered {
      $0.contacts = [.init(name: "Reception", uri: .sip(SIPURI(user: "201", host: .name("x"))))]
    }
    for (number, extra) in [
      "Diversion: <sip:300@x>;reason=user-busy, \"Front\" <sip:201@x>;reason=no-answer\n",
      "History-Info: <sip:201@x>;index=1, <sip:alice@192.0.2.1?Reason=SIP%3Bcause%3D408>;index=1.1\n",
    ].enumerated() {
      world.send(
        Scripts.invite(callID: "c\(number)", extra: extra).replacing("INVITE sip:alice@192.0.2.1 ", with: "INVITE \(contact) "))
      world.run(for: .milliseconds(200))
      #expect(world.snapshot(0).calls.last?.sentOn?.words == "Reception (201@x), no answer")
      #expect(world.snapshot(0).calls.last?.sentOn?.isSaidByProvider == true)
    }
    var stranger = PhoneWorld(1)
    stranger.send(Scripts.invite(extra: "Diversion: <sip:201@x>;reason=no-answer\n"))
    stranger.run(for: .milliseconds(200))
    #expect(stranger.snapshot(0).calls.last?.sentOn?.isSaidByProvider == false)
  }

  // Proves: rfc4916-4.4.1-1
  // Proves: rfc3261-8.1.1.3-01 rfc3261-20.20-01
  @Test("dial --anonymous: From and Contact say nothing, Privacy asks the rest, and our own server alone is told who calls")
  func anonymous() throws {
    var (world, _) = try registered()
    try world.type(0, "dial sip:bob@192.0.2.1 --anonymous")
    world.run(for: .milliseconds(200))
    // To our own domain through no proxy: it went to the domain's address, which is this phone itself here.
    #expect(world.snapshot(0).calls.first?.isAnonymous == true)
    try world.type(0, "hangup")
    world.run(for: .seconds(1))
    var direct = PhoneWorld(1)
    try direct.type(0, "dial sip:bob@192.0.2.101 --anonymous")
    direct.run(for: .milliseconds(200))
    let invite = try #require(direct.requests(.invite).first)
    #expect(invite.from?.address.uri == .sip(SIPURI(user: "anonymous", host: .name("anonymous.invalid"))))
    #expect(invite.from?.address.displayName == "Anonymous")
    #expect(invite.value(Privacy.self)?.values == ["id"] && !invite.fields.contains(.pPreferredIdentity))
    let text = String(decoding: invite.serialized(), as: UTF8.self)
    #expect(!text.contains("alice"))
    #expect(direct.snapshot(0).notices.contains { $0.text.contains("network address stays visible") })
  }

  @Test("Who held whom is on the timeline, in history and in what history prints")
  func holding() throws {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    try world.type(0, "hold")
    world.run(for: .milliseconds(500))
    try world.type(0, "resume")
    world.run(for: .milliseconds(500))
    try world.type(0, "hangup")
    world.run(for: .seconds(1))
    let own = try #require(world.records(0).first), other = try #require(world.records(1).first)
    #expect(own.timeline.map(\.kind) == [.dialled, .answered, .held, .resumed, .ended])
    #expect(other.timeline.map(\.kind) == [.called, .answered, .heldByThem, .resumedByThem, .ended])
    let line = HeadlessFormat.line(own)
    #expect(line.contains(#""timeline":[{"time":"#) && line.contains(#""state":"held"}"#))
  }
}
