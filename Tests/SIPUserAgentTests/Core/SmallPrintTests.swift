import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 8 to 15: the small print")
struct SmallPrintTests {
  /// Incoming sessions are numbered from here.
  private static let session = SessionID(1 << 32 | 1)

  private func calling() throws -> (World, Request) {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    return (world, try #require(world.request(.invite)))
  }

  // Proves: rfc3261-8.1.1.2-04 rfc3261-8.1.1.3-02 rfc3261-8.1.1.6-01 rfc3261-8.1.1.8-01 rfc3261-12.1.2-01 rfc3261-13.2.1-01
  // Proves: rfc3261-13.2.1-04 rfc3311-4-01
  @Test("8.1.1, 13.2.1: an INVITE has Max-Forwards 70, a From tag and no To tag, one Contact, and says what we can do")
  func invite() throws {
    let (_, invite) = try calling()
    #expect(invite.maxForwards == 70)
    #expect(invite.from?.tag?.isEmpty == false)
    #expect(invite.to?.tag == nil)
    #expect(invite.contacts.map { $0.uri?.description } == ["sip:alice@192.0.2.1:5060"])
    #expect(invite.fields.allowedMethods?.contains(.update) == true)
    #expect(invite.fields.first(.accept) == "application/sdp")
    #expect(invite.fields.first(.userAgent) == "Offhook/0.1")
  }

  @Test("8.1.3.2: a status that nobody knows counts by its class")
  func unknownStatuses() throws {
    var (world, invite) = try calling()
    world.answer(invite, StatusCode(189), tag: nil)
    world.answer(invite, StatusCode(477))
    world.settle()
    #expect(world.story(0) == ["progress 189", "ended refused 477"])
    #expect(world.attempts(.ack) == 1)
  }

  // Proves: rfc3261-8.1.3.3-01
  @Test("8.1.3.3: a response with two Vias is discarded")
  func twoVias() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ringing) { $0.fields.append(name: .via, value: "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKother") }
    world.settle()
    #expect(world.story(0) == [])
    world.answer(invite, .ringing)
    world.settle()
    #expect(world.story(0) == ["progress 180"])
  }

  // Proves: rfc3261-8.2.6.1-03
  @Test("8.2.6.1: a 100 repeats the Timestamp, other responses do not")
  func timestamp() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Timestamp: 54.2"]))
    world.run(for: .seconds(1))
    #expect(world.responses(.trying).first?.fields.first(.timestamp) == "54.2")
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.settle()
    #expect(try #require(world.responses(.ringing).first).fields.contains(.timestamp) == false)
  }

  // Proves: rfc3261-12.1.1-02 rfc3261-12.1.1-03 rfc3261-12.1.1-07 rfc3261-13.3.1.1-02
  @Test("12.1.1: what makes a dialog repeats Record-Route as it came, and has our Contact, tag and Server; BYE takes that route")
  func dialogResponse() throws {
    var world = World(agents: 1)
    let routes = ["<sip:192.0.2.102;lr>", "<sip:192.0.2.103;lr>"]
    world.send(Script.invite(extra: routes.map { "Record-Route: \($0)" }))
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.command(0, .accept(Self.session, World.sdp("answer")))
    world.settle()
    let made = try [#require(world.responses(.ringing).first), #require(world.responses(.ok).first)]
    for response in made {
      #expect(response.recordRoutes.map(\.address.description) == routes)
      #expect(response.contacts.first?.uri?.sip?.host.description == "192.0.2.1")
      #expect(response.fields.first(.server) == "Offhook/0.1")
    }
    #expect(made[0].to?.tag == made[1].to?.tag)
    world.send(world.peerRequest("ACK", tag: made[1].to?.tag ?? "", cseq: "1 ACK", branch: "z9hG4bKack"))
    world.command(0, .end(Self.session, reason: nil))
    world.settle()
    #expect(world.ladder.last == "1>p2 BYE")
    #expect(world.request(.bye)?.routes.map(\.address.description) == routes)
  }

  // Proves: rfc3261-12.2.1.2-01
  @Test("12.2.1.2: the 2xx to a re-INVITE moves the remote target")
  func targetRefresh() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .offer(Self.session, World.sdp("mine")))
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, tag: nil, body: "theirs") {
      $0.fields.set(Contact(World.uri("sip:bob@192.0.2.105")))
    }
    world.settle()
    #expect(world.ladder.last == "1>p5 ACK")
    world.command(0, .end(Self.session, reason: nil))
    world.settle()
    #expect(world.ladder.last == "1>p5 BYE")
  }

  // Proves: rfc3261-13.3.1.1-03
  @Test("13.3.1.1: while it rings the provisional response is repeated each minute")
  func ringingForLong() {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.run(for: .seconds(150))
    #expect(world.responses(.ringing).count == 3)
  }

  // Proves: rfc3261-13.3.1.2-01
  @Test("13.3.1.2: an incoming call can be redirected")
  func redirects() {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    var fields = HeaderFields()
    fields.append(Contact(World.uri("sip:other@example.com")))
    world.command(0, .reject(Self.session, .movedTemporarily, reason: nil, fields: fields))
    world.settle()
    #expect(world.response?.status == .movedTemporarily)
    #expect(world.response?.contacts.first?.uri?.description == "sip:other@example.com")
  }

  // Proves: rfc3261-15.1.2-05 rfc3261-15.1.2-06
  @Test("15.1.2: a re-INVITE that waits for an answer when BYE comes gets 487")
  func pendingAtTheEnd() {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "2 INVITE", branch: "z9hG4bKre", offer: "one"))
    world.send(world.peerRequest("BYE", tag: tag, cseq: "3 BYE", branch: "z9hG4bKbye"))
    world.settle()
    #expect(world.responses(.requestTerminated).count == 1)
    #expect(world.story(0) == ["offered one", "ended remote"])
  }

  @Test("21.6: after a 6xx the other targets of a redirection are not tried")
  func globalFailure() throws {
    var (world, invite) = try calling()
    world.answer(invite, .movedTemporarily) {
      $0.fields.append(name: .contact, value: "<sip:a@192.0.2.102>, <sip:b@192.0.2.103>")
    }
    world.settle()
    world.command(0, .follow(SessionID(1), [World.uri("sip:a@192.0.2.102"), World.uri("sip:b@192.0.2.103")]))
    world.settle()
    world.answer(try #require(world.request(.invite)), .decline, from: World.peer(1))
    world.settle()
    #expect(world.attempts(.invite) == 2)
    #expect(world.story(0).last == "ended refused 603")
  }

  // Proves: rfc3262-3-19 rfc3262-3-20 rfc3262-3-21 rfc3262-3-22
  @Test("RFC 3262 section 3: a second reliable response waits for the PRACK of the first, and has the next RSeq")
  func secondReliable() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.command(0, .provisional(Self.session, .sessionProgress, nil))
    world.settle()
    #expect(world.responses(.sessionProgress).isEmpty)
    let first = try #require(world.responses(.ringing).first)
    let number = try #require(first.value(RSeq.self)?.value)
    world.send(
      world.peerRequest(
        "PRACK", tag: first.to?.tag ?? "", cseq: "2 PRACK", branch: "z9hG4bKpr", extra: ["RAck: \(number) 1 INVITE"]))
    world.settle()
    #expect(world.responses(.sessionProgress).first?.value(RSeq.self)?.value == number + 1)
  }

  @Test("RFC 3311 section 5.2: an UPDATE whose offer cannot be taken gets 488, and the session goes on")
  func refusedUpdate() {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("UPDATE", tag: tag, cseq: "2 UPDATE", branch: "z9hG4bKup", offer: "video"))
    world.settle()
    world.command(0, .answer(Self.session, nil))
    world.settle()
    #expect(world.response?.status == .notAcceptableHere)
    #expect(world.story(0) == ["offered video"])
  }

  // Proves: rfc3261-8.1.1.1-02 rfc3261-8.1.2-06 rfc3261-8.1.2-07 rfc3261-8.1.2-08
  @Test("8.1.2: an outbound proxy is a route: the request goes there, and says in Route and Request-URI where it wants to go")
  func outboundProxy() throws {
    var world = World(agents: 1)
    let identity = World.identity(routes: ["sip:192.0.2.102;lr"])
    world.command(
      0, .invite(SessionID(1), InviteOrder(identity: identity, target: World.uri("sip:bob@192.0.2.101"), offer: World.sdp("o"))))
    world.settle()
    let invite = try #require(world.request(.invite))
    #expect(world.ladder.first == "1>p2 INVITE")
    #expect(invite.uri.description == "sip:bob@192.0.2.101")
    #expect(invite.routes.map { $0.address.uri.description } == ["sip:192.0.2.102;lr"])
  }

  // Proves: rfc3261-21.4-01 rfc3261-21.4.4-01
  @Test(
    "21.4: what was refused is not asked again by itself", arguments: [400, 403, 404, 405, 410, 413, 415, 416, 420, 480, 486, 488])
  func refusedOnce(_ status: Int) throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    world.answer(try #require(world.request(.invite)), StatusCode(status))
    world.run(for: .seconds(300))
    #expect(world.attempts(.invite) == 1)
    #expect(world.story(0).last == "ended refused \(status)")
  }
}
