import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 13.2.1 and 14, RFC 3262 section 5, RFC 3264 section 4: when an offer and an answer may travel")
struct OfferAnswerTimingTests {
  /// Incoming sessions are numbered from here.
  private static let session = SessionID(1 << 32 | 1)

  // Proves: rfc3261-13.2.1-10 rfc3261-13.2.1-11 rfc3261-13.3.1.4-02
  @Test("The answer to an INVITE's offer stands in the 2xx, also when an unreliable provisional response had it before")
  func answerInSuccess() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .provisional(Self.session, .sessionProgress, World.sdp("answer")))
    world.command(0, .accept(Self.session, nil))
    world.settle()
    #expect(world.responses(.sessionProgress).first?.body == Array("answer".utf8))
    #expect(world.responses(.ok).first?.body == Array("answer".utf8))
    var bare = World(agents: 1)
    bare.send(Script.invite())
    bare.settle()
    bare.command(0, .accept(Self.session, nil))
    bare.settle()
    #expect(bare.responses(.ok).isEmpty, "Without anything to answer with there is no 2xx.")
  }

  // Proves: rfc3261-13.2.1-09 rfc3261-13.3.1-04 rfc3261-13.3.1.4-03
  @Test("Without an offer in the INVITE ours waits for the first reliable message: no unreliable 183 holds it, the 2xx does")
  func lateOffer() throws {
    var world = World(agents: 1)
    world.send(Script.invite(offer: nil))
    world.settle()
    world.command(0, .provisional(Self.session, .sessionProgress, World.sdp("too early")))
    world.command(0, .accept(Self.session, World.sdp("offer")))
    world.settle()
    #expect(world.responses(.sessionProgress).first?.body == [])
    #expect(world.responses(.ok).first?.body == Array("offer".utf8))
    var reliable = World(agents: 1)
    reliable.send(Script.invite(extra: ["Supported: 100rel"], offer: nil))
    reliable.settle()
    reliable.command(0, .provisional(Self.session, .sessionProgress, World.sdp("offer")))
    reliable.settle()
    #expect(reliable.responses(.sessionProgress).first?.body == Array("offer".utf8))
  }

  // Proves: rfc3261-13.2.1-15 rfc3262-5-01
  @Test("Once agreed by a reliable provisional response, no later response to the INVITE holds a description")
  func noSecondOffer() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Supported: 100rel"]))
    world.settle()
    world.command(0, .provisional(Self.session, .sessionProgress, World.sdp("answer")))
    world.settle()
    let first = try #require(world.responses(.sessionProgress).first)
    let number = try #require(first.value(RSeq.self)?.value)
    let tag = first.to?.tag ?? ""
    world.send(world.peerRequest("PRACK", tag: tag, cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"]))
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, World.sdp("another offer")))
    world.settle()
    let second = try #require(world.responses(.ringing).first?.value(RSeq.self)?.value)
    world.send(world.peerRequest("PRACK", tag: tag, cseq: "3 PRACK", branch: "z9hG4bKp2", extra: ["RAck: \(second) 1 INVITE"]))
    world.settle()
    world.command(0, .accept(Self.session, World.sdp("yet another")))
    world.settle()
    #expect(world.responses(.ringing).first?.body == [])
    let success = world.responses(.ok).last { $0.cseq?.method == .invite }
    #expect(success?.body == [])
  }

  // Proves: rfc3261-13.2.1-14 rfc3264-4-03 rfc3264-4-04 rfc3261-14.1-04
  @Test("Our next offer waits until the open one is answered, whoever made it")
  func oneOffer() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.command(0, .offer(Self.session, World.sdp("one")))
    world.command(0, .offer(Self.session, World.sdp("two")))
    world.run(for: .seconds(1))
    #expect(world.attempts(.invite) == 1)
    world.answer(try #require(world.request(.invite)), .ok, tag: nil, body: "answer")
    world.settle()
    #expect(world.requests(.invite).last?.body == Array("two".utf8))
    world.answer(try #require(world.request(.invite)), .ok, tag: nil, body: "answer")
    world.settle()
    world.send(world.peerRequest("INVITE", tag: tag, cseq: "2 INVITE", branch: "z9hG4bKre", offer: "theirs"))
    world.settle()
    world.command(0, .offer(Self.session, World.sdp("three")))
    world.run(for: .seconds(1))
    #expect(world.attempts(.invite) == 2)
    world.command(0, .answer(Self.session, World.sdp("ours")))
    world.run(for: .seconds(1))
    #expect(world.attempts(.invite) == 2, "Not before the ACK: section 14.1.")
    world.send(world.peerRequest("ACK", tag: tag, cseq: "2 ACK", branch: "z9hG4bKack2"))
    world.settle()
    #expect(world.attempts(.invite) == 3)
  }

  // Proves: rfc3261-14.1-06
  @Test("A re-INVITE waits for the ACK to the INVITE that we have just answered")
  func waitsForAcknowledgement() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .accept(Self.session, World.sdp("answer")))
    world.command(0, .offer(Self.session, World.sdp("hold")))
    world.run(for: .seconds(2))
    #expect(world.request(.invite) == nil)
    let tag = try #require(world.responses(.ok).last?.to?.tag)
    world.send(world.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    world.settle()
    #expect(world.request(.invite)?.body == Array("hold".utf8))
  }

  // Proves: rfc3261-14.1-07
  @Test("Other requests do not wait for a re-INVITE")
  func others() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .offer(Self.session, World.sdp("hold")))
    world.command(0, .requestInDialog(RequestID(2), Self.session, .info, HeaderFields(), nil))
    world.settle()
    #expect(world.request(.info) != nil)
  }

  // Proves: rfc3261-14.1-11 rfc3261-14.1-10 rfc3311-5.3-02
  @Test("After 491 the owner of the Call-ID waits 2.1 to 4 s, and the other side up to 2 s, in steps of 10 ms", arguments: 1...20)
  func pause(seed: Int) throws {
    for isOwner in [true, false] {
      var world = World(agents: 0)
      world.add(UserAgentConfiguration(), [], seed: UInt64(seed))
      var session = SessionID(1)
      if isOwner {
        world.call(to: "sip:peer@192.0.2.101")
        world.settle()
        world.answer(try #require(world.request(.invite)), .ok, body: "answer")
        world.settle()
      } else {
        _ = world.establishFromPeer()
        session = Self.session
      }
      let before = world.attempts(.invite)
      world.command(0, .offer(session, World.sdp("hold")))
      world.settle()
      world.answer(try #require(world.request(.invite)), .requestPending, tag: nil)
      world.run(for: .milliseconds(10))
      let refused = world.now
      while world.attempts(.invite) == before + 1, world.now < refused + .seconds(6) { world.run(for: .milliseconds(10)) }
      #expect(world.attempts(.invite) == before + 2)
      let pause = world.now - refused
      #expect(isOwner ? (.milliseconds(2100)) ... .milliseconds(4030) ~= pause : pause <= .milliseconds(2030))
    }
  }

  // Proves: rfc3262-3-03 rfc3262-3-06
  @Test("A re-INVITE gets no reliable provisional response, whatever it supports")
  func reinvite() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(
      world.peerRequest("INVITE", tag: tag, cseq: "2 INVITE", branch: "z9hG4bKre", extra: ["Supported: 100rel"], offer: "theirs"))
    world.settle()
    world.command(0, .provisional(Self.session, .sessionProgress, World.sdp("early")))
    world.run(for: .seconds(3))
    let responses = world.mail.compactMap { $0.message.response }.filter { $0.cseq == CSeq(2, .invite) }
    #expect(responses.map(\.status) == [.trying])
    #expect(responses.allSatisfy { !$0.fields.contains(.rSeq) })
  }

  // Proves: rfc3262-3-11 rfc3262-3-23
  @Test("The first RSeq leaves room for all that follow: 1 to 2^31 - 1", arguments: 1...40)
  func firstNumber(seed: Int) throws {
    var world = World(agents: 0)
    world.add(UserAgentConfiguration(), [], seed: UInt64(seed))
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.settle()
    let number = try #require(world.responses(.ringing).first?.value(RSeq.self)?.value)
    #expect(number >= 1 && number < 1 << 31 - 1000)
  }

  // Proves: rfc3262-3-27
  @Test("After the final response no further reliable provisional one goes out, not even one that waited its turn")
  func afterFinal() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.command(0, .provisional(Self.session, .sessionProgress, nil))
    world.command(0, .accept(Self.session, World.sdp("answer")))
    world.settle()
    let ringing = try #require(world.responses(.ringing).first)
    let number = try #require(ringing.value(RSeq.self)?.value)
    world.send(
      world.peerRequest(
        "PRACK", tag: ringing.to?.tag ?? "", cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"]))
    world.run(for: .seconds(5))
    #expect(world.responses(.sessionProgress).isEmpty)
  }

  // Proves: rfc3262-4-04
  @Test("100rel in a 100 is ignored: no PRACK")
  func reliableTrying() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    world.answer(try #require(world.request(.invite)), .trying, tag: nil) { response in
      response.fields.set(RSeq(1))
      response.fields.append(Require([.rel100]))
    }
    world.settle()
    #expect(world.request(.prack) == nil)
  }

  // Proves: rfc3262-4-05 rfc3262-4-06 rfc3262-4-11
  @Test(
    "A reliable provisional response makes the dialog that its PRACK travels in, and the numbers are kept to the final response")
  func earlyDialog() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    func ring(_ number: UInt32) {
      world.answer(invite, .ringing) { response in
        response.fields.set(RSeq(number))
        response.fields.append(Require([.rel100]))
      }
    }
    ring(5)
    world.settle()
    let prack = try #require(world.request(.prack))
    #expect(prack.to?.tag == "peer" && prack.callID == invite.callID)
    #expect(prack.fields.first(.rAck) == "5 \(invite.cseq?.number ?? 0) INVITE")
    #expect(prack.cseq == CSeq((invite.cseq?.number ?? 0) + 1, .prack))
    world.answer(prack, .ok, tag: nil)
    world.run(for: .seconds(100))
    ring(5)
    ring(7)
    world.settle()
    #expect(world.attempts(.prack) == 1)
    ring(6)
    world.settle()
    #expect(world.attempts(.prack) == 2)
  }

  // Proves: rfc3262-5-05 rfc3262-5-08
  @Test("An offer in a PRACK is answered in the 2xx to the PRACK")
  func offerInPrack() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Supported: 100rel"]))
    world.settle()
    world.command(0, .provisional(Self.session, .sessionProgress, World.sdp("answer")))
    world.settle()
    let first = try #require(world.responses(.sessionProgress).first)
    let number = try #require(first.value(RSeq.self)?.value)
    world.send(
      world.peerRequest(
        "PRACK", tag: first.to?.tag ?? "", cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"], offer: "next"))
    world.settle()
    #expect(world.story(0).last == "offered next")
    #expect(world.responses(.ok).isEmpty)
    world.command(0, .answer(Self.session, World.sdp("agreed")))
    world.settle()
    #expect(world.responses(.ok).last?.cseq?.method == .prack)
    #expect(world.responses(.ok).last?.body == Array("agreed".utf8))
  }

  // Proves: rfc3311-5.3-01 rfc3261-14.1-09
  @Test("After a refused offer what was agreed before holds: a session refresh offers it again", arguments: [488, 500, 603, 415])
  func refused(_ status: Int) throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .offer(Self.session, World.sdp("first")))
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, tag: nil, body: "agreed")
    world.settle()
    world.command(0, .offer(Self.session, World.sdp("second")))
    world.settle()
    world.answer(try #require(world.request(.invite)), StatusCode(status), tag: nil)
    world.settle()
    #expect(world.story(0) == ["answered agreed", "offer refused \(status)"])
    #expect(world.request(.bye) == nil)
    // The peer may offer next, as if nothing had been.
    world.command(0, .offer(Self.session, World.sdp("third")))
    world.settle()
    #expect(world.request(.invite)?.body == Array("third".utf8))
  }
}
