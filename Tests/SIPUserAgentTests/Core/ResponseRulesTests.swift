import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 8.1.3, 8.2 and 11: what is made of requests and responses")
struct ResponseRulesTests {
  /// Incoming sessions are numbered from here.
  private static let session = SessionID(1 << 32 | 1)

  // Proves: rfc3261-8.2.6.2-01 rfc3261-8.2.6.2-02 rfc3261-8.2.6.2-03 rfc3261-8.2.6.2-04 rfc3261-8.2.6.2-06 rfc3261-8.2.6.2-07
  @Test("8.2.6.2: From, Call-ID, CSeq and every Via in order come back as they came; To too, with one tag for all but 100")
  func copies() throws {
    var world = World(agents: 1)
    let from = "\"Bob, the \\\"Builder\\\"\" <sip:bob@example.com;x=1?y=z>;tag=bob;future=1"
    let vias = [
      "SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bKtop;x=y", "SIP/2.0/TCP p2.example;branch=z9hG4bK2, SIP/2.0/TLS p3.example",
      "SIP/2.0/SCTP [2001:db8::1]:5061;branch=4",
    ]
    var lines = Script.invite(cseq: "4711 INVITE").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines = lines.flatMap { line -> [String] in
      if line.hasPrefix("Via:") { return vias.map { "Via: \($0)" } }
      if line.hasPrefix("From:") { return ["From: \(from)"] }
      return [line]
    }
    world.send(lines.joined(separator: "\n"))
    world.run(for: .milliseconds(300))
    world.command(0, .provisional(Self.session, .ringing, nil))
    world.command(0, .reject(Self.session, .busyHere, reason: nil, fields: HeaderFields()))
    world.settle()
    let responses = world.mail.compactMap { $0.message.response }
    #expect(responses.prefix(3).map(\.status) == [.trying, .ringing, .busyHere])
    for response in responses {
      #expect(response.fields.values(.from) == [from])
      #expect(response.fields.values(.callID) == ["call1"])
      #expect(response.fields.values(.cseq) == ["4711 INVITE"])
      #expect(response.fields.values(.via) == vias)
      #expect(response.to?.uri.description == "sip:alice@example.com")
    }
    #expect(responses[0].to?.tag == nil)
    #expect(responses[1].to?.tag != nil && responses[1].to?.tag == responses[2].to?.tag)
  }

