import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 12.1 and 13.2.2.4: one INVITE, several dialogs")
struct ForkingTests {
  private func calling(offer: String? = "offer") throws -> (World, Request) {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101", offer: offer)
    world.settle()
    return (world, try #require(world.request(.invite)))
  }

  // Proves: rfc3261-13.2.2.4-02 rfc3261-13.2.2.4-03 rfc3261-13.2.2.4-09 rfc3261-15-05
  @Test("The first 2xx wins; that of another branch is acknowledged and hung up")
  func losingBranch() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ringing, tag: "one")
    world.answer(invite, .ringing, tag: "two")
    world.settle()
    world.answer(invite, .ok, tag: "two", body: "answer two")
    world.settle()
    world.answer(invite, .ok, tag: "one", body: "answer one")
    world.settle()
    #expect(world.story(0) == ["progress 180", "progress 180", "answered answer two", "established"])
    let acknowledged = world.requests(.ack).compactMap { $0.to?.tag }
    #expect(acknowledged == ["two", "one"])
    #expect(world.requests(.bye).compactMap { $0.to?.tag } == ["one"])
  }

  // Proves: rfc3261-13.2.2.4-08
  @Test("A repeated 2xx of the losing branch gets its ACK again, and no second BYE")
  func losingBranchRepeats() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, tag: "two", body: "answer two")
    world.answer(invite, .ok, tag: "one", body: "answer one")
    world.settle()
    world.answer(try #require(world.request(.bye)), .ok, tag: nil)
    world.answer(invite, .ok, tag: "one", body: "answer one")
    world.settle()
    #expect(world.requests(.ack).compactMap { $0.to?.tag } == ["two", "one", "one"])
    #expect(world.requests(.bye).count == 1)
  }

  @Test("Early answers of two branches: each is told, the last word is that of the branch that answers")
  func earlyMedia() throws {
    var (world, invite) = try calling()
    world.answer(invite, .sessionProgress, tag: "one", body: "early one")
    world.answer(invite, .sessionProgress, tag: "two", body: "early two")
    world.answer(invite, .ok, tag: "one")
    world.settle()
    #expect(
      world.story(0) == [
        "answered early one early", "progress 183", "answered early two early", "progress 183", "answered early one", "established",
      ])
  }

  @Test("199 ends a branch and not the call (RFC 6228)")
  func earlyDialogTerminated() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ringing, tag: "one")
    world.answer(invite, StatusCode(199), tag: "one")
    world.settle()
    world.answer(invite, .ok, tag: "two", body: "answer")
    world.settle()
    #expect(world.story(0).last == "established")
  }

  @Test("A BYE that overtakes the 2xx ends the call when that comes; until then other branches ring on")
  func byeBeforeSuccess() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ringing, tag: "one")
    world.answer(invite, .ringing, tag: "two")
    world.settle()
    let bye = Script.request(
      "BYE", branch: "z9hG4bKbye", from: "<sip:bob@192.0.2.101>;tag=one",
      to: "<sip:alice@example.com>;tag=\(invite.from?.tag ?? "")", callID: invite.callID ?? "", cseq: "1 BYE")
    world.send(bye)
    world.settle()
    #expect(world.ladder.last == "1>p1 200 BYE")
    #expect(!world.story(0).contains { $0.hasPrefix("ended") })
    world.answer(invite, .ok, tag: "one", body: "answer")
    world.settle()
    #expect(world.story(0).last == "ended remote")
    #expect(world.ladder.last == "1>p1 ACK")
    // It is repeated when the 2xx is, and nothing else ever follows.
    world.answer(invite, .ok, tag: "one", body: "answer")
    world.run(for: .seconds(40))
    #expect(world.ladder.last == "1>p1 ACK")
    #expect(world.requests(.bye).isEmpty)
  }

  @Test("A flood of tags makes no more than sixteen early dialogs, and the call can still be answered")
  func flood() throws {
    var (world, invite) = try calling()
    for index in 0..<40 { world.answer(invite, .ringing, tag: "tag\(index)") }
    world.settle()
    world.answer(invite, .ok, tag: "tag39", body: "answer")
    world.settle()
    #expect(world.story(0).last == "established")
    #expect(world.requests(.ack).last?.to?.tag == "tag39")
  }

  // Proves: rfc3261-12.1.2-04 rfc3261-17.1.1.3-01
  @Test("The route set of the dialog is the Record-Route of the 2xx, reversed; the ACK goes where its top leads")
  func recordRoute() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, tag: "one", body: "answer") { response in
      response.fields.append(name: .recordRoute, value: "<sip:192.0.2.103;lr>, <sip:192.0.2.102;lr>")
    }
    world.settle()
    let ack = try #require(world.request(.ack))
    #expect(ack.routes.map(\.address.uri.description) == ["sip:192.0.2.102;lr", "sip:192.0.2.103;lr"])
    #expect(ack.uri.description == "sip:peer@192.0.2.101:5060")
    #expect(world.ladder.last == "1>p2 ACK")
  }

  // Proves: rfc3261-13.2.2.4-03 rfc3261-13.2.2.4-09
  @Test("A 2xx that comes after everything was over is still acknowledged and hung up")
  func lateSuccess() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, tag: "one", body: "answer")
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    world.answer(try #require(world.request(.bye)), .ok, tag: nil)
    world.run(for: .seconds(10))
    world.answer(invite, .ok, tag: "late", body: "answer")
    world.settle()
    #expect(world.requests(.ack).last?.to?.tag == "late")
    #expect(world.requests(.bye).last?.to?.tag == "late")
    #expect(world.story(0) == ["answered answer", "established", "ended local"])
  }

  @Test("A 2xx whose Record-Route cannot be read is acknowledged and hung up: the way of the dialog is unknown")
  func illegibleRecordRoute() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, tag: "one", body: "answer") { response in
      response.fields.append(name: .recordRoute, value: "<sip:192.0.2.103;lr>, <sip:192.0.2.102")
    }
    world.settle()
    #expect(world.story(0) == ["ended failed 502"])
    #expect(world.request(.ack)?.to?.tag == "one")
    #expect(world.request(.bye)?.to?.tag == "one")
  }

  @Test("An INVITE whose Record-Route cannot be read gets 400")
  func illegibleRecordRouteOfCaller() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Record-Route: <sip:192.0.2.103;lr>, <sip:192.0.2.102"]))
    world.settle()
    #expect(world.response?.status == .badRequest)
    #expect(world.story(0) == [])
  }
}
