import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("Keep-alives of a flow over UDP whose registrar promises none: OPTIONS")
struct PlainKeepAliveTests {
  /// One agent that registers as RFC 3261 has it, at a scripted registrar that sees it at an address of a NAT's.
  struct Bench {
    var world = World(agents: 1)
    /// Where the registrar sees the agent.
    var seenFrom = SocketAddress(.v4(0xC633_6401), port: 40_000)

    static let id = RegistrationID(1)

    init(keepsFlowOpen: Bool = true) {
      let registrar = World.uri("sip:192.0.2.101").sip ?? SIPURI(host: .name("example.com"))
      var settings = RegistrationSettings(
        identity: World.identity("sip:alice@192.0.2.101"), registrar: registrar, expires: .seconds(3600))
      settings.keepsFlowOpen = keepsFlowOpen
      world.command(0, .register(Self.id, settings))
      world.settle()
      confirm()
    }

    mutating func answer(_ request: Request, _ status: StatusCode, _ finish: (inout Response) -> Void = { _ in }) {
      let seenFrom = seenFrom
      world.answer(request, status) { response in
        if var via = response.topVia {
          via.received = seenFrom.address
          via.rport = seenFrom.port
          response.fields.set(via)
        }
        finish(&response)
      }
      world.settle()
    }

    /// The 2xx to the last REGISTER.
    mutating func confirm() {
      guard let request = world.request(.register) else { return }
      answer(request, .ok) { $0.fields.set(request.contacts) }
    }

    /// Lets time pass until the next OPTIONS has come.
    mutating func nextOptions() throws -> Request {
      let known = world.attempts(.options)
      let end = world.now + .seconds(40)
      while world.now < end, world.attempts(.options) == known { world.run(for: .milliseconds(100)) }
      try #require(world.attempts(.options) > known, "no OPTIONS came")
      return try #require(world.request(.options))
    }

    var registers: Int { world.attempts(.register) }

    var keptAlive: Int { world.events[0].count { if case .keptAlive = $0 { true } else { false } } }
  }

  // Proves: rfc3261-11.1-02
  @Test("OPTIONS leaves every 24 to 29 s for the first hop alone, and any answer will do; the registration is left in peace")
  func interval() throws {
    var bench = Bench()
    for status in [StatusCode.ok, .tooManyHops, .notFound, .methodNotAllowed, .unauthorized] {
      let before = bench.world.now
      let request = try bench.nextOptions()
      let pause = bench.world.now - before
      #expect(pause >= .seconds(23.5) && pause <= .seconds(29.5))
      #expect(request.value(MaxForwards.self)?.value == 0)
      #expect(request.fields.first(.accept) != nil)
      #expect(request.uri == World.uri("sip:192.0.2.101"))
      bench.answer(request, status)
    }
    #expect(bench.keptAlive == 5)
    #expect(bench.registers == 1)
    #expect(bench.world.attempts(.options) == 5, "a challenge to a keep-alive is not taken up")
    #expect(bench.world.registrationStory(0) == ["registering", "registered 3600"])
  }

