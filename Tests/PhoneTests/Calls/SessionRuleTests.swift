import Media
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import Phone

@Suite("RFC 3261 sections 11, 14 and 15, RFC 3264: what a call does to the sound")
struct SessionRuleTests {
  /// A scripted peer has called phone 0, which answered; returns the To tag of the phone.
  private func answered(_ world: inout PhoneWorld) throws -> String {
    world.send(Scripts.invite())
    world.run(for: .milliseconds(100))
    world.command(0, .answer(nil))
    world.run(for: .milliseconds(100))
    let tag = try #require(world.responses.last { $0.status == .ok }?.to?.tag)
    world.send(inDialog("ACK", 1, tag: tag))
    world.run(for: .milliseconds(100))
    return tag
  }

  private func inDialog(_ method: String, _ number: Int, tag: String, body: String = "") -> String {
    Scripts.invite(body: body).replacing("INVITE sip:", with: "\(method) sip:").replacing(
      "CSeq: 1 INVITE", with: "CSeq: \(number) \(method)"
    )
    .replacing("To: <sip:alice@192.0.2.1>", with: "To: <sip:alice@192.0.2.1>;tag=\(tag)")
    .replacing("branch=z9hG4bK-", with: "branch=z9hG4bK-\(method)\(number)")
  }

