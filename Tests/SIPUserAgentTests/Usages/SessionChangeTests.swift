import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 14, RFC 3311, RFC 6337: an established session is changed")
struct SessionChangeTests {
  @Test("RFC 3665 section 3.7: a re-INVITE offers, its 200 answers")
  func reinvite() {
    var world = World(agents: 2)
    let (caller, called) = world.establish()
    world.command(0, .offer(caller, World.sdp("hold")))
    world.settle()
    #expect(world.story(1) == ["offered hold"])
    world.command(1, .answer(called, World.sdp("held")))
    world.settle()
    #expect(world.ladder == ["1>2 INVITE", "2>1 200 INVITE", "1>2 ACK"])
    #expect(world.story(0) == ["answered held"])
    #expect(world.story(1) == ["offered hold", "acknowledged"])
  }

  @Test("A refused offer leaves the session as it was")
  func refusedOffer() {
    var world = World(agents: 2)
    let (caller, called) = world.establish()
    world.command(0, .offer(caller, World.sdp("video")))
    world.settle()
    world.command(1, .answer(called, nil))
    world.settle()
    #expect(world.ladder == ["1>2 INVITE", "2>1 488 INVITE", "1>2 ACK"])
    #expect(world.story(0) == ["offer refused 488"])
    world.command(0, .offer(caller, World.sdp("audio")))
    world.settle()
    #expect(world.story(1).last == "offered audio")
  }

  // Proves: rfc3261-14.1-10 rfc3261-14.1-11 rfc3261-14.2-02
  @Test("Glare: both get 491, the owner of the Call-ID waits 2.1 to 4 s and the other 0 to 2 s, and both offers get through")
  func glare() {
    var world = World(agents: 2)
    let (caller, called) = world.establish()
    world.command(0, .offer(caller, World.sdp("from caller")))
    world.command(1, .offer(called, World.sdp("from called")))
    world.settle()
    #expect(world.ladder.filter { $0.hasSuffix("491 INVITE") }.count == 2)
    world.ladder = []
    world.run(for: .milliseconds(2050))
    #expect(world.ladder.first == "2>1 INVITE")
    world.command(0, .answer(caller, World.sdp("answer to called")))
    world.run(for: .seconds(3))
    #expect(world.story(1).contains("offered from caller"))
    world.command(1, .answer(called, World.sdp("answer to caller")))
    world.settle()
    #expect(world.story(0) == ["offered from called", "acknowledged", "answered answer to caller"])
  }