  @Test("A server that never answers OPTIONS is none that has gone; one that used to answer is registered with again at once")
  func silence() throws {
    var bench = Bench()
    for _ in 0..<3 { _ = try bench.nextOptions() }
    #expect(bench.registers == 1)
    bench.answer(try #require(bench.world.request(.options)), .ok)
    let answered = try bench.nextOptions()
    bench.answer(answered, .ok)
    _ = try bench.nextOptions()
    bench.world.run(for: .seconds(9))
    #expect(bench.registers == 1)
    bench.world.run(for: .seconds(2))
    #expect(bench.registers == 2)
    // Nobody answers that either: what looks registered would not ring.
    bench.world.run(for: .seconds(33))
    #expect(bench.world.registrationStory(0).last == "timed out")
  }

  @Test("The NAT has given another address: REGISTER leaves at once, and the answer counts as none; the next one does")
  func moved() throws {
    var bench = Bench()
    bench.answer(try bench.nextOptions(), .ok)
    #expect(bench.keptAlive == 1)
    bench.seenFrom.port = 40_001
    bench.answer(try bench.nextOptions(), .ok)
    #expect(bench.keptAlive == 1)
    #expect(bench.registers == 2)
    bench.confirm()
    bench.answer(try bench.nextOptions(), .ok)
    #expect(bench.keptAlive == 2)
    #expect(bench.registers == 2)
  }

  @Test("Moved between the registration and the first OPTIONS: it is noticed as well")
  func movedEarly() throws {
    var bench = Bench()
    bench.seenFrom.address = .v4(0xC633_6402)
    bench.answer(try bench.nextOptions(), .ok)
    #expect(bench.keptAlive == 0)
    #expect(bench.registers == 2)
  }

  @Test("Nobody listens at the server any more: not registered, and tried again within a second")
  func unreachable() throws {
    var bench = Bench()
    bench.answer(try bench.nextOptions(), .ok)
    _ = try bench.nextOptions()
    bench.world.input(0, .network(.datagramFailed(to: World.peer(), from: World.listener)))
    #expect(bench.world.registrationStory(0).last == "unreachable")
    bench.world.run(for: .seconds(1.1))
    #expect(bench.registers == 2)
  }

  @Test("Where it is not wanted nothing is sent, and after signing out nothing more")
  func unwanted() throws {
    var bench = Bench(keepsFlowOpen: false)
    bench.world.run(for: .seconds(300))
    #expect(bench.world.attempts(.options) == 0)
    bench = Bench()
    bench.answer(try bench.nextOptions(), .ok)
    bench.world.command(0, .unregister(Bench.id))
    bench.world.settle()
    bench.answer(try #require(bench.world.request(.register)), .ok)
    bench.world.run(for: .seconds(300))
    #expect(bench.world.attempts(.options) == 1)
    #expect(bench.world.registrationStory(0).last == "unregistered")
  }

  @Test("A registrar that promises keep-alives is asked by STUN, and by nothing else")
  func promised() throws {
    var bench = Bench()
    bench.world.command(0, .refreshRegistration(Bench.id))
    bench.world.settle()
    let request = try #require(bench.world.request(.register))
    bench.answer(request, .ok) { response in
      response.fields.set(request.contacts)
      if var via = response.topVia {
        via.parameters.set("keep", "30")
        response.fields.set(via)
      }
    }
    bench.world.run(for: .seconds(60))
    #expect(bench.world.attempts(.options) == 0)
    #expect(bench.world.strays.contains { STUNMessage(parsing: $0.bytes) != nil })
  }

  @Test("On a connection line ends keep it open; when the network changed it is not asked, because nobody answers, but left")
  func connection() throws {
    var agent = UserAgent(configuration: UserAgentConfiguration(), extensions: [], random: RandomSource(seed: 1))
    var orders: [NetworkOrder] = []
    var now = Instant(nanoseconds: 0)
    func handle(_ input: UserAgentInput) {
      var outputs: [UserAgentOutput] = []
      agent.handle(input, now: Moment(instant: now, wallTime: WallTime(nanosecondsSince1970: now.nanoseconds)), into: &outputs)
      for case .network(let order) in outputs { orders.append(order) }
    }
    func bytes(on flow: FlowID) -> [[UInt8]] {
      orders.compactMap { if case .bytes(let bytes, on: flow) = $0 { bytes } else { nil } }
    }
    var opened: [FlowID] { orders.compactMap { if case .open(let flow, _) = $0 { flow } else { nil } } }
    let local = SocketAddress(.v4(0xC000_0201), port: 41_000)
    let registrar = try #require(World.uri("sip:192.0.2.101;transport=tcp").sip)
    var settings = RegistrationSettings(identity: World.identity("sip:alice@192.0.2.101"), registrar: registrar)
    settings.keepsFlowOpen = true
    handle(.command(.register(Bench.id, settings)))
    let flow = try #require(opened.first)
    handle(.network(.opened(flow, ConnectionFacts(local: local, remote: World.peer()))))
    let register = try #require(bytes(on: flow).first.flatMap { try? MessageParser.parse($0).message.request })
    var response = Response(to: register, status: .ok, toTag: "registrar")
    response.fields.set(register.contacts)
    handle(.network(.bytes(response.serialized(), on: flow)))
    while now < Instant(nanoseconds: 300_000_000_000), let deadline = agent.nextDeadline {
      now = deadline
      handle(.wakeUp)
    }
    let sent = bytes(on: flow)
    #expect(sent.count { $0 == Array("\r\n\r\n".utf8) } >= 2)
    #expect(sent.count == 1 + sent.count { $0 == Array("\r\n\r\n".utf8) }, "something else was sent")
    handle(.command(.networkChanged([local.address])))
    #expect(opened.count == 2)
  }
}
