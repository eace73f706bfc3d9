import Exchange
import Phone
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("Basic call flows (RFC 3665 sections 2 and 3)")
struct BasicCallFlowTests {
  @Test("2.1 Successful new registration: the challenge is answered")
  func registration() {
    var world = World(seed: 1, checkers: Stage.checkers)
    let proxy = world.addExchange(Stage.host("proxy", 1), Stage.home("example.test", ["bob"], authenticates: true))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    #expect(world.exchange(proxy)?.bindingCount == 1)
    #expect(world.snapshot(of: bob).accounts.first?.state.isReady == true)
    expect(world.ladder(of: [bob, proxy]), CallFlow.registration)
  }

  @Test("3.1 Successful session establishment, directly")
  func direct() {
    var (world, alice, bob) = directWorld()
    world.command(.dial("sip:bob@127.0.0.3", account: nil), to: alice)
    world.run(for: .seconds(1))
    #expect(world.call(at: bob) == .ringing)
    #expect(world.call(at: alice) == .remoteRinging)
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(2))
    #expect(world.call(at: alice) == .talking && world.call(at: bob) == .talking)
    world.command(.hangUp(nil), to: bob)
    world.run(for: .seconds(1))
    #expect(world.ending(at: alice) != nil)
    expect(world.ladder(of: [alice, bob]), CallFlow.direct)
    #expect(world.verdict() == [])
  }

  @Test("3.2 Session establishment through two proxies")
  func twoProxies() {
    var (world, nodes) = twoProxyWorld()
    world.command(.dial("sip:bob@biloxi.example", account: nil), to: nodes[0])
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: nodes[3])
    world.run(for: .seconds(2))
    #expect(world.call(at: nodes[0]) == .talking)
    world.command(.hangUp(nil), to: nodes[3])
    world.run(for: .seconds(1))
    expect(world.ladder(of: nodes, width: 22), CallFlow.twoProxies)
    #expect(world.verdict() == [])
  }

  @Test("3.3 Session with proxy authentication: the call is challenged once and goes through")
  func authentication() {
    var (world, alice, proxy, bob) = oneProxyWorld(authenticates: true)
    world.command(.dial("sip:bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(1))
    expect(world.ladder(of: [alice, proxy, bob]), CallFlow.authentication)
    #expect(world.verdict() == [])
  }

  @Test("3.4 Session with a dead proxy: the next one of the SRV records is tried")
  func deadProxy() {
    var dns = SimulatedDNS()
    dns.set(
      "_sip._udp.example.test", .srv,
      [
        .srv(priority: 1, weight: 0, port: 5060, target: "one.example.test"),
        .srv(priority: 2, weight: 0, port: 5060, target: "two.example.test"),
      ])
    dns.set("one.example.test", .a, [.address(.v4(0x7F00_0008))])
    dns.set("two.example.test", .a, [.address(.v4(0x7F00_0001))])
    var world = World(seed: 1, dns: dns, checkers: Stage.checkers)
    let dead = world.addSilentHost(Stage.host("proxy 1", 8))
    let proxy = world.addExchange(Stage.host("proxy 2", 1), Stage.home("example.test", ["alice", "bob"]))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    let alice = world.addPhone(
      Stage.host("alice", 2), Stage.configuration("address = \"sip:alice@example.test\"\nregister = false"))
    world.run(for: .seconds(2))
    world.forgetPassages()
    world.command(.dial("sip:bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(33))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .talking)
    expect(world.ladder(of: [alice, dead, proxy, bob], width: 20), CallFlow.deadProxy)
    #expect(world.verdict() == [])
  }

  @Test("3.6 Session through a redirect server, followed with the user's consent")
  func redirect() {
    var world = World(seed: 1, checkers: Stage.checkers)
    let proxy = world.addExchange(Stage.host("redirect", 1), Stage.home("example.test", ["alice", "bob"], role: .redirect))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.configuration("address = \"sip:alice@127.0.0.2\"\nregister = false"))
    world.network.dns.set("_sip._udp.example.test", .srv, [.srv(priority: 1, weight: 0, port: 5060, target: "p.example.test")])
    world.network.dns.set("p.example.test", .a, [.address(.v4(0x7F00_0001))])
    world.run(for: .seconds(2))
    world.forgetPassages()
    world.command(.dial("sip:bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.followRedirection(nil, true), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .talking)
    expect(world.ladder(of: [alice, proxy, bob]), CallFlow.redirect)
  }

  @Test("3.7 Session with a re-INVITE: hold and resume")
  func hold() {
    var (world, alice, bob) = directWorld()
    world.command(.dial("sip:bob@127.0.0.3", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.command(.hold(nil), to: alice)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .held)
    #expect(world.call(at: bob) == .heldByPeer)
    world.command(.resume(nil), to: alice)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .talking && world.call(at: bob) == .talking)
    expect(world.ladder(of: [alice, bob]), CallFlow.hold)
    #expect(world.verdict().filter { !$0.contains("still") } == [])
  }

  @Test("3.8 Unsuccessful, no answer: the caller gives up, and the CANCEL goes from hop to hop")
  func noAnswer() {
    var (world, nodes) = twoProxyWorld()
    world.command(.dial("sip:bob@biloxi.example", account: nil), to: nodes[0])
    world.run(for: .seconds(5))
    world.command(.hangUp(nil), to: nodes[0])
    world.run(for: .seconds(1))
    #expect(world.ending(at: nodes[0]) != nil && world.ending(at: nodes[3]) != nil)
    expect(world.ladder(of: nodes, width: 22), CallFlow.noAnswer)
    #expect(world.verdict() == [])
  }

  @Test("3.9 Unsuccessful, busy: each hop acknowledges the refusal")
  func busy() {
    var (world, nodes) = twoProxyWorld()
    world.command(.doNotDisturb(true), to: nodes[3])
    world.command(.dial("sip:bob@biloxi.example", account: nil), to: nodes[0])
    world.run(for: .seconds(1))
    #expect(world.ending(at: nodes[0])?.lowercased().contains("busy") == true)
    expect(world.ladder(of: nodes, width: 22), CallFlow.busy)
    #expect(world.verdict() == [])
  }

  @Test("3.10 Unsuccessful, no response from the user agent: its proxy gives up after 32 s, and the first proxy passes that on")
  func noResponse() {
    var (world, nodes) = twoProxyWorld()
    world.network.setDown(nodes[3], true)
    world.command(.dial("sip:bob@biloxi.example", account: nil), to: nodes[0])
    world.run(for: .seconds(34))
    #expect(world.ending(at: nodes[0]) != nil)
    expect(world.ladder(of: nodes, width: 22), CallFlow.noResponse)
    #expect(world.verdict() == [])
  }

  @Test("3.11 Unsuccessful, temporarily unavailable: it rang, and then nobody was there")
  func unavailable() {
    var (world, nodes) = twoProxyWorld()
    world.command(.dial("sip:bob@biloxi.example", account: nil), to: nodes[0])
    world.run(for: .seconds(1))
    world.command(.reject(nil, status: 480), to: nodes[3])
    world.run(for: .seconds(1))
    #expect(world.ending(at: nodes[0]) != nil)
    expect(world.ladder(of: nodes, width: 22), CallFlow.unavailable)
    #expect(world.verdict() == [])
  }

  @Test("Somebody who has never registered is 480 from the proxy itself")
  func unregistered() {
    var world = World(seed: 1, checkers: Stage.checkers)
    let proxy = world.addExchange(Stage.host("proxy", 1), Stage.home("example.test", ["alice", "bob"]))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1, registers: false))
    world.run(for: .seconds(1))
    world.command(.dial("sip:bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(1))
    expect(
      world.ladder(of: [alice, proxy]),
      """
      alice                   proxy
        |------ INVITE + ------>|
        |<- 480 Temporarily U --|
        |--------- ACK -------->|
      """)
    #expect(world.verdict() == [])
  }

  // MARK: Stages

  private func directWorld() -> (World, NodeID, NodeID) {
    var world = World(seed: 1, checkers: Stage.checkers)
    let alice = world.addPhone(Stage.host("alice", 2), Stage.direct("alice", 2))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.direct("bob", 3))
    world.run(for: .seconds(1))
    return (world, alice, bob)
  }

  private func oneProxyWorld(authenticates: Bool = false) -> (World, NodeID, NodeID, NodeID) {
    var world = World(seed: 1, checkers: Stage.checkers)
    let proxy = world.addExchange(
      Stage.host("proxy", 1), Stage.home("example.test", ["alice", "bob"], authenticates: authenticates))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1, registers: false))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    world.forgetPassages()
    return (world, alice, proxy, bob)
  }

  private func twoProxyWorld() -> (World, [NodeID]) {
    var dns = SimulatedDNS()
    dns.set("_sip._udp.biloxi.example", .srv, [.srv(priority: 1, weight: 0, port: 5060, target: "ss2.biloxi.example")])
    dns.set("ss2.biloxi.example", .a, [.address(.v4(0x7F00_0004))])
    var world = World(seed: 1, dns: dns, checkers: Stage.checkers)
    let atlanta = world.addExchange(Stage.host("proxy 1", 1), Stage.home("atlanta.example", ["alice"]))
    let biloxi = world.addExchange(Stage.host("proxy 2", 4), Stage.home("biloxi.example", ["bob"]))
    let alice = world.addPhone(
      Stage.host("alice", 2), Stage.account("alice", at: "atlanta.example", proxy: 1, registers: false))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "biloxi.example", proxy: 4))
    world.run(for: .seconds(2))
    world.forgetPassages()
    return (world, [alice, atlanta, biloxi, bob])
  }

  /// Compares ladders without the blanks at the ends of lines; a difference shows the whole ladder that came.
  private func expect(_ ladder: String, _ wanted: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let trimmed = { (text: String) in
      text.split(separator: "\n").map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    }
    if trimmed(ladder) != trimmed(wanted) { Issue.record("LADDER\n\(ladder)\nEND", sourceLocation: sourceLocation) }
  }
}

extension AccountSnapshot.State {
  fileprivate var isReady: Bool {
    if case .ready = self { true } else { false }
  }
}
