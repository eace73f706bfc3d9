import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 10: an address of record is kept registered")
struct RegistrationTests {
  private static let id = RegistrationID(1)

  private func settings(routes: [String] = [], expires: Duration = .seconds(3600)) throws -> RegistrationSettings {
    RegistrationSettings(
      identity: World.identity(routes: routes), registrar: try #require(World.uri("sip:192.0.2.101").sip), expires: expires)
  }

  private func registering() throws -> (World, Request) {
    var world = World(agents: 1)
    world.command(0, .register(Self.id, try settings()))
    world.settle()
    return (world, try #require(world.request(.register)))
  }

  /// A registrar that keeps what it is sent.
  private func accept(_ request: Request, _ world: inout World, expires: UInt32 = 3600, extra: (HeaderName, String)? = nil) {
    world.answer(request, .ok) { response in
      var contact = request.contacts.first ?? .wildcard
      contact.expires = expires
      response.fields.set(contact)
      if let extra { response.fields.append(name: extra.0, value: extra.1) }
    }
    world.settle()
  }

  // Proves: rfc3261-10.2-04 rfc3261-10.2-06 rfc3261-10.2-07
  @Test("REGISTER names the domain, the address in To and From, our contact and the lifetime")
  func request() throws {
    let (_, request) = try registering()
    #expect(request.uri.description == "sip:192.0.2.101")
    #expect(request.to?.address.uri.description == "sip:alice@example.com")
    #expect(request.from?.address.uri.description == "sip:alice@example.com")
    #expect(request.contacts.first?.uri?.description == "sip:alice@192.0.2.1:5060")
    #expect(request.contacts.first?.expires == 3600)
    #expect(request.expires?.seconds == 3600)
  }

  // Proves: rfc3261-8.1.1.4-02 rfc3261-10.2-08 rfc3261-10.2-09 rfc3261-10.2.4-03
  // Proves: rfc3261-10.2.4-01 rfc3261-10.2.4-04
  @Test("The binding is refreshed ten minutes before it ends, with the same Call-ID and the next CSeq")
  func refresh() throws {
    var (world, first) = try registering()
    accept(first, &world)
    #expect(world.registrationStory(0) == ["registering", "registered 3600"])
    world.run(for: .seconds(2990))
    #expect(world.attempts(.register) == 1)
    world.run(for: .seconds(15))
    #expect(world.attempts(.register) >= 2)
    let second = try #require(world.request(.register))
    #expect(second.callID == first.callID)
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
    // Our own contact and no other, where the first one went.
    #expect(second.contacts.map(\.uri) == first.contacts.map(\.uri) && second.contacts.count == 1)
    #expect(world.ladder.filter { $0.hasSuffix("REGISTER") }.allSatisfy { $0.hasPrefix("1>p1 ") || $0.hasPrefix("p1>1 ") })
  }

  @Test("The registrar's lifetime counts, not the one that was asked for; a short one is refreshed halfway")
  func shorter() throws {
    var (world, first) = try registering()
    accept(first, &world, expires: 60)
    world.run(for: .seconds(29))
    #expect(world.attempts(.register) == 1)
    world.run(for: .milliseconds(1500))
    #expect(world.attempts(.register) == 2)
  }

  // Proves: rfc3261-10.2.8-01
  // Proves: rfc3261-10.2-14
  @Test("A lifetime that cannot be read is an hour, one beyond all bounds is not taken at its word")
  func unreadableLifetime() throws {
    for (text, seconds) in [("soon", 3600), ("-1", 3600), ("99999999999", 604_800)] {
      var world = World(agents: 1)
      world.command(0, .register(Self.id, try settings(expires: .seconds(600))))
      world.settle()
      world.answer(try #require(world.request(.register)), .ok) { response in
        response.fields.append(name: .contact, value: "<sip:alice@192.0.2.1:5060>;expires=\(text)")
      }
      world.settle()
      #expect(world.registrationStory(0).last == "registered \(seconds)")
    }
  }

  @Test("423: the registrar's minimum is asked for at once")
  func intervalTooBrief() throws {
    var (world, first) = try registering()
    world.answer(first, .intervalTooBrief) { $0.fields.set(MinExpires(7200)) }
    world.settle()
    let second = try #require(world.request(.register))
    #expect(second.expires?.seconds == 7200)
    #expect(second.callID == first.callID)
    accept(second, &world, expires: 7200)
    #expect(world.registrationStory(0) == ["registering", "registering", "registered 7200"])
  }

  @Test("A registrar that raises its minimum for ever is not followed for ever")
  func endlessMinimum() throws {
    var (world, _) = try registering()
    for step in 1...6 {
      guard let request = world.requests(.register).last, world.attempts(.register) == step else { break }
      world.answer(request, .intervalTooBrief) { $0.fields.set(MinExpires(UInt32(4000 + step))) }
      world.settle()
    }
    #expect(world.attempts(.register) == 4)
    #expect(world.registrationStory(0).last == "failed 423 retry")
  }

  @Test("A refusal with Retry-After is tried again after that time")
  func retryAfter() throws {
    var (world, first) = try registering()
    world.answer(first, .serviceUnavailable) { $0.fields.set(RetryAfter(120)) }
    world.settle()
    #expect(world.registrationStory(0).last == "failed 503 retry")
    world.run(for: .seconds(118))
    #expect(world.attempts(.register) == 1)
    world.run(for: .seconds(5))
    #expect(world.attempts(.register) == 2)
  }

  // A farm of registrars whose members do not know each other's nonces does this.
  @Test("A server that calls every proof out of date says nothing about the password: it is tried again")
  func stale() throws {
    var (world, first) = try registering()
    world.answer(first, .unauthorized) {
      $0.fields.append(name: .wwwAuthenticate, value: #"Digest realm="example.com", nonce="n", stale=true"#)
    }
    world.settle()
    #expect(world.registrationStory(0) == ["registering", "stale 401 retry"])
    world.run(for: .seconds(61))
    #expect(world.attempts(.register) == 2)
  }

  @Test("Wrong credentials are not tried again by themselves")
  func unauthorized() throws {
    var (world, first) = try registering()
    world.answer(first, .unauthorized)
    world.run(for: .seconds(7200))
    #expect(world.registrationStory(0) == ["registering", "failed 401"])
    #expect(world.attempts(.register) == 1)
    world.command(0, .refreshRegistration(Self.id))
    world.settle()
    #expect(world.attempts(.register) == 2)
  }

  // Proves: rfc3261-10.2.7-01
  @Test("A server that does not answer is tried again with a growing pause, of at most half an hour")
  func backOff() throws {
    var world = World(agents: 1)
    world.isLost = { $0 == "1>p1 REGISTER" }
    world.command(0, .register(Self.id, try settings()))
    world.run(for: .seconds(4 * 3600))
    let attempts = world.registrationStory(0).filter { $0 == "registering" }.count
    // 30, 60, 120 … 1800 s, each between half and whole, after 32 s each: far from the 200 attempts of a fixed pause.
    #expect((8...20).contains(attempts))
  }

  // Proves: rfc3261-10.2.2-01 rfc3261-10.2.2-02
  @Test("Unregistering removes the binding with Expires 0")
  func unregister() throws {
    var (world, first) = try registering()
    accept(first, &world)
    world.command(0, .unregister(Self.id))
    world.settle()
    let last = try #require(world.request(.register))
    #expect(last.expires?.seconds == 0)
    #expect(last.contacts.first?.expires == 0)
    world.answer(last, .ok)
    world.settle()
    #expect(world.registrationStory(0).last == "unregistered")
    world.run(for: .seconds(7200))
    #expect(world.attempts(.register) == 2)
  }

  // Proves: rfc3261-10.2-11
  @Test("Unregistering while the REGISTER is under way waits for its answer")
  func unregisterEarly() throws {
    var (world, first) = try registering()
    world.command(0, .unregister(Self.id))
    world.settle()
    #expect(world.attempts(.register) == 1)
    accept(first, &world)
    #expect(world.request(.register)?.expires?.seconds == 0)
  }

  @Test("RFC 3608: later requests of the account take the Service-Route after the outbound proxy, and nothing twice")
  func serviceRoute() throws {
    var world = World(agents: 1)
    world.command(0, .register(Self.id, try settings(routes: ["sip:192.0.2.101;lr"])))
    world.settle()
    accept(
      try #require(world.request(.register)), &world,
      extra: (.serviceRoute, "<sip:192.0.2.101;lr>, <sip:orig@192.0.2.102;lr>"))
    var identity = World.identity(routes: ["sip:192.0.2.101;lr"])
    identity.registration = Self.id
    world.command(
      0, .invite(SessionID(1), InviteOrder(identity: identity, target: World.uri("sip:bob@example.com"), offer: World.sdp("o"))))
    world.settle()
    let invite = try #require(world.request(.invite))
    #expect(invite.routes.map(\.address.uri.description) == ["sip:192.0.2.101;lr", "sip:orig@192.0.2.102;lr"])
  }

  @Test("An incoming call names the registration whose contact was called")
  func calledRegistration() throws {
    var (world, first) = try registering()
    accept(first, &world)
    world.send(Script.invite())
    world.settle()
    let called = world.events[0].compactMap { event -> RegistrationID? in
      if case .incomingSession(_, let session) = event { session.registration } else { nil }
    }
    #expect(called == [Self.id])
  }

  @Test("A 200 that lists the contacts of other phones only is no registration")
  func othersOnly() throws {
    var (world, request) = try registering()
    world.answer(request, .ok) { $0.fields.append(name: .contact, value: "<sip:alice@192.0.2.77:5060>;expires=3000") }
    world.settle()
    #expect(world.registrationStory(0) == ["registering", "failed 200 retry"])
    guard case .registration(_, .failed(.refused(_, let reason), _)) = try #require(world.events[0].last) else {
      Issue.record("no failure")
      return
    }
    #expect(reason.contains("not ours"))
    world.run(for: .seconds(31))
    #expect(world.attempts(.register) == 2)
  }

  @Test("Our contact as a registrar behind a NAT saw it is ours, and its lifetime counts, not that of the others")
  func rewritten() throws {
    var (world, request) = try registering()
    world.answer(request, .ok) { response in
      response.fields.append(name: .contact, value: "<sip:alice@192.0.2.77:5060>;expires=60")
      response.fields.append(name: .contact, value: "<sip:alice@203.0.113.5:40000>;expires=1200")
      guard var via = response.topVia else { return }
      via.parameters.set("received", "203.0.113.5")
      via.parameters.set("rport", "40000")
      response.fields.set(via)
    }
    world.settle()
    #expect(world.registrationStory(0) == ["registering", "registered 1200"])
  }

  @Test("When the connection dies that the registrar knows us by, that is told at once, and another way may be taken at once")
  func flowLost() throws {
    var agent = UserAgent(configuration: UserAgentConfiguration(), extensions: [], random: RandomSource(seed: 1))
    var outputs: [UserAgentOutput] = []
    let now = Moment(instant: Instant(nanoseconds: 1), wallTime: WallTime(nanosecondsSince1970: 0))
    func feed(_ input: UserAgentInput) {
      outputs = []
      agent.handle(input, now: now, into: &outputs)
    }
    func opened() -> (FlowID, FlowTarget)? {
      for case .network(.open(let flow, let target)) in outputs { return (flow, target) }
      return nil
    }
    feed(.command(.register(Self.id, try settings(routes: ["sip:192.0.2.101;transport=tcp;lr"]))))
    let (flow, target) = try #require(opened())
    feed(.network(.opened(flow, ConnectionFacts(local: World.address(0), remote: target.remote))))
    var register: Request?
    for case .network(.bytes(let bytes, on: flow)) in outputs { register = try MessageParser.parse(bytes).message.request }
    let sent = try #require(register)
    var response = Response(to: sent, status: .ok, toTag: "r")
    response.fields.set(try #require(sent.contacts.first))
    feed(.network(.bytes(response.serialized(), on: flow)))
    #expect(outputs.contains { if case .event(.registration(_, .registered)) = $0 { true } else { false } })

    feed(.network(.failed(flow, .closedByPeer)))
    #expect(outputs.contains { if case .event(.registration(_, .failed(.unreachable, retryIn: _?))) = $0 { true } else { false } })
    feed(.command(.register(Self.id, try settings(routes: ["sip:192.0.2.102;transport=tcp;lr"]))))
    #expect(opened()?.1.remote == World.peer(1))
  }
}
