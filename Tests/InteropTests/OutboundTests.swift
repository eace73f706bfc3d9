import Foundation
import Testing

@Suite(
  "Two Kamailio edges and a registrar behind them (RFC 5626)", .enabled(if: Workplace.hasPeers), .serialized,
  .timeLimit(.minutes(5)))
struct OutboundTests {
  @Test("The phone registers over both edges, and both keep the flow", arguments: ["tcp", "tls"])
  func registers(transport: String) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network, transport: transport)
    phone.say("status")
    let accounts = phone.next("snapshot")
    let flows = (accounts?["accounts"] as? [[String: Any]])?.first?["flows"] as? [[String: Any]] ?? []
    #expect(flows.count == 2)
    #expect(flows.allSatisfy { $0["outbound"] as? Bool == true && $0["flow_timer"] as? Int == 10 })
    #expect(Set(flows.compactMap { ($0["peer"] as? String)?.split(separator: ":").first }).count == 2)
    #expect(flows.allSatisfy { ($0["public_gruu"] as? String)?.contains(";gr") == true })
    #expect(phone.quit() == 0)
  }

  @Test("A call that the same user makes beside the phone takes no binding from it: the phone rings as before")
  func secondProcess() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    let dial = try ChildProcess(
      Workplace.program, ["dial", "--config", workplace.path("phone.toml"), "sip:nobody@example.test"],
      environment: try workplace.homes("phone"))
    #expect(dial.waitForExit(within: 20) == 13, "\(dial.transcript)")
    #expect(try RingingCalls(workplace, network, count: 4, perSecond: 2).run().count == 4)
    #expect(phone.quit() == 0)
  }

  @Test("A call rings over either edge while the other one is dead, and a restarted edge is used again")
  func eitherEdge() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    for edge in network.edges {
      // The registrar's clock has whole seconds: a refresh within the second of the binding would not be newer than it.
      #expect(try RingingCalls(workplace, network, count: 3, perSecond: 2).run().count == 3)
      network.kill(edge)
      #expect(phone.next("flow", ["state": "down"]) != nil)
      // The first call may meet the dead binding while the registrar learns; the ones after it must not.
      let times = try RingingCalls(workplace, network, count: 4, perSecond: 2).run()
      #expect(times.count == 4)
      #expect(times.dropFirst().allSatisfy { $0 < 500 }, "\(times)")
      try network.start(edge)
      #expect(phone.next("flow", ["state": "up", "flows_ready": "2"], within: 20) != nil)
    }
    #expect(phone.quit() == 0)
  }

  @Test("An edge that is killed fifty times, at any moment, loses no call")
  func fiftyDeaths() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    // A flow counts as good, and its pauses as short, once it has answered a keep-alive (section 4.5).
    let network = try EdgeNetwork(workplace, flowTimer: 1)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    let deaths = 50
    let calls = RingingCalls(workplace, network, count: 6 * deaths, perSecond: 2)
    try calls.start()
    for death in 0..<deaths where !calls.isOver {
      let edge = network.edges[death % 2]
      usleep(UInt32.random(in: 0..<3_000_000))
      network.kill(edge)
      #expect(phone.next("flow", ["state": "down"]) != nil)
      try network.start(edge)
      #expect(phone.next("flow", ["state": "up", "flows_ready": "2"], within: 20) != nil)
    }
    let times = try calls.wait()
    let sorted = times.sorted()
    print(
      "\(deaths) deaths, \(times.count) of \(6 * deaths) calls rang; after \(sorted[times.count / 2]) ms in the median,",
      "\(times.count { $0 > 100 }) after more than 100 ms, \(sorted.last ?? 0) ms at most")
    #expect(times.count == 6 * deaths)
    // One call for each death may meet the dead binding at the registrar.
    #expect(times.count { $0 > 1000 } <= deaths)
    #expect(phone.quit() == 0)
  }

  @Test("When the edge of a call dies, the call can be held, resumed and hung up")
  func deathInCall() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    let peer = try SIPpAnswerer(workplace)
    defer { peer.stop() }
    phone.say("dial sip:service@127.0.0.1:\(peer.port)")
    #expect(phone.next("call", ["state": "talking"]) != nil, "\(phone.child.transcript.suffix(3000))")
    for edge in network.edges {
      network.kill(edge)
      #expect(phone.next("flow", ["state": "down"]) != nil)
      phone.say("hold")
      #expect(phone.next("call", ["state": "held"]) != nil, "\(phone.child.transcript.suffix(3000))")
      phone.say("resume")
      #expect(phone.next("call", ["state": "talking"]) != nil)
      try network.start(edge)
      #expect(phone.next("flow", ["state": "up", "flows_ready": "2"], within: 20) != nil)
    }
    phone.say("hangup")
    #expect(phone.next("call", ["state": "ended", "outcome": "answered"]) != nil)
    #expect(peer.sawBye)
    #expect(phone.quit() == 0)
  }

  @Test("When the edge of a call dies while it rings, that ring is ended by way of the other edge, and the next one is answered")
  func deathWhileRinging() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    let port = Workplace.freePort()
    let bob = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:bob@127.0.0.1:\(port)"
        register = false
        [network]
        listen = ["udp:127.0.0.1:\(port)"]
        rtp_ports = "38200-38299"

        """, name: "bob")
    #expect(bob.next("snapshot", within: 20) != nil)
    phone.say("dial sip:bob@127.0.0.1:\(port)")
    #expect(bob.next("call", ["state": "ringing"]) != nil, "\(phone.child.transcript.suffix(3000))")
    #expect(phone.next("call", ["state": "remote-ringing"]) != nil)
    network.kill(network.edges[0])
    #expect(phone.next("flow", ["state": "down"]) != nil)
    #expect(bob.next("call", ["state": "ended"]) != nil, "\(phone.child.transcript.suffix(3000))")
    #expect(bob.next("call", ["state": "ringing"]) != nil, "\(phone.child.transcript.suffix(3000))")
    bob.say("answer")
    #expect(phone.next("call", ["state": "talking"]) != nil, "\(phone.child.transcript.suffix(3000))")
    phone.say("hangup")
    #expect(bob.next("call", ["state": "ended", "outcome": "answered"]) != nil)
    #expect(phone.quit() == 0)
    #expect(bob.quit() == 0)
  }

  @Test("An edge that says nothing any more is noticed within its Flow-Timer and ten seconds")
  func silence() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let phone = try EdgePhone.start(workplace, network)
    let start = Date()
    network.freeze(network.edges[0])
    #expect(phone.next("flow", ["state": "down"], within: 25) != nil)
    let seconds = Date().timeIntervalSince(start)
    print("silence noticed after \(seconds) s, Flow-Timer 10 s")
    #expect(seconds < 21)
    let times = try RingingCalls(workplace, network, count: 4, perSecond: 2).run()
    #expect(times.count == 4)
    network.thaw(network.edges[0])
    #expect(phone.next("flow", ["state": "up", "flows_ready": "2"], within: 20) != nil)
    #expect(phone.quit() == 0)
  }

  @Test("Killed and started again, the phone takes its old flows over: no call goes to the dead one")
  func killed() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let network = try EdgeNetwork(workplace)
    defer { network.stop() }
    let dead = try EdgePhone.start(workplace, network)
    kill(dead.child.identifier, SIGKILL)
    #expect(dead.child.waitForExit(within: 5) == 128 + SIGKILL)
    // Instance and reg-id are the same as before (section 4.1), so these are the same bindings.
    let phone = try EdgePhone.start(workplace, network)
    let times = try RingingCalls(workplace, network, count: 4, perSecond: 2).run()
    #expect(times.count == 4 && times.allSatisfy { $0 < 500 }, "\(times)")
    #expect(phone.quit() == 0)
  }
}
