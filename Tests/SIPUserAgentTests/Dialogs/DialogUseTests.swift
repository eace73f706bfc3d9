import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 12, 13.3 and 15: a dialog in use")
struct DialogUseTests {
  /// Incoming sessions are numbered from here.
  private static let session = SessionID(1 << 32 | 1)

  private func calling() throws -> (World, Request) {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    return (world, try #require(world.request(.invite)))
  }

  // Proves: rfc3261-12.1.1-01 rfc3261-12.1.1-02 rfc3261-12.1.1-03
  @Test("What makes a dialog repeats every Record-Route value byte for byte and in order, known parameters and unknown ones")
  func recordRoutes() throws {
    var world = World(agents: 1)
    let routes = [
      "<sip:192.0.2.102;lr;future=%41>;x=\"a, b\", <sip:192.0.2.103>", "\"Edge\" <sip:192.0.2.104;transport=udp;lr>;flag",
    ]
    world.send(Script.invite(extra: routes.map { "Record-Route: \($0)" }))
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.command(0, .accept(Self.session, World.sdp("answer")))
    world.settle()
    for response in try [#require(world.responses(.ringing).first), #require(world.responses(.ok).first)] {
      #expect(response.fields.values(.recordRoute) == routes)
      #expect(response.contacts.count == 1)
      #expect(response.contacts.first?.uri?.sip != nil)
    }
  }

  // Proves: rfc3261-12.1.1-06 rfc3261-12.1.2-03 rfc3261-8.1.1.4-01 rfc3261-12.2.1.1-07
  @Test("After hours a dialog still knows its tags, Call-ID, target and numbers, at both ends", arguments: [true, false])
  func lasting(_ isCaller: Bool) throws {
    var world = World(agents: 1)
    var session = SessionID(1)
    var callID = "call1"
    var remoteTag = "bob"
    if isCaller {
      world.call(to: "sip:peer@192.0.2.101")
      world.settle()
      let invite = try #require(world.request(.invite))
      callID = try #require(invite.callID)
      remoteTag = "peer"
      world.answer(invite, .ok, body: "answer")
      world.settle()
    } else {
      _ = world.establishFromPeer()
      session = Self.session
    }
    var numbers: [UInt32] = []
    for number in 1...4 {
      world.run(for: .seconds(3600))
      world.command(0, .requestInDialog(RequestID(UInt64(number * 2)), session, .info, HeaderFields(), nil))
      world.settle()
      let info = try #require(world.request(.info))
      #expect(info.callID == callID && info.to?.tag == remoteTag)
      #expect(info.uri.sip?.host.description == "192.0.2.101")
      numbers.append(try #require(info.cseq?.number))
      world.answer(info, .ok, tag: nil)
      world.settle()
    }
    world.command(0, .end(session, reason: nil))
    world.settle()
    numbers.append(try #require(world.request(.bye)?.cseq?.number))
    if isCaller { numbers.insert(try #require(world.request(.invite)?.cseq?.number), at: 0) }
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 })
    #expect((numbers.first ?? 0) >= 1 && (numbers.last ?? .max) < 1 << 31)
  }

  // Proves: rfc3261-12.2.1.1-17
  @Test("A target refresh names the same Contact as before")
  func sameContact() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, body: "answer")
    world.settle()
    world.command(0, .offer(SessionID(1), World.sdp("again")))
    world.settle()
    let second = try #require(world.requests(.invite).last)
    #expect(second.cseq != invite.cseq)
    #expect(second.contacts.map(\.text) == invite.contacts.map(\.text))
  }

  // Proves: rfc3261-16.6-31
  @Test("The Record-Route of one call is no route of the next")
  func routesEnd() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, body: "answer") { $0.fields.append(name: .recordRoute, value: "<sip:192.0.2.102;lr>") }
    world.settle()
    world.call(SessionID(3), to: "sip:peer@192.0.2.101")
    world.settle()
    let next = try #require(world.requests(.invite).last)
    #expect(next.callID != invite.callID)
    #expect(!next.fields.contains(.route))
  }

  // Proves: rfc3261-12.2.2-03 rfc3261-12.2.2-04 rfc3261-12.2.2-05 rfc3261-12.2.2-06
  @Test("A request whose number is lower than the last gets 500; the first number and gaps are taken as they come")
  func order() throws {
    var (world, invite) = try calling()
    world.answer(invite, .ok, body: "answer")
    world.settle()
    let own = try #require(invite.from?.tag)
    func receive(_ number: Int) -> StatusCode? {
      world.send(
        Script.request(
          "UPDATE", branch: "z9hG4bKn\(number)", from: "<sip:peer@192.0.2.101>;tag=peer", to: "<sip:alice@example.com>;tag=\(own)",
          callID: invite.callID ?? "", cseq: "\(number) UPDATE", extra: ["Contact: <sip:peer@192.0.2.101>"]))
      world.settle()
      return world.response?.status
    }
    #expect(receive(70) == .ok)
    #expect(receive(900) == .ok)
    #expect(receive(899) == .serverInternalError)
    #expect(receive(71) == .serverInternalError)
    #expect(receive(901) == .ok)
  }

  // Proves: rfc3261-8.2-02
  @Test("A request that is refused changes nothing: the target stays where it was")
  func refusedRequest() throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(
      world.peerRequest("UPDATE", tag: tag, cseq: "2 UPDATE", branch: "z9hG4bKup", extra: ["Require: foo"]).replacing(
        "<sip:bob@192.0.2.101>", with: "<sip:bob@192.0.2.105>"))
    world.settle()
    #expect(world.response?.status == .badExtension)
    world.command(0, .end(Self.session, reason: nil))
    world.settle()
    #expect(world.ladder.last == "1>p1 BYE")
  }

  // Proves: rfc3261-12.2.1.2-03
  @Test("A request within the dialog that nobody answers ends it")
  func silence() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .requestInDialog(RequestID(2), Self.session, .info, HeaderFields(), nil))
    world.run(for: .seconds(33))
    #expect(world.story(0) == ["ended failed 408"])
    #expect(world.request(.bye) != nil)
  }

  // Proves: rfc3261-15-02 rfc3261-15-03
  @Test("No BYE without a confirmed dialog: the called side refuses while it rings, and a refused caller sends none")
  func noBye() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.command(0, .end(Self.session, reason: nil))
    world.run(for: .seconds(1))
    #expect(world.responses(.temporarilyUnavailable).isEmpty == false)
    #expect(world.request(.bye) == nil)
    var (other, invite) = try calling()
    other.answer(invite, .ringing)
    other.answer(invite, .busyHere)
    other.settle()
    other.command(0, .end(SessionID(1), reason: nil))
    other.run(for: .seconds(40))
    #expect(other.request(.bye) == nil)
  }

  // Proves: rfc3261-15.1.1-02
  @Test("Whatever comes of the BYE, the session and its dialog are over", arguments: [481, 408, 500, nil])
  func byeAnswer(_ status: Int?) throws {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.command(0, .end(Self.session, reason: nil))
    world.settle()
    let bye = try #require(world.request(.bye))
    if let status { world.answer(bye, StatusCode(status), tag: nil) }
    world.run(for: .seconds(status == nil ? 100 : 1))
    #expect(world.story(0) == ["ended local"])
    #expect(world.agents[0].sessionCount == 0)
    #expect(world.attempts(.bye) == 1)
    world.send(world.peerRequest("INFO", tag: tag, cseq: "9 INFO", branch: "z9hG4bKlate"))
    world.settle()
    #expect(world.response?.status == .callDoesNotExist)
  }

  // Proves: rfc3261-15-01 rfc3261-15.1.2-03 rfc3261-15.1.2-04
  @Test("A BYE is answered with 200 and ends the session, also one that comes before the ACK")
  func earlyBye() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .accept(Self.session, World.sdp("answer")))
    world.settle()
    let tag = try #require(world.responses(.ok).last?.to?.tag)
    world.send(world.peerRequest("BYE", tag: tag, cseq: "2 BYE", branch: "z9hG4bKbye"))
    world.settle()
    #expect(world.responses(.ok).last?.cseq?.method == .bye)
    #expect(world.story(0) == ["incoming", "established", "ended remote"])
    let repeated = world.responses(.ok).count
    world.run(for: .seconds(40))
    #expect(world.responses(.ok).count == repeated, "Nothing is repeated for a session that is over.")
  }

  @Test("A telephone number that is called without a route goes to the account's own domain as it is (section 19.1.6)")
  func telephoneNumber() throws {
    var world = World(agents: 1)
    let identity = World.identity("sip:alice@192.0.2.101")
    let target = World.uri("tel:+49-30-901820;ext=5")
    world.command(0, .invite(SessionID(1), InviteOrder(identity: identity, target: target, offer: World.sdp("offer"))))
    world.settle()
    #expect(world.ladder.first == "1>p1 INVITE")
    #expect(world.request(.invite)?.uri.description == "tel:+49-30-901820;ext=5")
  }

  // Proves: rfc3261-13.3.1.1-02 rfc3261-8.2.6.2-07
  @Test("Every response to one INVITE has the same To tag, except 100, which has none")
  func oneTag() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.run(for: .milliseconds(300))
    #expect(world.responses(.trying).first?.to?.tag == nil && world.responses(.trying).count == 1)
    for status in [StatusCode.ringing, .sessionProgress, StatusCode(182), .ringing] {
      world.command(0, .provisional(Self.session, status, nil))
    }
    world.command(0, .accept(Self.session, World.sdp("answer")))
    world.settle()
    let tags = world.mail.compactMap { $0.message.response }.filter { $0.status != .trying }.map { $0.to?.tag }
    #expect(tags.count == 5 && Set(tags).count == 1 && tags.first != .some(nil))
  }
}