  private func description(_ response: Response?) throws -> SessionDescription {
    try SessionDescription(parsing: try #require(response).body)
  }

  // Proves: rfc3261-15.1.1-01 rfc3264-4-02
  @Test("Hanging up closes the sound in the very step that sends the BYE")
  func hangUp() {
    var world = PhoneWorld(2)
    world.connect(0, 1)
    let before = world.outputs[0].count
    world.command(0, .hangUp(nil))
    let said = world.outputs[0].dropFirst(before)
    var datagrams: [[UInt8]] = []
    for case .network(.datagram(let bytes, to: _, from: _)) in said { datagrams.append(bytes) }
    #expect(datagrams.contains { String(decoding: $0.prefix(4), as: UTF8.self) == "BYE " })
    #expect(said.contains { if case .media(.close) = $0 { true } else { false } })
  }

  // Proves: rfc3261-20.35-01 rfc3261-20.41-01
  @Test("User-Agent and Server say what the configuration says, or are left out", arguments: ["Pear/2.0 core", nil])
  func productName(name: String?) throws {
    var world = PhoneWorld(1) { _, configuration in configuration.network.userAgent = name }
    world.command(0, .dial("sip:bob@192.0.2.101", account: nil))
    world.send(Scripts.invite())
    world.run(for: .milliseconds(100))
    #expect(try #require(world.requests(.invite).first).fields.first(.userAgent) == name)
    #expect(try #require(world.responses.last).fields.first(.server) == name)
  }

  // Proves: rfc3261-15-01 rfc3261-15.1.2-03
  @Test("The peer's BYE closes the sound")
  func remoteBye() throws {
    var world = PhoneWorld(1)
    let tag = try answered(&world)
    world.send(inDialog("BYE", 2, tag: tag))
    world.run(for: .milliseconds(100))
    #expect(world.media(0).contains { if case .close = $0 { true } else { false } })
    #expect(world.records(0).count == 1)
  }

  // Proves: rfc3261-14.2-03 rfc3261-14.2-04 rfc3264-8-06 rfc3264-8-07 rfc3264-8-05 rfc3264-8.3.1-07 rfc3264-8.3.4-02
  // Proves: rfc3311-5.2-04 rfc3311-5.2-05 rfc3311-5.2-06 rfc3264-8.3.2-05
  @Test(
    "A re-INVITE or UPDATE that changes nothing gets the same answer and moves nothing; one with another address moves the sound",
    arguments: ["INVITE", "UPDATE"])
  func reinvite(_ method: String) throws {
    var world = PhoneWorld(1)
    let tag = try answered(&world)
    let first = try #require(world.responses.last { $0.status == .ok && $0.cseq?.method == .invite }).body
    let runs = world.media(0).count { if case .run = $0 { true } else { false } }
    world.send(inDialog(method, 2, tag: tag, body: Scripts.offer))
    world.run(for: .milliseconds(100))
    #expect(world.responses.last { $0.cseq == CSeq(2, Method(method)) && $0.status == .ok }?.body == first)
    #expect(world.run(0, stream: 1)?.parameters.remoteRTP?.description == "192.0.2.101:40000")
    #expect(world.media(0).count { if case .run = $0 { true } else { false } } == runs)
    if method == "INVITE" { world.send(inDialog("ACK", 2, tag: tag)) }
    let moved = Scripts.offer.replacing("o=- 1 1", with: "o=- 1 2").replacing("m=audio 40000", with: "m=audio 41000")
    world.send(inDialog(method, 3, tag: tag, body: moved))
    world.run(for: .milliseconds(100))
    #expect(world.run(0, stream: 1)?.parameters.remoteRTP?.description == "192.0.2.101:41000")
  }

  // Proves: rfc3261-14.2-05 rfc3311-5.2-08
  @Test(
    "An offer in a call that does not fit gets 488 and the reason, and the call goes on as it was", arguments: ["INVITE", "UPDATE"])
  func unfit(_ method: String) throws {
    var world = PhoneWorld(1)
    let tag = try answered(&world)
    let agreed = try #require(world.run(0, stream: 1)?.parameters)
    let offer = Scripts.offer.replacing("o=- 1 1", with: "o=- 1 2").replacing("RTP/AVP 0", with: "RTP/AVP 97")
      .replacing("0 PCMU/8000", with: "97 GSM/8000")
    world.send(inDialog(method, 2, tag: tag, body: offer))
    world.run(for: .milliseconds(100))
    let refusal = try #require(world.responses.last { $0.cseq == CSeq(2, Method(method)) && $0.status.isFinal })
    #expect(refusal.status == .notAcceptableHere)
    #expect(refusal.value(Warning.self)?.code == 305)
    #expect(world.run(0, stream: 1)?.parameters == agreed)
    #expect(world.snapshot(0).calls.count == 1)
  }

  // Proves: rfc3261-14.2-11 rfc3261-14.2-09 rfc3261-14.2-10
  @Test("A re-INVITE without an offer gets one that holds what was agreed, and everything else that we can")
  func offerlessReinvite() throws {
    var world = PhoneWorld(1)
    let tag = try answered(&world)
    world.send(inDialog("INVITE", 2, tag: tag))
    world.run(for: .milliseconds(100))
    let offer = try description(world.responses.last { $0.cseq == CSeq(2, .invite) && $0.status == .ok })
    #expect(offer.media.count == 1 && offer.media[0].kind == "audio" && offer.media[0].proto == "RTP/AVP")
    #expect(offer.media[0].formats.contains("0"), "PCMU was agreed.")
    #expect(offer.media[0].formats.count > 2)
  }

  // Proves: rfc3261-14.1-09 rfc3264-4-02
  @Test("A hold that the peer refuses leaves the description as it was: the next offer builds on what was agreed")
  func refusedHold() throws {
    var world = PhoneWorld(1)
    _ = try answered(&world)
    let agreed = try #require(world.run(0, stream: 1)?.parameters)
    world.command(0, .hold(nil))
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).last)
    world.send(Response(to: invite, status: .notAcceptableHere))
    world.run(for: .seconds(1))
    let parameters = try #require(world.run(0, stream: 1)?.parameters)
    #expect(parameters.remoteRTP == agreed.remoteRTP && parameters.codec == agreed.codec)
    #expect(world.requests(.bye).isEmpty)
    #expect(world.snapshot(0).calls.count == 1)
  }

  // Proves: rfc3261-11.2-01 rfc3261-11-01 rfc3261-11.2-02 rfc3261-8.2.2.1-05
  @Test(
    "OPTIONS gets the status that a call would get: 200 with all that we can, 486 when nobody is to disturb, 404 for nobody here")
  func options() throws {
    func ask(_ world: inout PhoneWorld, _ user: String, _ number: Int) -> Response? {
      world.send(
        Scripts.invite(callID: "o\(number)@peer", to: user, body: "").replacing("INVITE", with: "OPTIONS"))
      world.run(for: .milliseconds(100))
      return world.responses.last
    }
    var world = PhoneWorld(1)
    let success = try #require(ask(&world, "alice", 1))
    #expect(success.status == .ok)
    for name in [HeaderName.allow, .accept, .acceptEncoding, .acceptLanguage, .supported] { #expect(success.fields.contains(name)) }
    #expect(ask(&world, "nobody", 2)?.status == .notFound)
    world.command(0, .doNotDisturb(true))
    #expect(ask(&world, "alice", 3)?.status == .busyHere)
    world.command(0, .doNotDisturb(false))
    #expect(ask(&world, "alice", 4)?.status == .ok)
  }

  // Proves: rfc3261-19.1.5-10
  @Test(
    "What would make no valid request is not sent, and the user is told",
    arguments: ["dial sip:a@[2001:db8::1", "dial sip:@example.com"])
  func invalid(_ line: String) throws {
    var world = PhoneWorld(1)
    try world.type(0, line)
    world.run(for: .seconds(1))
    #expect(world.errors(0).count == 1)
    #expect(world.requests(.invite).isEmpty)
    #expect(world.snapshot(0).calls.isEmpty)
  }

  // Proves: rfc3264-6.1-25 rfc3264-6.1-26
  @Test("The sound runs from the very step that sends the answer")
  func answering() throws {
    var world = PhoneWorld(1)
    world.send(Scripts.invite())
    world.run(for: .milliseconds(100))
    let before = world.outputs[0].count
    world.command(0, .answer(nil))
    let said = world.outputs[0].dropFirst(before)
    #expect(said.contains { if case .media(.run) = $0 { true } else { false } })
    #expect(said.contains { if case .network(.datagram) = $0 { true } else { false } })
  }

  // Proves: rfc3261-8.2.6.1-02 rfc3261-17.1-01
  @Test(
    "A request that is no INVITE has its final response in the moment in which it came",
    arguments: ["OPTIONS", "INFO", "UPDATE", "MESSAGE", "REFER", "SUBSCRIBE", "NOTIFY", "PRACK", "PUBLISH", "BYE"])
  func promptness(_ method: String) throws {
    var world = PhoneWorld(1)
    let tag = try answered(&world)
    world.send(inDialog(method, 2, tag: tag))
    // Ten milliseconds for each way.
    world.run(for: .milliseconds(20))
    #expect(world.responses.contains { $0.cseq == CSeq(2, Method(method)) && $0.status.isFinal })
  }

  // Proves: rfc3261-18.2.1-02
  @Test("What is listened to when nothing else is said: SIP's own port on every address, for UDP and for TCP alike")
  func listeners() {
    let listeners = NetworkConfiguration.defaultListen
    #expect(listeners.contains { $0.transport == .udp })
    for listener in listeners where listener.transport == .udp {
      #expect(listener.address.port == 5060 && listener.address.address.isUnspecified)
      #expect(listeners.contains { $0.transport == .tcp && $0.address == listener.address })
    }
  }
}
