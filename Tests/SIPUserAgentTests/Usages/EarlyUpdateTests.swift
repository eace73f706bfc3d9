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
}
