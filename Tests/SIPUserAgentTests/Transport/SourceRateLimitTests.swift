import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("What one source may send before it is turned away")
struct SourceRateLimitTests {
  private static let stranger = IPAddress.v4(0xCB00_7109)
  private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000) }

  private static func policy(maximumSources: Int = 1024) -> SourceRateLimit.Policy {
    var policy = SourceRateLimit.Policy(newRequestsPerSecond: 10)
    policy.otherRequests = .init(perSecond: 20, atOnce: 40)
    policy.refusals = .init(perSecond: 5, atOnce: 10)
    policy.maximumSources = maximumSources
    return policy
  }

  private func verdicts(
    _ limit: inout SourceRateLimit, _ count: Int, _ kind: SourceRateLimit.Kind = .new, from address: IPAddress = Self.stranger,
    at time: Int64 = 0
  ) -> [SourceRateLimit.Verdict: Int] {
    var result: [SourceRateLimit.Verdict: Int] = [:]
    for _ in 0..<count { result[limit.take(kind, from: address, now: Self.at(time)), default: 0] += 1 }
    return result
  }

  @Test("A burst is admitted, a few are refused, the rest is ignored; a second later there is a second's worth again")
  func budget() {
    var limit = SourceRateLimit(Self.policy())
    #expect(verdicts(&limit, 100) == [.admit: 30, .refuse: 10, .ignore: 60])
    #expect(verdicts(&limit, 100, at: 1000) == [.admit: 10, .refuse: 5, .ignore: 85])
    #expect(verdicts(&limit, 100, at: 60_000) == [.admit: 30, .refuse: 10, .ignore: 60])
  }

  @Test("Sixty seconds of 500 a second leave what the rate allows, however they are spread")
  func steady() {
    var limit = SourceRateLimit(Self.policy())
    var admitted = 0
    for step in 0..<30_000 where limit.take(.new, from: Self.stranger, now: Self.at(Int64(step * 2))) == .admit { admitted += 1 }
    #expect((620...640).contains(admitted))
  }

  @Test("What belongs to a dialog has a budget of its own")
  func belonging() {
    var limit = SourceRateLimit(Self.policy())
    _ = verdicts(&limit, 1000)
    #expect(verdicts(&limit, 40, .belonging) == [.admit: 40])
  }

  @Test("Sources do not share a budget, the addresses of one IPv6 network do")
  func sources() {
    var limit = SourceRateLimit(Self.policy())
    _ = verdicts(&limit, 1000)
    #expect(verdicts(&limit, 30, from: .v4(0xCB00_710A)) == [.admit: 30])
    let network: UInt64 = 0x2001_0db8_0000_0001
    var admitted = 0
    for host in 0..<1000 where limit.take(.new, from: .v6(high: network, low: UInt64(host)), now: Self.at(0)) == .admit {
      admitted += 1
    }
    #expect(admitted == 30)
    #expect(verdicts(&limit, 30, from: .v6(high: network + 1, low: 0)) == [.admit: 30])
  }

  @Test("The table is bounded, newcomers in a crowd share one budget, and whoever was quiet is forgotten")
  func crowd() {
    var limit = SourceRateLimit(Self.policy(maximumSources: 50))
    for source in 0..<50 { _ = limit.take(.new, from: .v4(UInt32(source)), now: Self.at(0)) }
    var admitted = 0
    for source in 50..<5000 where limit.take(.new, from: .v4(UInt32(source)), now: Self.at(0)) == .admit { admitted += 1 }
    #expect(limit.count == 50)
    #expect(admitted == 30)
    #expect(limit.take(.new, from: .v4(9999), now: Self.at(5000)) == .admit)
    #expect(limit.count == 1)
  }

  // MARK: In the user agent

  private static func invite(_ number: Int) -> String {
    Script.invite(branch: "z9hG4bKf\(number)", callID: "flood\(number)")
  }

  @Test("500 INVITEs a second for a minute: what is kept is bounded, others get through, and nothing large goes back")
  func flood() {
    var agent = UserAgent(configuration: UserAgentConfiguration(), extensions: [], random: RandomSource(seed: 1))
    var outputs: [UserAgentOutput] = []
    func moment(_ milliseconds: Int64) -> Moment {
      Moment(instant: Self.at(milliseconds), wallTime: WallTime(nanosecondsSince1970: 1_700_000_000_000_000_000))
    }
    agent.handle(.network(.listening(World.listener, .udp, World.address(0))), now: moment(0), into: &outputs)
    let flooder = SocketAddress(Self.stranger, port: 5060)
    var (sent, received, incoming, mostKept) = (0, 0, 0, 0)
    for step in 0..<30_000 {
      let time = Int64(step * 2)
      while let deadline = agent.nextDeadline, deadline <= Self.at(time) {
        agent.handle(.wakeUp, now: moment(time), into: &outputs)
      }
      let bytes = World.wire(Self.invite(step))
      sent += bytes.count
      agent.handle(.network(.datagram(bytes, from: flooder, to: World.listener)), now: moment(time), into: &outputs)
      for output in outputs {
        switch output {
        case .event(.incomingSession(let id, _)):
          incoming += 1
          // A person would not answer either.
          agent.handle(.command(.reject(id, .busyHere, reason: nil, fields: HeaderFields())), now: moment(time), into: &outputs)
        case .network(.datagram(let answer, to: _, from: _)): received += answer.count
        default: break
        }
      }
      outputs.removeAll(keepingCapacity: true)
      mostKept = max(mostKept, agent.keptRequestCount)
    }
    #expect((1200...1280).contains(incoming))
    // 37 seconds of 20 a second, and the first burst.
    #expect(mostKept <= 37 * 20 + 60 + 20)
    #expect(received < sent)
    // The flood is still on; somebody else calls.
    let other = SocketAddress(.v4(0xC000_02C8), port: 5060)
    agent.handle(
      .network(.datagram(World.wire(Self.invite(1_000_000)), from: other, to: World.listener)), now: moment(60_000), into: &outputs)
    #expect(outputs.contains { if case .event(.incomingSession) = $0 { true } else { false } })
  }

  @Test("A refusal is 503 with Retry-After and a To tag, the same for each repetition, and not longer than the request")
  func refusal() throws {
    var configuration = UserAgentConfiguration()
    configuration.sourceLimit = Self.policy()
    var world = World(agents: 1, configuration: configuration)
    func question(_ number: Int, isShort: Bool) -> String {
      Script.request(
        "OPTIONS", branch: "z9hG4bKo\(number)", callID: "o\(number)",
        extra: isShort ? [] : ["User-Agent: one that says much about itself, as they do"])
    }
    for number in 0..<35 { world.send(question(number, isShort: false)) }
    world.send(question(34, isShort: false))
    world.settle()
    #expect(world.responses(.ok).count == 30)
    let refusals = world.responses(.serviceUnavailable)
    #expect(refusals.count == 6)
    #expect(refusals.allSatisfy { $0.value(RetryAfter.self)?.seconds == 8 && $0.to?.tag != nil })
    for number in 36..<50 { world.send(question(number, isShort: true)) }
    world.settle()
    let all = world.responses(.serviceUnavailable)
    #expect((10...11).contains(all.count))
    #expect(Set(all.compactMap { $0.to?.tag }).count == 1)
    let size = World.wire(question(36, isShort: true)).count
    #expect(all.dropFirst(6).allSatisfy { $0.serialized().count <= size })
  }

  @Test("The registrar that confirmed a registration may send as much as it likes, until the registration ends")
  func registrar() throws {
    var configuration = UserAgentConfiguration()
    configuration.sourceLimit = Self.policy()
    var world = World(agents: 1, configuration: configuration)
    let id = RegistrationID(1)
    let registrar = try #require(World.uri("sip:192.0.2.101").sip)
    world.command(0, .register(id, RegistrationSettings(identity: World.identity(), registrar: registrar, expires: .seconds(3600))))
    world.settle()
    let request = try #require(world.request(.register))
    world.answer(request, .ok) { response in
      var contact = request.contacts.first ?? .wildcard
      contact.expires = 3600
      response.fields.set(contact)
    }
    world.settle()
    for number in 0..<200 { world.send(Script.request("OPTIONS", branch: "z9hG4bKr\(number)", callID: "r\(number)")) }
    world.settle()
    #expect(world.responses(.serviceUnavailable).isEmpty)
    #expect(world.responses(.ok).count == 200)
  }
}
