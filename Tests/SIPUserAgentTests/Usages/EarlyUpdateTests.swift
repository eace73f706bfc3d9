import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3311 section 5: UPDATE before the answer")
struct EarlyUpdateTests {
  // Proves: rfc3311-5.1-04 rfc3311-4-03 rfc3311-4-02
  @Test("The Contact of our answer to an early UPDATE is that of the 2xx to the INVITE, and both say that we take UPDATE")
  func contact() throws {
    var world = World(agents: 1)
    let session = SessionID(1 << 32 | 1)
    world.send(Script.invite(extra: ["Supported: 100rel"]))
    world.settle()
    world.command(0, .provisional(session, .sessionProgress, World.sdp("answer")))
    world.settle()
    let progress = try #require(world.responses(.sessionProgress).first)
    #expect(progress.fields.allowedMethods?.contains(.update) == true)
    let tag = progress.to?.tag ?? ""
    let number = try #require(progress.value(RSeq.self)?.value)
    world.send(world.peerRequest("PRACK", tag: tag, cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"]))
    world.send(world.peerRequest("UPDATE", tag: tag, cseq: "3 UPDATE", branch: "z9hG4bKu"))
    world.settle()
    let update = try #require(world.responses(.ok).last)
    #expect(update.cseq == CSeq(3, .update))
    world.command(0, .accept(session, nil))
    world.settle()
    let success = try #require(world.responses(.ok).last)
    #expect(success.cseq == CSeq(1, .invite))
    #expect(success.contacts.map(\.text) == update.contacts.map(\.text) && !update.contacts.isEmpty)
    #expect(success.fields.allowedMethods?.contains(.update) == true)
  }

  @Test("Who is called offers anew by UPDATE when its reliable answer has been acknowledged, and not before")
  func offerOfTheCalled() throws {
    var world = World(agents: 1)
    let session = SessionID(1 << 32 | 1)
    world.send(Script.invite(extra: ["Supported: 100rel", "Allow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE"]))
    world.settle()
    world.command(0, .provisional(session, .sessionProgress, World.sdp("answer")))
    world.settle()
    let progress = try #require(world.responses(.sessionProgress).first)
    let number = try #require(progress.value(RSeq.self)?.value)
    world.command(0, .offer(session, World.sdp("anew")))
    world.settle()
    #expect(world.request(.update) == nil)
    world.send(
      world.peerRequest(
        "PRACK", tag: progress.to?.tag ?? "", cseq: "2 PRACK", branch: "z9hG4bKp", extra: ["RAck: \(number) 1 INVITE"]))
    world.settle()
    let update = try #require(world.request(.update))
    #expect(String(decoding: update.body, as: UTF8.self).contains("anew"))
  }

  @Test("A caller offers anew by UPDATE when its first offer has been answered reliably, and never by a second INVITE")
  func offerOfTheCaller() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.command(0, .offer(SessionID(1), World.sdp("too early")))
    world.settle()
    world.answer(invite, .sessionProgress, body: "early") { response in
      response.fields.set(RSeq(1))
      response.fields.append(Require([.rel100]))
      response.fields.append(name: .allow, value: "INVITE, ACK, BYE, CANCEL, PRACK, UPDATE")
    }
    world.settle()
    world.answer(try #require(world.request(.prack)), .ok, tag: nil)
    world.settle()
    #expect(world.attempts(.invite) == 1)
    let update = try #require(world.request(.update))
    #expect(String(decoding: update.body, as: UTF8.self).contains("too early"), "It waited for its turn.")
    // Section 5.3: 491 is for the pauses of RFC 3261 section 14.1; whoever made the Call-ID waits 2.1 to 4 seconds.
    world.answer(update, .requestPending, tag: nil)
    world.run(for: .milliseconds(2000))
    #expect(world.request(.update)?.cseq == update.cseq)
    world.run(for: .milliseconds(2100))
    let second = try #require(world.request(.update))
    #expect(second.cseq?.number == (update.cseq?.number ?? 0) + 1 && second.body == update.body)
    #expect(world.story(0).last == "progress 183", "The call goes on meanwhile.")
  }
}
