import Exchange
import Phone
import SIPUserAgent
import SansIO
import Simulation
import Testing

/// Each of these was found by a seed of the swarm; Tests/README.md lists them.
@Suite("Found by the swarm")
struct FoundBySwarmTests {
  @Test("A registration comes back although its connection leads nowhere and nobody says so")
  func silentConnection() {
    var world = World(seed: 1, checkers: AllCheckers.make())
    _ = world.addExchange(host("proxy", 1), Stage.home("example.test", ["alice"]))
    let alice = world.addPhone(
      host("alice", 2),
      Stage.configuration(
        """
        address = "sip:alice@example.test"
        password = "alice"
        expires = 60
        outbound_proxies = ["sip:127.0.0.1;transport=tcp;lr"]
        """))
    world.run(for: .seconds(2))
    #expect(world.isRegistered(alice))
    world.network.silenceStreams(of: alice, until: world.now.instant + .seconds(900))
    // The refresh at half the time, 64*T1 without an answer, and half a minute's pause.
    world.run(for: .seconds(30 + 32 + 35))
    #expect(world.isRegistered(alice))
    #expect(world.verdict() == [])
  }

  @Test("A re-INVITE that still waits for its connection does not follow the peer's BYE")
  func requestAfterBye() {
    var world = World(seed: 1, checkers: AllCheckers.make())
    let alice = world.addPhone(host("alice", 2), Stage.direct("alice", 2))
    let bob = world.addPhone(host("bob", 3), Stage.direct("bob", 3))
    world.run(for: .seconds(1))
    world.command(.dial("sip:bob@127.0.0.3;transport=tcp", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.network.breakStreams(of: alice, now: world.now.instant)
    world.run(for: .seconds(1))
    // Alice's BYE arrives after her connection has been opened; bob's hold asks for one of his own just before.
    world.command(.hangUp(nil), to: alice)
    world.run(for: .milliseconds(6))
    world.command(.hold(nil), to: bob)
    world.run(for: .seconds(1))
    #expect(!world.hasLiveCalls(alice) && !world.hasLiveCalls(bob))
    let late = world.network.passages.filter { passage in
      passage.from == bob && MessageGlance(passage.bytes)?.method == "INVITE"
    }
    #expect(late.isEmpty)
    #expect(world.verdict() == [])
  }

  @Test("A call that is answered after its connection broke is acknowledged: the answer names an address that can be reached")
  func answeredAfterLoss() {
    var world = World(seed: 1, checkers: AllCheckers.make())
    let alice = world.addPhone(host("alice", 2), Stage.direct("alice", 2))
    let bob = world.addPhone(host("bob", 3), Stage.direct("bob", 3))
    world.run(for: .seconds(1))
    world.command(.dial("sip:bob@127.0.0.3;transport=tcp", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.network.breakStreams(of: alice, now: world.now.instant)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
    #expect(world.hasLiveCalls(alice) == world.hasLiveCalls(bob))
  }

  @Test("A re-INVITE that waits for TCP because it is large is not overtaken by what goes by UDP")
  func overtaken() {
    // Descriptions of many lines make the re-INVITE longer than 1300 bytes.
    var world = World(seed: 1, checkers: AllCheckers.make())
    _ = world.addExchange(host("proxy", 1), Stage.home("example.test", ["alice", "bob"]))
    let alice = world.addPhone(host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1))
    let bob = world.addPhone(host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    world.command(.dial("sip:bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.command(.hold(nil), to: alice)
    world.command(.transfer(nil, to: "sip:echo@example.test"), to: alice)
    world.run(for: .seconds(5))
    world.command(.hangUp(nil), to: alice)
    world.command(.hangUp(nil), to: bob)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
  }

  @Test("A host that has crashed accepts no connection; when it is back, it knows the ones it hears from")
  func crashedHost() {
    var world = World(seed: 1, checkers: AllCheckers.make())
    let alice = world.addPhone(host("alice", 2), Stage.direct("alice", 2))
    let bob = world.addPhone(host("bob", 3), Stage.direct("bob", 3))
    world.run(for: .seconds(1))
    world.crash(bob)
    world.command(.dial("sip:bob@127.0.0.3;transport=tcp", account: nil), to: alice)
    world.run(for: .seconds(1))
    #expect(!world.hasLiveCalls(alice))
    world.restart(bob)
    world.command(.dial("sip:bob@127.0.0.3;transport=tcp", account: nil), to: alice)
    world.run(for: .seconds(1))
    #expect(world.newestCall(of: bob)?.state == .ringing)
    #expect(world.findings.isEmpty)
  }

  private func host(_ name: String, _ last: UInt32) -> SimulatedHost {
    let address = SocketAddress(.v4(0x7F00_0000 + last), port: 5060)
    return SimulatedHost(name: name, listeners: [.init(.udp, address), .init(.tcp, address)])
  }
}
