import Exchange
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("Two outbound edge proxies and a registrar (RFC 5626): the phone that still rings")
struct EdgeTests {
  /// Alice behind two edges, Bob at the registrar itself.
  private struct Town {
    var world: World
    var home: NodeID
    var edges: [NodeID]
    var alice: NodeID
    var bob: NodeID
  }

  private static let domain = "example.test"

  private static func listeners(_ last: UInt32) -> [SimulatedHost.Listener] {
    let address = SocketAddress(.v4(0x7F00_0000 + last), port: 5060)
    return [SimulatedHost.Listener(.udp, address), SimulatedHost.Listener(.tcp, address)]
  }

  private static func town(transport: String = "tcp", flowTimer: Int = 30, seed: UInt64 = 7, dns: SimulatedDNS = SimulatedDNS())
    -> Town
  {
    var world = World(seed: seed, dns: dns, checkers: Stage.checkers)
    let home = world.addExchange(Stage.host("home", 1), Stage.home(domain, ["alice", "bob"], authenticates: true))
    let edges = [11, 12].map { last in
      let homeURI = SIPURI(host: .address(.v4(0x7F00_0001)), port: 5060)
      var configuration = Stage.home(domain, [], role: .edge(home: homeURI))
      configuration.flowTimer = flowTimer
      return world.addExchange(SimulatedHost(name: "edge-\(last - 10)", listeners: listeners(UInt32(last))), configuration)
    }
    let alice = world.addPhone(
      SimulatedHost(name: "alice", listeners: listeners(2)),
      Stage.configuration(
        """
        address = "sip:alice@\(domain)"
        password = "alice"
        outbound_proxies = ["sip:127.0.0.11;transport=\(transport);lr", "sip:127.0.0.12;transport=\(transport);lr"]
        """))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: domain, proxy: 1))
    world.run(for: .seconds(3))
    return Town(world: world, home: home, edges: edges, alice: alice, bob: bob)
  }

  /// Bob calls; how long it takes until Alice's phone rings. An hour when it does not within four seconds. The call is over then.
  private static func ring(_ town: inout Town) -> Duration {
    let begin = town.world.now.instant
    town.world.command(.dial("sip:alice@\(domain)", account: nil), to: town.bob)
    let alice = town.alice
    let hasRung = town.world.run(atMost: .seconds(4)) { world in world.snapshot(of: alice).calls.contains { $0.state == .ringing } }
    let time = town.world.now.instant - begin
    town.world.command(.hangUp(nil), to: town.bob)
    town.world.run(for: .milliseconds(500))
    return hasRung ? time : .seconds(3600)
  }

  /// The process of an edge is gone: its connections are reset, new ones are refused.
  private static func kill(_ edge: Int, _ town: inout Town) {
    town.world.crash(town.edges[edge])
    town.world.network.setDown(town.edges[edge], true)
  }

  private static func restart(_ edge: Int, _ town: inout Town) {
    town.world.network.setDown(town.edges[edge], false)
    town.world.restart(town.edges[edge])
  }

  /// The one along which the call goes.
  private static func edgeOfCall(_ town: Town) -> Int {
    let isFirst = town.world.network.passages.contains { passage in
      passage.from == town.edges[0] && String(decoding: passage.bytes, as: UTF8.self).contains("INVITE")
    }
    return isFirst ? 0 : 1
  }

  private static func notices(_ town: Town) -> [String] { town.world.snapshot(of: town.alice).notices.map(\.text) }

  private static func flows(_ town: Town) -> [FlowSnapshot] { town.world.snapshot(of: town.alice).accounts.first?.flows ?? [] }

  // Proves: rfc5626-4.2.1-2 rfc5626-4.2.1-3
  @Test("The phone registers over both edges, as one phone with two flows, and a call rings once", arguments: ["tcp", "udp"])
  func both(transport: String) throws {
    var town = Self.town(transport: transport)
    let account = try #require(town.world.snapshot(of: town.alice).accounts.first)
    #expect(account.flowsReady == 2)
    #expect(account.flowsWanted == 2)
    #expect(Self.flows(town).map(\.peer) == ["127.0.0.11:5060", "127.0.0.12:5060"])
    #expect(Self.flows(town).allSatisfy { $0.isOutbound && $0.flowTimer == .seconds(30) && $0.path.count == 1 })
    #expect(town.world.exchange(town.home)?.bindingCount == 3)
    #expect(Self.ring(&town) < .milliseconds(200))
    #expect(town.world.reports.count { if case .call(let call) = $0.event { call.call.state == .ringing } else { false } } == 1)
    #expect(town.world.verdict() == [])
  }

  @Test("An edge is killed: the very next call rings, from the second one on within 100 ms, and one sentence says what happened")
  func killed() {
    for victim in 0...1 {
      var town = Self.town()
      Self.kill(victim, &town)
      town.world.run(for: .milliseconds(300))
      for _ in 0..<3 { #expect(Self.ring(&town) < .milliseconds(100)) }
      let edge = "127.0.0.\(11 + victim)"
      #expect(
        Self.notices(town).contains(
          "One of two flows of alice@example.test broke (\(edge), the connection was closed by the server). Calls still reach this phone."
        ))
      #expect(town.world.snapshot(of: town.alice).accounts.first?.flowsReady == 1)
      #expect(town.world.snapshot(of: town.alice).accounts.first?.state == .ready)
    }
  }

  // Proves: rfc5626-4.4.1-1 rfc5626-4.4.1-3 rfc5626-4.4.1-4 rfc5626-4.4.1-5
  @Test("An edge falls silent and nothing is reset: it is noticed within Flow-Timer and ten seconds, and calls ring again")
  func silent() {
    var town = Self.town()
    town.world.run(for: .seconds(40))
    #expect(Self.flows(town).allSatisfy { $0.lastKeepAlive != nil })
    let begin = town.world.now.instant
    town.world.network.silenceStreams(of: town.edges[0], until: begin + .seconds(3600))
    let alice = town.alice
    #expect(town.world.run(atMost: .seconds(41)) { $0.snapshot(of: alice).accounts.first?.flowsReady == 1 })
    town.world.run(for: .milliseconds(300))
    #expect(Self.notices(town).contains { $0.contains("the keep-alive was not answered within 10 s") })
    #expect(Self.ring(&town) < .milliseconds(100))
  }

  @Test("A dead UDP edge is noticed by STUN, or by the network's own word")
  func deadDatagrams() {
    var town = Self.town(transport: "udp")
    town.world.run(for: .seconds(40))
    #expect(Self.flows(town).allSatisfy { $0.lastKeepAlive != nil })
    town.world.network.setDown(town.edges[1], true)
    let alice = town.alice
    #expect(town.world.run(atMost: .seconds(71)) { $0.snapshot(of: alice).accounts.first?.flowsReady == 1 })
    town.world.run(for: .milliseconds(300))
    #expect(Self.ring(&town) < .milliseconds(100))
  }

  @Test("A killed edge that comes back is taken again within the back-off, and the phone says so")
  func restarted() {
    var town = Self.town()
    town.world.run(for: .seconds(40))
    #expect(Self.flows(town).first?.lastKeepAlive != nil)
    Self.kill(0, &town)
    town.world.run(for: .seconds(5))
    Self.restart(0, &town)
    let alice = town.alice
    #expect(town.world.run(atMost: .seconds(91)) { $0.snapshot(of: alice).accounts.first?.flowsReady == 2 })
    // The new connection has answered nothing yet.
    #expect(Self.flows(town).first?.lastKeepAlive == nil)
    #expect(Self.notices(town).contains("Both flows of alice@example.test are back."))
    #expect(Self.ring(&town) < .milliseconds(200))
  }

  @Test("Alice's own call whose first edge has just died leaves by the other at once")
  func outgoing() {
    var town = Self.town()
    town.world.network.silenceStreams(of: town.edges[0], until: town.world.now.instant + .seconds(3600))
    town.world.command(.dial("sip:bob@\(Self.domain)", account: nil), to: town.alice)
    let bob = town.bob
    // The keep-alive that goes along with the INVITE finds it out.
    #expect(town.world.run(atMost: .seconds(12)) { $0.snapshot(of: bob).calls.contains { $0.state == .ringing } })
    town.world.command(.answer(nil), to: bob)
    town.world.run(for: .seconds(1))
    #expect(town.world.call(at: town.alice) == .talking)
  }

  @Test("The edge of Alice's call dies while it rings: Bob's phone rings on, once, and it is her call that he answers")
  func ringing() throws {
    var town = Self.town()
    town.world.command(.dial("sip:bob@\(Self.domain)", account: nil), to: town.alice)
    town.world.run(for: .seconds(2))
    Self.kill(Self.edgeOfCall(town), &town)
    town.world.run(for: .seconds(1))
    #expect(town.world.snapshot(of: town.bob).calls.map(\.state) == [.ended("the caller gave up"), .ringing])
    town.world.command(.answer(nil), to: town.bob)
    town.world.run(for: .seconds(1))
    #expect(town.world.call(at: town.alice) == .talking && town.world.call(at: town.bob) == .talking)
    town.world.command(.hangUp(nil), to: town.bob)
    town.world.run(for: .seconds(60))
    #expect(town.world.verdict() == [])
  }

  @Test("Hung up while it rings and the edge is gone: nothing rings on at Bob's for nobody")
  func ringingForNobody() throws {
    var town = Self.town()
    town.world.command(.dial("sip:bob@\(Self.domain)", account: nil), to: town.alice)
    town.world.run(for: .seconds(2))
    // Silent and not reset: the CANCEL goes into it before anybody knows.
    town.world.network.silenceStreams(of: town.edges[Self.edgeOfCall(town)], until: town.world.now.instant + .seconds(3600))
    town.world.command(.hangUp(nil), to: town.alice)
    let bob = town.bob
    #expect(town.world.run(atMost: .seconds(45)) { $0.snapshot(of: bob).calls.isEmpty })
  }

  @Test("An edge dies in mid-call: hold, resume and hanging up go by the other one", arguments: [true, false])
  func midCall(isCaller: Bool) throws {
    var town = Self.town()
    let (caller, called) = isCaller ? (town.alice, town.bob) : (town.bob, town.alice)
    town.world.command(.dial(isCaller ? "sip:bob@\(Self.domain)" : "sip:alice@\(Self.domain)", account: nil), to: caller)
    town.world.run(for: .seconds(1))
    town.world.command(.answer(nil), to: called)
    town.world.run(for: .seconds(1))
    #expect(town.world.call(at: town.alice) == .talking)
    Self.kill(Self.edgeOfCall(town), &town)
    town.world.run(for: .seconds(1))
    town.world.command(.hold(nil), to: town.alice)
    town.world.run(for: .seconds(1))
    #expect(town.world.call(at: town.alice) == .held)
    #expect(town.world.call(at: town.bob) == .heldByPeer)
    town.world.command(.resume(nil), to: town.alice)
    town.world.run(for: .seconds(1))
    #expect(town.world.call(at: town.alice) == .talking)
    town.world.command(.hangUp(nil), to: town.alice)
    town.world.run(for: .seconds(1))
    #expect(town.world.ending(at: town.bob) != nil)
  }

  @Test("Both edges die and come back: the phone is reachable again within the back-off of all flows")
  func bothDie() {
    var town = Self.town()
    town.world.run(for: .seconds(40))
    for edge in 0...1 { Self.kill(edge, &town) }
    town.world.run(for: .seconds(3))
    #expect(town.world.snapshot(of: town.alice).accounts.first?.flowsReady == 0)
    #expect(Self.notices(town).contains { $0.contains("Calls to it do not reach this phone") })
    for edge in 0...1 { Self.restart(edge, &town) }
    let alice = town.alice
    #expect(town.world.run(atMost: .seconds(65)) { ($0.snapshot(of: alice).accounts.first?.flowsReady ?? 0) > 0 })
    #expect(Self.ring(&town) < .seconds(4))
  }

  @Test("Edges die and come back at random, one at a time, while calls come in: every call rings", arguments: [UInt64(1), 2, 3])
  func everyCallRings(seed: UInt64) {
    var town = Self.town(seed: seed)
    var random = RandomSource(seed: seed)
    var late = 0
    town.world.run(for: .seconds(40))
    for _ in 0..<12 {
      let victim = Int(random.next(below: 2))
      // By reset, or by a restart so quick that nothing but the reset is seen.
      town.world.run(for: .milliseconds(Int64(random.next(below: 900))))
      Self.kill(victim, &town)
      for call in 0..<5 {
        let time = Self.ring(&town)
        #expect(time < .seconds(4), "seed \(seed): a call was lost")
        if call > 0, time > .milliseconds(100) { late += 1 }
      }
      Self.restart(victim, &town)
      let alice = town.alice
      #expect(town.world.run(atMost: .seconds(300)) { $0.snapshot(of: alice).accounts.first?.flowsReady == 2 })
      town.world.run(for: .seconds(Int64(random.next(below: 60))))
    }
    #expect(late == 0)
    #expect(town.world.verdict() == [])
  }

  @Test("The network changes in mid-call: new flows first, then the old ones go, and the call goes on")
  func networkChanges() throws {
    var town = Self.town()
    town.world.run(for: .seconds(40))
    town.world.command(.dial("sip:bob@\(Self.domain)", account: nil), to: town.alice)
    town.world.run(for: .seconds(1))
    town.world.command(.answer(nil), to: town.bob)
    town.world.run(for: .seconds(1))
    town.world.change(.changed(addresses: [.v4(0xC000_0207)], medium: "Wi-Fi"), of: town.alice)
    town.world.run(for: .seconds(2))
    town.world.change(.changed(addresses: [.v4(0xC000_0208)], medium: "cable"), of: town.alice)
    town.world.run(for: .seconds(2))
    #expect(town.world.snapshot(of: town.alice).accounts.first?.flowsReady == 2)
    #expect(Self.notices(town).contains { $0.hasPrefix("Network changed (Wi-Fi to cable). Both flows back in ") })
    #expect(Self.notices(town).last?.hasSuffix("No call lost.") == true)
    #expect(town.world.call(at: town.alice) == .talking)
    town.world.command(.hangUp(nil), to: town.bob)
    town.world.run(for: .seconds(1))
    #expect(Self.ring(&town) < .milliseconds(200))
    town.world.change(.changed(addresses: [], medium: nil), of: town.alice)
    #expect(town.world.snapshot(of: town.alice).troubles.contains { $0.hasPrefix("There is no network") })
    town.world.change(.changed(addresses: [.v4(0xC000_0208)], medium: "cable"), of: town.alice)
    town.world.run(for: .seconds(2))
    #expect(town.world.snapshot(of: town.alice).troubles.isEmpty)
  }

  @Test("After sleep, with all connections forgotten underneath: calls ring again within two seconds")
  func sleep() throws {
    var town = Self.town()
    town.world.run(for: .seconds(40))
    town.world.network.silenceStreams(of: town.alice, until: town.world.now.instant + .seconds(3600))
    town.world.change(.resumed, of: town.alice)
    town.world.run(for: .seconds(1))
    #expect(town.world.snapshot(of: town.alice).accounts.first?.flowsReady == 2)
    #expect(Self.notices(town).last?.hasPrefix("Back from sleep. Both flows back in ") == true)
    #expect(Self.ring(&town) < .milliseconds(200))
  }

  @Test("A domain with two servers in the DNS and no configured proxy: two flows to different servers, never two to one")
  func servers() {
    var dns = SimulatedDNS()
    dns.set(
      "_sip._tcp.\(Self.domain)", .srv,
      [11, 12].map { .srv(priority: 1, weight: 1, port: 5060, target: "edge-\($0).\(Self.domain)") })
    for last in [11, 12] { dns.set("edge-\(last).\(Self.domain)", .a, [.address(.v4(0x7F00_0000 + UInt32(last)))]) }
    for seed in UInt64(1)...4 {
      var town = Self.town(seed: seed, dns: dns)
      let carol = town.world.addPhone(
        SimulatedHost(name: "carol", listeners: Self.listeners(4)),
        Stage.configuration("address = \"sip:bob@\(Self.domain)\"\npassword = \"bob\"\ntransport = \"tcp\""))
      town.world.run(for: .seconds(3))
      let flows = town.world.snapshot(of: carol).accounts.first?.flows ?? []
      #expect(Set(flows.compactMap(\.peer)) == ["127.0.0.11:5060", "127.0.0.12:5060"])
    }
  }

  @Test("A domain with one server: one flow, and not a word about a second one")
  func oneServer() throws {
    var dns = SimulatedDNS()
    dns.set("_sip._tcp.\(Self.domain)", .srv, [.srv(priority: 1, weight: 1, port: 5060, target: "edge-11.\(Self.domain)")])
    dns.set("edge-11.\(Self.domain)", .a, [.address(.v4(0x7F00_000B))])
    var town = Self.town(dns: dns)
    let carol = town.world.addPhone(
      SimulatedHost(name: "carol", listeners: Self.listeners(4)),
      Stage.configuration("address = \"sip:bob@\(Self.domain)\"\npassword = \"bob\"\ntransport = \"tcp\""))
    town.world.run(for: .seconds(3))
    let account = try #require(town.world.snapshot(of: carol).accounts.first)
    #expect(account.flowsReady == 1)
    #expect(account.flowsWanted == 1)
    #expect(town.world.snapshot(of: carol).notices.map(\.level) == [.information])
  }
}
