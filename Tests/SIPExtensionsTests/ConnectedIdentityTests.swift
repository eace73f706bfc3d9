import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 4916: who is connected, and the From that changes")
struct ConnectedIdentityTests {
  private let ours = NameAddress(uri: World.uri("sip:reception@example.com"), displayName: "Reception")
  private let others = NameAddress(uri: World.uri("sip:dina@example.com"))

  private func world() -> World { World(agents: 1, extensions: [ConnectedIdentity()]) }

  /// The scripted peer calls agent 0; the session's number and our tag.
  private func called(_ world: inout World, _ extra: [String] = ["Supported: from-change", "Allow: UPDATE, INVITE"]) throws
    -> (session: SessionID, tag: String)
  {
    let tag = world.establishFromPeer(extra: extra)
    return (SessionID(1 << 32 | 1), tag)
  }

  /// Agent 0 calls the scripted peer, which answers with these fields.
  private func calling(_ world: inout World, tags: [OptionTag] = [.fromChange], allow: [Method] = [.invite, .update]) throws {
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, body: "answer") { response in
      if !tags.isEmpty { response.fields.set(Supported(tags)) }
      response.fields.set(Allow(allow))
    }
    world.settle()
  }

  private func statements(_ world: World) -> [PeerStatement] {
    world.events[0].compactMap { event in
      guard case .extended(let told) = event, case .said(let statement)? = told as? ConnectedIdentityEvent else { return nil }
      return statement
    }
  }

  // Proves: rfc4916-4.1-1
  @Test("Every INVITE outside a dialog says that a changed From is understood")
  func invitesSayIt() throws {
    var world = world()
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    #expect(try #require(world.request(.invite)).fields.optionTags(Supported.self).contains(.fromChange))
  }

  // Proves: rfc4916-4.2-1
  @Test("180 and 200 say it too")
  func responsesSayIt() throws {
    var world = world()
    world.send(Script.invite())
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .provisional(session, .ringing, nil))
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    for status in [StatusCode.ringing, .ok] {
      #expect(try #require(world.responses(status).last).fields.optionTags(Supported.self).contains(.fromChange))
    }
  }

  @Test("Who tells nothing sends no tag and no UPDATE, and hears what the peer says all the same")
  func listensOnly() throws {
    var world = World(agents: 1, extensions: [ConnectedIdentity(tells: false)])
    let (session, tag) = try called(&world)
    #expect(world.responses(.ok).allSatisfy { !$0.fields.optionTags(Supported.self).contains(.fromChange) })
    #expect(world.request(.update) == nil)
    world.send(
      Script.request(
        "UPDATE", branch: "z9hG4bKu", from: "<sip:bob@example.com>;tag=bob", to: "<sip:alice@example.com>;tag=\(tag)",
        cseq: "2 UPDATE", extra: ["Contact: <sip:bob@192.0.2.101>", "P-Asserted-Identity: <sip:carol@example.net>"]))
    world.run(for: .seconds(40))
    let statement = try #require(statements(world).last)
    #expect(statement.session == session && statement.message.request?.fields.contains(.pAssertedIdentity) == true)
    #expect(world.request(.update) == nil)
  }

  // Proves: rfc4916-4.2-3 rfc4916-4.2-4
  @Test("After the 2xx an UPDATE says who was reached, also when that is who was called, once, and not before the ACK")
  func announcement() throws {
    var world = world()
    world.send(Script.invite(extra: ["Supported: from-change", "Allow: UPDATE"]))
    world.settle()
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer")))
    world.settle()
    #expect(world.request(.update) == nil)
    let tag = try #require(world.responses(.ok).last?.to?.tag)
    world.send(world.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    world.settle()
    let update = try #require(world.request(.update))
    #expect(update.from?.address.uri == World.uri("sip:alice@example.com") && update.from?.tag == tag)
    #expect(update.to?.address.uri == World.uri("sip:bob@example.com") && update.to?.tag == "bob")
    #expect(update.body.isEmpty && !update.fields.contains(.require))
    world.answer(update, .ok)
    world.run(for: .seconds(60))
    #expect(world.attempts(.update) == 1)
  }

  // Proves: rfc4916-4.2-4 rfc4916-4.3-1
  @Test("The From of that UPDATE is our own address, not what was called")
  func ownAddress() throws {
    var world = world()
    world.send(Script.invite(extra: ["Supported: from-change"]))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .identify(session, ours))
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    let tag = try #require(world.responses(.ok).last?.to?.tag)
    world.send(world.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    world.settle()
    let update = try #require(world.request(.update))
    #expect(update.from?.address.uri == ours.uri && update.from?.address.displayName == "Reception" && update.from?.tag == tag)
    #expect(world.attempts(.update) == 1)
  }

  // Proves: rfc4916-4.2-2 rfc4916-4.2-3
  @Test("In an early dialog it goes out after the PRACK was answered, and is not repeated after the 2xx")
  func early() throws {
    var world = world()
    world.send(Script.invite(extra: ["Supported: from-change", "Require: 100rel", "Allow: UPDATE, PRACK"]))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .provisional(session, .ringing, nil))
    world.settle()
    let ringing = try #require(world.responses(.ringing).last)
    #expect(world.request(.update) == nil)
    let rack = "RAck: \(try #require(ringing.value(RSeq.self)).value) 1 INVITE"
    let tag = try #require(ringing.to?.tag)
    world.ladder = []
    world.send(world.peerRequest("PRACK", tag: tag, cseq: "2 PRACK", branch: "z9hG4bKprack", extra: [rack]))
    world.settle()
    #expect(world.ladder.prefix(3) == ["p1>1 PRACK", "1>p1 200 PRACK", "1>p1 UPDATE"])
    world.answer(try #require(world.request(.update)), .ok)
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    world.send(world.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    world.run(for: .seconds(40))
    #expect(world.attempts(.update) == 1)
  }

  // Proves: rfc4916-4.4.1-1
  @Test("A peer without the tag is sent no UPDATE and never another From, whatever happens")
  func peerWithoutTheTag() throws {
    var world = world()
    let (session, _) = try called(&world, ["Supported: timer", "Allow: UPDATE"])
    world.command(0, .identify(session, others))
    world.command(0, .offer(session, World.sdp("hold")))
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, body: "held")
    world.settle()
    world.command(0, .requestInDialog(RequestID(2), session, .info, HeaderFields(), nil))
    world.command(0, .end(session, reason: nil))
    world.run(for: .seconds(1))
    #expect(world.request(.update) == nil)
    let sent = world.mail.compactMap { $0.message.request }
    #expect(Set(sent.map(\.method)) == [.invite, .ack, .info, .bye])
    #expect(sent.allSatisfy { $0.from?.address.uri == World.uri("sip:alice@example.com") })
  }

  // Proves: rfc4916-4.3-1 rfc4916-4.3-2 rfc4916-4.4.1-3
  @Test("A change of ours goes out by UPDATE at either end, and all later requests keep the new From")
  func change() throws {
    var world = world()
    try calling(&world)
    world.command(0, .identify(SessionID(1), others))
    world.settle()
    let update = try #require(world.request(.update))
    let invite = try #require(world.request(.invite))
    #expect(update.from?.address.uri == others.uri && update.from?.tag == invite.from?.tag && update.callID == invite.callID)
    world.answer(update, .ok)
    world.settle()
    world.command(0, .requestInDialog(RequestID(2), SessionID(1), .info, HeaderFields(), nil))
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    #expect(world.request(.info)?.from?.address.uri == others.uri && world.request(.bye)?.from?.address.uri == others.uri)
    #expect(world.attempts(.update) == 1)
  }

  // Proves: rfc4916-4.3-2
  // Proves: rfc3311-5.1-02
  @Test("A re-INVITE that goes out anyway tells a change; the called side's announcement stays an UPDATE")
  func byReinvite() throws {
    var world = world()
    world.send(Script.invite(extra: ["Supported: from-change", "Allow: UPDATE"]))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .accept(session, World.sdp("answer")))
    world.command(0, .offer(session, World.sdp("hold")))
    world.command(0, .identify(session, others))
    world.settle()
    let tag = try #require(world.responses(.ok).last?.to?.tag)
    world.send(world.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    world.settle()
    let invite = try #require(world.request(.invite))
    #expect(invite.from?.address.uri == others.uri && world.request(.update) == nil)
    world.answer(invite, .ok, body: "held")
    world.settle()
    world.answer(try #require(world.request(.update)), .ok)
    world.run(for: .seconds(5))
    #expect(world.attempts(.update) == 1 && world.attempts(.invite) == 1)

    var caller = self.world()
    try calling(&caller)
    caller.isLost = { $0.contains("200 INVITE") }
    caller.command(0, .offer(SessionID(1), World.sdp("hold")))
    caller.command(0, .identify(SessionID(1), others))
    caller.settle()
    // It came too late for that re-INVITE, which was on its way.
    #expect(caller.requests(.invite).last?.from?.address.uri == World.uri("sip:alice@example.com"))
    caller.isLost = { _ in false }
    caller.answer(try #require(caller.request(.invite)), .ok, body: "held")
    caller.settle()
    #expect(caller.request(.update)?.from?.address.uri == others.uri)
  }

  // Proves: rfc4916-4.4.1-2 rfc4916-4.4.2-4 rfc4916-4.4.2-1
  @Test("The peer's new From, once accepted, is the To of what we send; tags stay; the application is told")
  func remoteChange() throws {
    var world = world()
    let (session, tag) = try called(&world)
    world.answer(try #require(world.request(.update)), .ok)
    world.send(
      Script.request(
        "UPDATE", branch: "z9hG4bKu", from: "\"Carol\" <sip:carol@example.net>;tag=bob", to: "<sip:alice@example.com>;tag=\(tag)",
        cseq: "2 UPDATE", extra: ["Contact: <sip:bob@192.0.2.101>"]))
    world.settle()
    #expect(world.responses(.ok).last?.cseq?.method == .update)
    world.command(0, .requestInDialog(RequestID(2), session, .info, HeaderFields(), nil))
    world.settle()
    let info = try #require(world.request(.info))
    #expect(info.to?.address.uri == World.uri("sip:carol@example.net") && info.to?.tag == "bob")
    let statement = try #require(statements(world).last)
    #expect(statement.session == session && statement.message.request?.from?.address.displayName == "Carol")
    #expect(statement.source == "192.0.2.101:5060")
  }

  // Proves: rfc4916-4.4.2-5
  @Test("A request that we refuse changes nothing, and nobody is told of it")
  func refusedChange() throws {
    var world = world()
    let (session, tag) = try called(&world)
    world.answer(try #require(world.request(.update)), .ok)
    world.send(
      Script.request(
        "UPDATE", branch: "z9hG4bKu", from: "<sip:carol@example.net>;tag=bob", to: "<sip:alice@example.com>;tag=\(tag)",
        cseq: "2 UPDATE", extra: ["Contact: <sip:bob@192.0.2.101>", "Content-Type: application/sdp"], body: "impossible"))
    world.settle()
    world.command(0, .answer(session, nil))
    world.settle()
    #expect(world.responses(.notAcceptableHere).count == 1)
    world.command(0, .requestInDialog(RequestID(2), session, .info, HeaderFields(), nil))
    world.settle()
    #expect(world.request(.info)?.to?.address.uri == World.uri("sip:bob@example.com"))
    #expect(statements(world).isEmpty)
  }

  // Proves: rfc4916-4.4.1-4 rfc4916-4.4.1-5 rfc4916-5-1
  @Test("Requests with the old and with the new To are taken, in any order: only Call-ID and tags say to what they belong")
  func eitherTo() throws {
    var world = world()
    let (session, tag) = try called(&world)
    world.command(0, .identify(session, others))
    world.settle()
    for (number, to) in ["alice@example.com", "dina@example.com", "alice@example.com", "nobody@elsewhere.example"].enumerated() {
      world.send(
        Script.request(
          "INFO", branch: "z9hG4bKi\(number)", to: "<sip:\(to)>;tag=\(tag)", cseq: "\(number + 2) INFO"))
    }
    world.settle()
    let asked = world.events[0].filter { if case .request(_, _, session: session) = $0 { true } else { false } }
    #expect(asked.count == 4 && world.responses(.callDoesNotExist).isEmpty)
  }

  @Test("An UPDATE with another tag belongs to no call: 481, and who is there stays")
  func changedTag() throws {
    var world = world()
    let (session, tag) = try called(&world)
    world.answer(try #require(world.request(.update)), .ok)
    world.send(
      Script.request(
        "UPDATE", branch: "z9hG4bKu", from: "<sip:carol@example.net>;tag=other", to: "<sip:alice@example.com>;tag=\(tag)",
        cseq: "2 UPDATE", extra: ["Contact: <sip:bob@192.0.2.101>"]))
    world.settle()
    #expect(world.response?.status == .callDoesNotExist && statements(world).isEmpty)
    world.command(0, .requestInDialog(RequestID(2), session, .info, HeaderFields(), nil))
    world.settle()
    #expect(world.request(.info)?.to?.address.uri == World.uri("sip:bob@example.com"))
  }

  // Proves: rfc4916-4.4.1-6 rfc4916-4.4.1-7
  @Test("428, 436, 437 and 438 end nothing and repeat nothing, but after a BYE the call is over", arguments: [428, 436, 437, 438])
  func refusedByVerifier(_ code: Int) throws {
    var world = world()
    let (session, _) = try called(&world)
    world.answer(try #require(world.request(.update)), StatusCode(code))
    world.run(for: .seconds(60))
    #expect(world.attempts(.update) == 1 && world.story(0).isEmpty)
    world.command(0, .end(session, reason: nil))
    world.settle()
    world.answer(try #require(world.request(.bye)), StatusCode(code))
    world.settle()
    #expect(world.story(0) == ["ended local"] && world.attempts(.bye) == 1)
    world.run(for: .seconds(70))
    #expect(world.agents[0].sessionCount == 0)
  }

  // Proves: rfc3311-5.3-03
  @Test("Changes that cross: after 491, or 500 with Retry-After, ours is told once more")
  func glare() throws {
    for status in [StatusCode.requestPending, .serverInternalError] {
      var world = world()
      try calling(&world)
      world.command(0, .identify(SessionID(1), others))
      world.settle()
      world.answer(try #require(world.request(.update)), status) { response in
        if status == .serverInternalError { response.fields.set(RetryAfter(2)) }
      }
      world.settle()
      #expect(world.attempts(.update) == 1)
      world.run(for: .seconds(5))
      #expect(world.attempts(.update) == 2 && world.request(.update)?.from?.address.uri == others.uri)
    }
  }

  @Test("Two agents change at once: both UPDATEs are taken, each ends with the other's new address")
  func bothChange() throws {
    var world = World(agents: 2, extensions: [ConnectedIdentity()])
    let (caller, called) = world.establish()
    world.command(0, .identify(caller, ours))
    world.command(1, .identify(called, others))
    world.run(for: .seconds(10))
    #expect(world.agents[0].dialog(of: caller)?.remoteAddress.uri == others.uri)
    #expect(world.agents[1].dialog(of: called)?.remoteAddress.uri == ours.uri)
    #expect(world.story(0).isEmpty && world.story(1).isEmpty)
  }

  @Test("A peer that refuses UPDATE with 405: a change goes by re-INVITE, an announcement is let be")
  func withoutUpdate() throws {
    var world = world()
    let (session, _) = try called(&world)
    world.answer(try #require(world.request(.update)), .methodNotAllowed)
    world.run(for: .seconds(5))
    #expect(world.attempts(.update) == 1 && world.request(.invite) == nil)
    world.command(0, .identify(session, others))
    world.settle()
    #expect(world.attempts(.update) == 1 && world.request(.invite)?.from?.address.uri == others.uri)
    #expect(world.request(.invite)?.body == Array("answer".utf8))
  }

  // Proves: rfc4916-4.4.1-1
  @Test("Who calls anonymously has an anonymous From and Contact in every request, and keeps its account")
  func anonymous() throws {
    var world = world()
    var identity = World.identity()
    identity.alias = NameAddress(uri: World.uri("sip:anonymous@anonymous.invalid"), displayName: "Anonymous")
    identity.isAnonymous = true
    world.command(
      0, .invite(SessionID(1), InviteOrder(identity: identity, target: World.uri("sip:peer@192.0.2.101"), offer: World.sdp("o"))))
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, body: "answer") { $0.fields.set(Supported([.fromChange])) }
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    for request in world.mail.compactMap({ $0.message.request }) {
      #expect(request.from?.address.uri == World.uri("sip:anonymous@anonymous.invalid"), "\(request.method.token)")
      #expect(request.contacts.first?.uri?.sip?.user != "alice")
    }
  }

  @Test("P-Asserted-Identity in a 180, Remote-Party-ID in a re-INVITE: told with the hop that they came from")
  func otherWays() throws {
    var world = world()
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ringing) { $0.fields.append(PAssertedIdentity(World.uri("sip:dina@example.com"))) }
    world.settle()
    world.answer(invite, .ok, body: "answer")
    world.settle()
    #expect(statements(world).map { $0.message.response?.status } == [.ringing])
    #expect(statements(world).last?.source == "192.0.2.101:5060")
  }
}
