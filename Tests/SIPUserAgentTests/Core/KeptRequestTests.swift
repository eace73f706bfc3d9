import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("What is remembered of requests has an end and a bound")
struct KeptRequestTests {
  @Test("An INVITE whose connection is gone before any final response is forgotten, and so is its session")
  func lostCaller() throws {
    var world = World(agents: 1)
    let flow = FlowID(5)
    let remote = SocketAddress(World.peer().address, port: 40_404)
    world.input(0, .network(.accepted(flow, .tcp, ConnectionFacts(local: World.address(0), remote: remote))))
    world.input(0, .network(.bytes(World.wire(Script.invite().replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP")), on: flow)))
    #expect(world.story(0) == ["incoming"])
    #expect(world.agents[0].keptRequestCount == 1)
    world.input(0, .network(.failed(flow, .closedByPeer)))
    // The 100 finds the connection gone, and a new one is refused.
    world.run(for: .seconds(1))
    #expect(world.story(0) == ["incoming", "ended failed 408"])
    #expect(world.agents[0].sessionCount == 0)
    // RFC 6026 section 7.1: the transaction itself stays for a caller that comes back, until timer H.
    world.run(for: .seconds(40))
    #expect(world.agents[0].keptRequestCount == 0)
  }

  @Test("Requests beyond the bound get 503 with Retry-After and are not kept; time makes room again")
  func bound() throws {
    var configuration = UserAgentConfiguration()
    configuration.maximumKeptRequests = 3
    var world = World(agents: 1, configuration: configuration)
    for index in 1...5 { world.send(Script.request("OPTIONS", branch: "z9hG4bKo\(index)", callID: "options\(index)")) }
    world.settle()
    #expect(world.responses(.ok).count == 3)
    #expect(world.responses(.serviceUnavailable).count == 2)
    #expect(world.responses(.serviceUnavailable).allSatisfy { $0.value(RetryAfter.self)?.seconds == 32 })
    #expect(world.agents[0].keptRequestCount == 3)
    world.run(for: .seconds(60))
    #expect(world.agents[0].keptRequestCount == 0)
    world.send(Script.request("OPTIONS", branch: "z9hG4bKo6", callID: "options6"))
    world.settle()
    #expect(world.responses(.ok).count == 4)
  }
}