  // Proves: rfc3261-8.2.6.2-05
  @Test("8.2.6.2: a To that has a tag comes back as it came")
  func tagStays() {
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("BYE", tag: tag, cseq: "2 BYE", branch: "z9hG4bKbye"))
    world.send(Script.request("INFO", branch: "z9hG4bKi", to: "\"A\" <sip:alice@example.com>;x=1;tag=gone", callID: "gone"))
    world.settle()
    #expect(world.responses(.ok).last?.fields.first(.to) == "<sip:alice@example.com>;tag=\(tag)")
    #expect(world.responses(.callDoesNotExist).last?.fields.first(.to) == "\"A\" <sip:alice@example.com>;x=1;tag=gone")
  }

  // Proves: rfc3261-8.2.2-01 rfc3261-7.3.2-01 rfc3261-20-08 rfc3261-8.2.2-02 rfc3261-8.2.2.1-02
  @Test("Fields that are unknown, malformed or of another kind of message do not keep a request from being served")
  func strangeFields() {
    var world = World(agents: 1)
    world.send(
      Script.invite(extra: [
        "X-Future: whatever;;;", "Min-Expires: soon", "WWW-Authenticate: \"", "Unsupported: foo", "Proxy-Authenticate: Basic",
        "RSeq: 7", "Retry-After: now", "Warning: nonsense",
      ]).replacing("To: <sip:alice@example.com>", with: "To: <tel:+1-212-555-0101>"))
    world.settle()
    #expect(world.story(0) == ["incoming"])
  }

  // Proves: rfc3261-7.3.2-01 rfc3261-20-09
  @Test("A request's fields in a response are not looked at: Max-Forwards 0, Require of nonsense, Route and Expires change nothing")
  func strangeResponse() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ok, body: "answer") { response in
      for (name, value) in [("Max-Forwards", "0"), ("Route", "<sip:192.0.2.109;lr>"), ("Subject", "x"), ("Proxy-Require", "foo")] {
        response.fields.append(name: HeaderName(name), value: value)
      }
    }
    world.settle()
    #expect(world.story(0) == ["answered answer", "established"])
    #expect(world.ladder.last == "1>p1 ACK")
  }

  // Proves: rfc3261-8.2.2.3-04
  @Test("Require is ignored in ACK and CANCEL")
  func requireIgnored() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.send(Script.request("CANCEL", extra: ["Require: foo", "Proxy-Require: bar"]))
    world.settle()
    #expect(world.mail.compactMap { $0.message.response }.map(\.status) == [.ok, .requestTerminated])
    #expect(world.story(0) == ["incoming", "ended cancelled"])
    var other = World(agents: 1)
    other.send(Script.invite())
    other.settle()
    other.command(0, .accept(Self.session, World.sdp("answer")))
    other.settle()
    let tag = try #require(other.responses(.ok).last?.to?.tag)
    other.send(other.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack", extra: ["Require: foo"]))
    other.run(for: .seconds(40))
    #expect(other.story(0) == ["incoming", "established", "acknowledged"])
  }

  // Proves: rfc3261-8.2.4-01 rfc3261-8.2.4-02 rfc3261-8.2.4-07 rfc3262-3-05
  @Test("An extension that the caller does not support is not used: the response is not reliable, and requires nothing")
  func unsupported() throws {
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .provisional(Self.session, .sessionProgress, World.sdp("early")))
    world.run(for: .seconds(10))
    let response = try #require(world.responses(.sessionProgress).first)
    #expect(!response.fields.contains(.require) && !response.fields.contains(.rSeq))
    #expect(world.responses(.sessionProgress).count == 1)
  }

  // Proves: rfc3262-3-04
  @Test("A 100 is never reliable, also when the caller requires it of provisional responses")
  func trying() throws {
    var world = World(agents: 1)
    world.send(Script.invite(extra: ["Require: 100rel"]))
    world.run(for: .seconds(5))
    #expect(world.responses(.trying).count == 1)
    #expect(try #require(world.responses(.trying).first).fields.contains(.rSeq) == false)
  }

  // Proves: rfc3261-8.1.3.2-01 rfc3261-14.1-09
  @Test(
    "A final status that nobody knows means what x00 of its class means",
    arguments: [(299, 200), (398, 300), (499, 400), (599, 500), (699, 600), (477, 400), (300, 300), (600, 600)])
  func unknownFinal(_ unknown: Int, _ known: Int) throws {
    func story(_ status: Int) throws -> [String] {
      var world = World(agents: 1)
      world.call(to: "sip:peer@192.0.2.101")
      world.settle()
      let invite = try #require(world.request(.invite))
      world.answer(invite, StatusCode(status), body: status < 300 ? "answer" : nil) { response in
        if status >= 300, status < 400 { response.fields.append(name: .contact, value: "<sip:other@192.0.2.102>") }
      }
      world.settle()
      return world.story(0).map { $0.replacing("\(status)", with: "x00") } + world.ladder.dropFirst(2)
    }
    #expect(try story(unknown) == (try story(known)))
    #expect(try story(unknown).contains("1>p1 ACK"))
  }

  // Proves: rfc3261-8.1.3.2-02 rfc3261-8.1.3.2-03
  @Test(
    "A provisional status that nobody knows means what 183 means, and 100 means nothing to the user",
    arguments: [183, 187, 199, 101])
  func unknownProvisional(_ status: Int) throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .trying)
    world.run(for: .seconds(3))
    #expect(world.requests(.invite).count == 1, "A 100 stops the retransmissions.")
    #expect(world.story(0) == [])
    // 199 is the one that an RFC has given a meaning since: RFC 6228.
    let code = StatusCode(status == 199 ? 198 : status)
    world.answer(invite, code, body: "early")
    world.settle()
    #expect(world.story(0) == ["answered early early", "progress \(code)"])
    world.command(0, .requestInDialog(RequestID(2), SessionID(1), .info, HeaderFields(), nil))
    world.settle()
    #expect(world.request(.info)?.to?.tag == "peer", "It made an early dialog.")
  }

  // Proves: rfc3261-8.1.3.1-02
  @Test("A request whose datagram comes back counts as answered with 503, at once")
  func transportError() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.input(0, .network(.datagramFailed(to: World.peer(), from: World.listener)))
    #expect(world.story(0) == ["ended failed 503"])
    let order = RequestOrder(identity: World.identity(), method: .options, target: World.uri("sip:peer@192.0.2.101"))
    world.command(0, .request(RequestID(2), order))
    world.input(0, .network(.datagramFailed(to: World.peer(), from: World.listener)))
    guard case .response(RequestID(2), let response) = try #require(world.events[0].last) else {
      Issue.record("no response")
      return
    }
    #expect(response.status == .serviceUnavailable)
  }

  // Proves: rfc3261-11.2-01
  @Test("OPTIONS is answered with the status that an INVITE would get: 200, or 486 when there is no room for another call")
  func optionsWhenBusy() {
    var world = World(agents: 1, configuration: UserAgentConfiguration(maximumSessions: 1))
    world.send(Script.request("OPTIONS", branch: "z9hG4bKo1", callID: "o1"))
    world.settle()
    #expect(world.response?.status == .ok)
    world.send(Script.invite())
    world.settle()
    world.send(Script.request("OPTIONS", branch: "z9hG4bKo2", callID: "o2"))
    world.settle()
    #expect(world.responses(.busyHere).map(\.callID) == ["o2"])
  }

  // Proves: rfc3261-8.2.1-04 rfc3261-20.5-01
  // Proves: rfc3261-13.2.1-02
  @Test("Allow lists every method that is served, ACK and CANCEL too, wherever it stands")
  func allow() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.send(Script.request("PUBLISH", branch: "z9hG4bK405", callID: "a"))
    world.send(Script.request("OPTIONS", branch: "z9hG4bK200", callID: "b"))
    world.settle()
    let methods: [Method] = [.invite, .ack, .cancel, .bye, .options, .prack, .update, .info]
    #expect(try #require(world.request(.invite)).fields.allowedMethods == methods)
    #expect(world.responses(.methodNotAllowed).last?.fields.allowedMethods == methods)
    #expect(world.responses(.ok).last?.fields.allowedMethods == methods)
  }

  // Proves: rfc3261-20.5-02
  @Test("A peer without Allow is not taken for one that can do nothing: it gets re-INVITE, INFO and BYE")
  func noAllow() throws {
    var world = World(agents: 1)
    _ = world.establishFromPeer()
    world.command(0, .requestInDialog(RequestID(2), Self.session, .info, HeaderFields(), nil))
    world.command(0, .offer(Self.session, World.sdp("again")))
    world.settle()
    #expect(world.request(.info) != nil && world.request(.invite) != nil)
  }

  // Proves: rfc3261-8.2.1-01 rfc3261-21.4.6-01
  // Proves: rfc3261-8.2-03
  @Test("The method is looked at before the fields are: 405 goes before 420 and 415")
  func methodFirst() {
    var world = World(agents: 1)
    world.send(Script.request("PUBLISH", extra: ["Require: foo", "Content-Type: application/unknown"], body: "x"))
    world.settle()
    #expect(world.response?.status == .methodNotAllowed)
  }

  // Proves: rfc3261-10.2-02 rfc3261-10.2-03
  @Test("Record-Route in the answer to a REGISTER is ignored: neither the next REGISTER nor a call takes that route")
  func recordRouteOfRegistrar() throws {
    var world = World(agents: 1)
    let registrar = try #require(World.uri("sip:192.0.2.101").sip)
    world.command(0, .register(RegistrationID(1), RegistrationSettings(identity: World.identity(), registrar: registrar)))
    world.settle()
    world.answer(try #require(world.request(.register)), .ok) { response in
      response.fields.set(Contact(World.uri("sip:alice@192.0.2.1:5060")))
      response.fields.append(name: .recordRoute, value: "<sip:192.0.2.102;lr>")
    }
    world.settle()
    #expect(world.registrationStory(0).last == "registered 3600")
    world.command(0, .refreshRegistration(RegistrationID(1)))
    var identity = World.identity()
    identity.registration = RegistrationID(1)
    let order = InviteOrder(identity: identity, target: World.uri("sip:peer@192.0.2.101"), offer: World.sdp("o"))
    world.command(0, .invite(SessionID(1), order))
    world.settle()
    #expect(world.attempts(.register) == 2 && world.attempts(.invite) == 1)
    #expect((world.requests(.register) + world.requests(.invite)).allSatisfy { !$0.fields.contains(.route) })
  }

  // Proves: rfc3261-19.1.5-01 rfc3261-19.1.5-03 rfc3261-19.1.5-04 rfc3261-19.1.5-12 rfc3261-19.1.5-06 rfc3261-19.1.5-07
  @Test("A URI that is called stays as it is in the Request-URI, but for method and headers, which reach nothing")
  func calledURI() throws {
    var world = World(agents: 1)
    let routes = ";transport=udp;maddr=192.0.2.101;user=phone;future=1"
    world.call(to: "sip:+1212@example.com\(routes);method=BYE?Require=foo&Route=%3Csip:evil%3E&From=x&Subject=y")
    world.settle()
    let invite = try #require(world.request(.invite))
    #expect(invite.uri.description == "sip:+1212@example.com\(routes)")
    #expect(!invite.fields.contains(.require) && !invite.fields.contains(.route) && !invite.fields.contains(.subject))
    #expect(invite.from?.uri.description == "sip:alice@example.com")
  }
}
