import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 8.1.3.4: redirection, with the user's consent")
struct RedirectionTests {
  private func redirected(to contacts: String) throws -> (World, Request) {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .movedTemporarily) { $0.fields.append(name: .contact, value: contacts) }
    world.settle()
    return (world, invite)
  }

  // Proves: rfc3261-8.1.3.4-01
  @Test("The application is asked, the most wanted target first; nothing is sent before it agrees")
  func consent() throws {
    let (world, _) = try redirected(to: "<sip:a@192.0.2.102>;q=0.3, <sip:b@192.0.2.103>;q=0.9, <mailto:x@example.com>")
    #expect(world.story(0) == ["redirected sip:b@192.0.2.103 sip:a@192.0.2.102"])
    #expect(world.ladder.last == "1>p1 ACK")
  }

  // Proves: rfc3261-8.1.3.4-07 rfc3261-8.1.3.4-08 rfc3261-8.1.3.4-11 rfc3261-8.1.3.4-12 rfc3261-13.2.2.2-01
  // Proves: rfc3261-8.1.3.4-06 rfc3261-8.1.3.4-13 rfc3261-21.3.3-01
  @Test("Following keeps Call-ID, To and From and takes the next CSeq; the next target is tried when one refuses")
  func follow() throws {
    var (world, first) = try redirected(to: "<sip:a@192.0.2.102>, <sip:b@192.0.2.103>")
    world.command(0, .follow(SessionID(1), [World.uri("sip:a@192.0.2.102"), World.uri("sip:b@192.0.2.103")]))
    world.settle()
    let second = try #require(world.request(.invite))
    #expect(second.uri.description == "sip:a@192.0.2.102")
    #expect(second.callID == first.callID)
    #expect(second.body == first.body && second.contentType == first.contentType && !first.body.isEmpty)
    #expect(second.fields.first(.contact) == first.fields.first(.contact))
    #expect(second.topVia?.branch != first.topVia?.branch)
    #expect(second.from?.tag == first.from?.tag)
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
    world.answer(second, .busyHere, from: World.peer(1))
    world.settle()
    let third = try #require(world.request(.invite))
    #expect(third.uri.description == "sip:b@192.0.2.103")
    world.answer(third, .ok, body: "answer", from: World.peer(2))
    world.settle()
    #expect(world.story(0).suffix(2) == ["answered answer", "established"])
  }

  // Proves: rfc3261-8.1.3.4-02
  @Test("A redirection to where we have been is a refusal")
  func circle() throws {
    let (world, _) = try redirected(to: "<sip:peer@192.0.2.101>")
    #expect(world.story(0) == ["ended refused 302"])
  }

  @Test("A chain of redirections ends after eight targets")
  func chain() throws {
    var (world, _) = try redirected(to: "<sip:hop1@192.0.2.101>")
    for step in 1...20 {
      guard world.story(0).last?.hasPrefix("redirected") == true else { break }
      world.command(0, .follow(SessionID(1), [World.uri("sip:hop\(step)@192.0.2.101")]))
      world.settle()
      let invite = try #require(world.request(.invite))
      world.answer(invite, .movedTemporarily) { $0.fields.append(name: .contact, value: "<sip:hop\(step + 1)@192.0.2.101>") }
      world.settle()
    }
    #expect(world.story(0).last == "ended refused 302")
    #expect(world.requests(.invite).count == 8)
  }

  @Test("Declining a redirection ends the call")
  func decline() throws {
    var (world, _) = try redirected(to: "<sip:a@192.0.2.102>")
    world.command(0, .end(SessionID(1), reason: nil))
    world.run(for: .seconds(1))
    #expect(world.story(0).last == "ended local")
    #expect(world.agents[0].sessionCount == 0)
  }
}