  @Test("A re-INVITE without an offer asks the application for one")
  func offerlessReinvite() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "2 INVITE", branch: "z9hG4bKre"))
    world.settle()
    #expect(world.story(0) == ["offer wanted"])
    world.command(0, .answer(try #require(knownSession), World.sdp("my offer")))
    world.settle()
    #expect(world.response?.body == Array("my offer".utf8))
    world.send(world.peerRequest("ACK", tag: tag, cseq: "2 ACK", branch: "z9hG4bKack2", offer: "their answer"))
    world.settle()
    #expect(world.story(0) == ["offer wanted", "answered their answer", "acknowledged"])
  }

  /// Incoming sessions are numbered from here.
  private var knownSession: SessionID? { SessionID(1 << 32 | 1) }

  // Proves: rfc3261-14.2-01
  @Test("A second re-INVITE before the first is answered gets 500 with Retry-After")
  func overlap() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "2 INVITE", branch: "z9hG4bKre", offer: "one"))
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "3 INVITE", branch: "z9hG4bKre2", offer: "two"))
    world.settle()
    let response = try #require(world.responses(.serverInternalError).last)
    #expect((response.value(RetryAfter.self)?.seconds ?? 99) <= 10)
    #expect(world.story(0) == ["offered one"])
  }

  @Test("A caller whose connection broke offers anew: the ACK to that answer settles the one that never got there")
  func offersAnew() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    let session = try #require(knownSession)
    for number in 2...3 {
      world.send(
        world.peerRequest("INVITE", tag: tag, cseq: "\(number) INVITE", branch: "z9hG4bKre\(number)", offer: "offer \(number)"))
      world.settle()
      world.command(0, .answer(session, World.sdp("answer \(number)")))
      world.settle()
    }
    world.send(world.peerRequest("ACK", tag: tag, cseq: "3 ACK", branch: "z9hG4bKack3"))
    world.settle()
    world.ladder = []
    world.run(for: .seconds(40))
    #expect(world.ladder.isEmpty)
    #expect(world.story(0) == ["offered offer 2", "offered offer 3", "acknowledged"])
  }

  // Proves: rfc3261-15.1.2-02
  @Test("A CSeq that is not higher than the last gets 500")
  func sequence() {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("BYE", tag: tag, cseq: "1 BYE", branch: "z9hG4bKbye"))
    world.settle()
    #expect(world.response?.status == .serverInternalError)
    #expect(world.story(0) == [])
  }

  // Proves: rfc3261-8.2-01 rfc3261-12.2.2-07
  @Test("An UPDATE without a body refreshes the target and is answered at once")
  func emptyUpdate() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    let update = world.peerRequest("UPDATE", tag: tag, cseq: "2 UPDATE", branch: "z9hG4bKup").replacing(
      "<sip:bob@192.0.2.101>", with: "<sip:bob@192.0.2.105>")
    world.send(update)
    world.settle()
    #expect(world.response?.status == .ok)
    #expect(world.story(0) == [])
    world.command(0, .end(try #require(knownSession), reason: nil))
    world.settle()
    #expect(world.ladder.last == "1>p5 BYE")
  }

  // Proves: rfc3311-5.2-01 rfc3311-5.2-03 rfc3311-5.2-05
  @Test("An UPDATE with an offer is answered by the application; while it owes an answer another one gets 500")
  func updateWithOffer() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("UPDATE", tag: tag, cseq: "2 UPDATE", branch: "z9hG4bKup", offer: "one"))
    world.send(world.peerRequest("UPDATE", tag: tag, cseq: "3 UPDATE", branch: "z9hG4bKup2", offer: "two"))
    world.settle()
    #expect(world.story(0) == ["offered one"])
    #expect(world.response?.status == .serverInternalError)
    #expect((world.response?.value(RetryAfter.self)?.seconds ?? 99) <= 10)
    world.command(0, .answer(try #require(knownSession), World.sdp("answer one")))
    world.settle()
    #expect(world.response?.status == .ok)
    #expect(world.response?.body == Array("answer one".utf8))
  }

  // Proves: rfc3311-5.2-02
  @Test("An UPDATE with an offer while ours is open gets 491")
  func updateGlare() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.command(0, .offer(try #require(knownSession), World.sdp("mine")))
    world.settle()
    world.send(world.peerRequest("UPDATE", tag: tag, cseq: "2 UPDATE", branch: "z9hG4bKup", offer: "theirs"))
    world.settle()
    #expect(world.response?.status == .requestPending)
  }

  @Test("A CANCEL of a re-INVITE takes the offer back: 487, and the session goes on")
  func cancelledReinvite() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "2 INVITE", branch: "z9hG4bKre", offer: "one"))
    world.settle()
    world.send(world.peerRequest("CANCEL", tag: tag, cseq: "2 CANCEL", branch: "z9hG4bKre"))
    world.settle()
    #expect(world.responses(.requestTerminated).count == 1)
    world.send(world.peerRequest("ACK", tag: tag, cseq: "2 ACK", branch: "z9hG4bKre"))
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "3 INVITE", branch: "z9hG4bKre3", offer: "two"))
    world.settle()
    #expect(world.story(0) == ["offered one", "offered two"])
  }

  // Proves: rfc3261-12.2.1.2-02
  @Test("A re-INVITE that the peer answers with 481 ends the session with BYE")
  func lostDialog() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .offer(try #require(knownSession), World.sdp("mine")))
    world.settle()
    world.answer(try #require(world.request(.invite)), .callDoesNotExist, tag: nil)
    world.settle()
    #expect(world.story(0) == ["ended failed 481"])
    #expect(world.request(.bye) != nil)
  }

  @Test("BYE while our re-INVITE is under way: its late 200 is acknowledged and changes nothing")
  func byeCrossesReinvite() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.command(0, .offer(try #require(knownSession), World.sdp("mine")))
    world.settle()
    let invite = try #require(world.request(.invite))
    world.send(world.peerRequest("BYE", tag: tag, cseq: "2 BYE", branch: "z9hG4bKbye"))
    world.settle()
    world.answer(invite, .ok, tag: nil, body: "late")
    world.settle()
    #expect(world.request(.ack)?.cseq?.number == invite.cseq?.number)
    #expect(world.story(0) == ["ended remote"])
  }

  @Test("INFO within a dialog: to the application, and from it")
  func info() throws {
    var world = World(agents: 2)
    let (caller, called) = world.establish()
    world.command(0, .requestInDialog(RequestID(2), caller, .info, HeaderFields(), nil))
    world.settle()
    guard case .request(let id, let request, session: let session) = try #require(world.events[1].first) else {
      Issue.record("no request")
      return
    }
    #expect(request.method == .info)
    #expect(session == called)
    world.command(1, .respond(id, .ok, reason: nil, HeaderFields(), nil))
    world.settle()
    guard case .response(RequestID(2), let response) = try #require(world.events[0].first) else {
      Issue.record("no response")
      return
    }
    #expect(response.status == .ok)
  }

  @Test("REFER within a dialog gets 405 as long as nobody handles it")
  func refer() {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("REFER", tag: tag, cseq: "2 REFER", branch: "z9hG4bKrf", extra: ["Refer-To: <sip:c@example.com>"]))
    world.settle()
    #expect(world.response?.status == .methodNotAllowed)
  }

  // Proves: rfc3261-14.1-04 rfc3261-14.1-05
  @Test("Section 14.1: a re-INVITE that nobody answers is cancelled, and the next one waits for its final response")
  func unansweredReinvite() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    let session = try #require(knownSession)
    world.command(0, .offer(session, World.sdp("first")))
    world.settle()
    let first = try #require(world.request(.invite))
    world.answer(first, .ringing, tag: nil)
    world.run(for: .seconds(181))
    #expect(world.request(.cancel) != nil)
    world.command(0, .offer(session, World.sdp("second")))
    world.settle()
    #expect(world.attempts(.invite) == 1)
    #expect(world.story(0) == [])
    world.answer(first, .requestTerminated, tag: nil)
    world.settle()
    #expect(world.story(0) == ["offer refused 408"])
    #expect(world.attempts(.invite) == 2)
    #expect(world.request(.invite)?.body == Array("second".utf8))
  }

  @Test("A 200 that crosses the CANCEL of a re-INVITE is acknowledged, and its answer holds at both ends")
  func crossedReinvite() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .offer(try #require(knownSession), World.sdp("first")))
    world.settle()
    let first = try #require(world.request(.invite))
    world.answer(first, .ringing, tag: nil)
    world.run(for: .seconds(181))
    world.answer(first, .ok, tag: nil, body: "late answer")
    world.settle()
    #expect(world.request(.ack)?.cseq?.number == first.cseq?.number)
    #expect(world.story(0) == ["answered late answer"])
    #expect(world.request(.bye) == nil)
  }
}
