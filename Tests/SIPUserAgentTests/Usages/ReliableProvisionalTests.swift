import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3262: provisional responses that are acknowledged")
struct ReliableProvisionalTests {
  // Proves: rfc3262-4-06 rfc3262-5-01
  @Test("A 183 with a body is acknowledged by PRACK, and the 200 does not answer again")
  func reliableAnswer() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    let called = try #require(world.incoming(1))
    world.command(1, .provisional(called, .sessionProgress, World.sdp("early answer")))
    world.settle()
    world.command(1, .accept(called, World.sdp("early answer")))
    world.settle()
    #expect(
      world.ladder == [
        "1>2 INVITE", "2>1 183 INVITE", "1>2 PRACK", "2>1 200 PRACK", "2>1 200 INVITE", "1>2 ACK",
      ])
    #expect(world.story(0) == ["answered early answer early", "progress 183", "answered early answer", "established"])
  }

  @Test("A PRACK may bring a new offer when the first one is answered; its 2xx brings the answer (section 5)")
  func offerInPrack() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Supported: 100rel"]))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .provisional(session, .sessionProgress, World.sdp("answer")))
    world.settle()
    let progress = try #require(world.responses(.sessionProgress).first)
    let number = try #require(progress.value(RSeq.self)?.value)
    world.send(
      world.peerRequest(
        "PRACK", tag: progress.to?.tag ?? "", cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"],
        offer: "another offer"))
    world.settle()
    #expect(world.story(0).last == "offered another offer")
    #expect(world.responses(.ok).isEmpty)
    world.command(0, .answer(session, World.sdp("another answer")))
    world.settle()
    let success = try #require(world.responses(.ok).last)
    #expect(success.cseq == CSeq(2, .prack) && String(decoding: success.body, as: UTF8.self).contains("another answer"))
    world.command(0, .accept(session, World.sdp("late")))
    world.settle()
    #expect(world.responses(.ok).last?.cseq == CSeq(1, .invite) && world.responses(.ok).last?.body.isEmpty == true)
  }

  // Proves: rfc3262-3-17 rfc3262-3-25 rfc3262-5-07
  @Test("It is repeated from T1 on, doubling, until the PRACK comes; the 200 waits for that")
  func repetition() throws {
    var world = World(agents: 2)
    var isCut = true
    world.isLost = { $0 == "1>2 PRACK" && isCut }
    _ = isCut
    world.call()
    world.settle()
    let called = try #require(world.incoming(1))
    world.command(1, .provisional(called, .sessionProgress, World.sdp("early answer")))
    world.command(1, .accept(called, World.sdp("early answer")))
    world.run(for: .milliseconds(4000))
    // At 0, 0.5, 1.5 and 3.5 s.
    #expect(world.ladder.filter { $0 == "2>1 183 INVITE" }.count == 4)
    #expect(!world.ladder.contains("2>1 200 INVITE"))
    isCut = false
    world.isLost = { _ in false }
    world.run(for: .seconds(5))
    #expect(world.ladder.suffix(3) == ["2>1 200 PRACK", "2>1 200 INVITE", "1>2 ACK"])
  }

  // Proves: rfc3262-3-18
  @Test("Without any PRACK the INVITE is refused after 64*T1")
  func neverAcknowledged() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Supported: 100rel"]))
    world.settle()
    world.command(0, .provisional(try #require(world.incoming(0)), .sessionProgress, World.sdp("early")))
    world.run(for: .seconds(35))
    #expect(world.responses(.serverTimeout).isEmpty == false)
    #expect(world.story(0).last == "ended failed 504")
  }

  // Proves: rfc3262-3-01 rfc3262-3-15 rfc3262-3-16
  @Test("A PRACK that fits nothing gets 481")
  func strayPrack() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Supported: 100rel"]))
    world.settle()
    world.command(0, .provisional(try #require(world.incoming(0)), .sessionProgress, World.sdp("early")))
    world.settle()
    let response = try #require(world.responses(.sessionProgress).last)
    let number = try #require(response.value(RSeq.self)?.value)
    let tag = response.to?.tag ?? ""
    world.send(world.peerRequest("PRACK", tag: tag, cseq: "2 PRACK", branch: "z9hG4bKp1", extra: ["RAck: \(number &+ 1) 1 INVITE"]))
    world.settle()
    #expect(world.response?.status == .callDoesNotExist)
    world.send(world.peerRequest("PRACK", tag: tag, cseq: "3 PRACK", branch: "z9hG4bKp2", extra: ["RAck: \(number) 1 INVITE"]))
    world.settle()
    #expect(world.response?.status == .ok)
  }

  // Proves: rfc3262-4-08 rfc3262-4-09 rfc3262-4-10 rfc3262-4-12 rfc3262-4-13
  @Test("Out of order and repeated ones are dropped without a PRACK")
  func order() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    for number in [7, 7, 9, 8] as [UInt32] {
      world.answer(invite, .ringing) { response in
        response.fields.set(RSeq(number))
        response.fields.append(Require([.rel100]))
      }
    }
    world.settle()
    #expect(world.requests(.prack).compactMap { $0.value(RAck.self)?.responseNumber } == [7, 8])
  }

  // Proves: rfc3262-5-02 rfc3262-5-03 rfc3262-5-08
  @Test("Offerless INVITE: the offer in the 183, the answer in the PRACK")
  func offerInProvisional() throws {
    var world = World(agents: 2)
    world.call(offer: nil)
    world.settle()
    let called = try #require(world.incoming(1))
    world.command(1, .provisional(called, .sessionProgress, World.sdp("their offer")))
    world.settle()
    #expect(!world.ladder.contains("1>2 PRACK"))
    world.command(0, .answer(SessionID(1), World.sdp("my answer")))
    world.settle()
    #expect(world.story(1) == ["incoming", "answered my answer early"])
    world.command(1, .accept(called, nil))
    world.settle()
    #expect(world.story(0) == ["progress 183", "offered their offer", "answered their offer", "established"])
    #expect(world.story(1).suffix(2) == ["established", "acknowledged"])
  }

  // Proves: rfc3261-8.2.4-06 rfc3262-3-02 rfc3262-3-10 rfc3262-8.1-01
  @Test("A caller that requires it gets even a plain 180 reliably")
  func required() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.settle()
    world.command(0, .provisional(try #require(world.incoming(0)), .ringing, nil))
    world.settle()
    #expect(world.response?.value(RSeq.self) != nil)
    #expect(world.response?.fields.optionTags(Require.self) == [.rel100])
  }

  // Proves: rfc3262-3-08 rfc3262-3-09
  @Test("While it rings, who requires it hears so every two and a half minutes, each time with the next number")
  func ringingForLong() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.settle()
    world.command(0, .provisional(try #require(world.incoming(0)), .ringing, nil))
    world.settle()
    let first = try #require(world.responses(.ringing).last)
    let number = try #require(first.value(RSeq.self)?.value)
    world.send(
      world.peerRequest(
        "PRACK", tag: first.to?.tag ?? "", cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"]))
    world.run(for: .seconds(149))
    #expect(world.responses(.ringing).count == 1)
    world.run(for: .seconds(1))
    let numbers = world.responses(.ringing).compactMap { $0.value(RSeq.self)?.value }
    #expect(Set(numbers) == [number, number + 1])
  }

  // Proves: rfc3262-3-17 rfc3262-3-26
  @Test("The PRACK of a 180 without a body may come after our 200, and gets 200 once")
  func latePrack() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .provisional(session, .ringing, nil))
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    let ringing = try #require(world.responses(.ringing).last)
    let number = try #require(ringing.value(RSeq.self)?.value)
    let tag = ringing.to?.tag ?? ""
    #expect(world.responses(.ok).count == 1)
    for (cseq, status) in [(2, StatusCode.ok), (3, .callDoesNotExist)] {
      world.send(
        world.peerRequest("PRACK", tag: tag, cseq: "\(cseq) PRACK", branch: "z9hG4bKp\(cseq)", extra: ["RAck: \(number) 1 INVITE"]))
      world.settle()
      let answer = try #require(world.mail.compactMap { $0.message.response }.last { $0.cseq?.method == .prack })
      #expect(answer.status == status)
    }
    #expect(world.story(0) == ["incoming", "established"])
  }

  @Test("A 481 to our PRACK that comes after the 200 does not end the call")
  func refusedPrack() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ringing) { response in
      response.fields.set(RSeq(1))
      response.fields.append(Require([.rel100]))
    }
    world.answer(invite, .ok, body: "answer")
    world.settle()
    world.answer(try #require(world.request(.prack)), .callDoesNotExist, tag: nil)
    world.settle()
    #expect(world.story(0) == ["progress 180", "answered answer", "established"])
    #expect(world.request(.bye) == nil)
  }

  // Proves: rfc3262-3-11 rfc3262-3-12
  @Test("The first RSeq is drawn from all of 1 to 2^31 - 1")
  func firstNumber() throws {
    var world = World(agents: 40)
    for index in world.agents.indices {
      world.send(Script.invite(extra: ["Require: 100rel"]), to: index)
      world.settle()
      world.command(index, .provisional(try #require(world.incoming(index)), .ringing, nil))
      world.settle()
    }
    let numbers = world.responses(.ringing).compactMap { $0.value(RSeq.self)?.value }
    #expect(Set(numbers).count >= 40)
    #expect(numbers.allSatisfy { $0 >= 1 && $0 <= 0x7FFF_FFFF })
    #expect(numbers.contains { $0 > 0x6000_0000 } && numbers.contains { $0 < 0x2000_0000 })
  }
}
