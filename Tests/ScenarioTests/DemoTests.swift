import Exchange
import Media
import Phone
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("The demo: a phone among robots")
struct DemoTests {
  private func stage() -> (World, NodeID, NodeID) {
    var world = World(seed: 3, checkers: Stage.checkers)
    let exchange = world.addExchange(Stage.host("exchange", 1), Stage.home("example.test", ["alice"], authenticates: true))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    return (world, exchange, alice)
  }

  @Test("The dispatcher answers, and calls back three seconds after the caller hung up")
  func dispatcher() {
    var (world, _, alice) = stage()
    world.command(.dial("202", account: nil), to: alice)
    world.run(for: .seconds(3))
    #expect(world.call(at: alice) == .talking)
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(2))
    #expect(world.call(at: alice) != .ringing)
    world.run(for: .seconds(2))
    #expect(world.call(at: alice) == .ringing)
    #expect(world.snapshot(of: alice).calls.last?.isIncoming == true)
    world.command(.answer(nil), to: alice)
    world.run(for: .seconds(2))
    #expect(world.call(at: alice) == .talking)
    world.run(for: .seconds(30))
    #expect(world.call(at: alice) != .talking)
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
  }

  // Proves: rfc7462-13-1
  @Test(
    "The bells ring, hang up and call back, each with the URNs that it is there to show",
    arguments: [
      ("220", "service:call-waiting", "priority:high source:external"), ("221", "service:call-waiting", "priority:low"),
      ("222", "source:internal", "source:internal"), ("223", "source:external", "source:external"), ("224", "", "source:friend"),
      ("225", "", "source:family"), ("226", "service:forward", "service:recall:hold source:internal"),
      ("227", "", "duration:short"),
      ("228", "service:call-waiting", "delay:yes service:forward"), ("229", "locale:country:za", "locale:country:za"),
      ("240", "", "service:call-waiting"), ("241", "", "service:recall:callback"), ("242", "", "service:recall:transfer"),
      ("243", "", "duration:long"),
      ("244", "", "service:normal source:unclassified priority:normal duration:normal delay:none locale:default"),
    ])
  func bells(number: String, ringback: String, ring: String) {
    var (world, _, alice) = stage()
    world.command(.dial(number, account: nil), to: alice)
    world.run(for: .seconds(2))
    #expect(world.call(at: alice) == .remoteRinging)
    #expect(world.snapshot(of: alice).calls.last?.alert?.identifiers.joined(separator: " ") ?? "" == ringback)
    world.run(for: .seconds(4))
    #expect(world.ending(at: alice) == "not available")
    world.run(for: .seconds(3))
    #expect(world.call(at: alice) == .ringing)
    #expect(world.snapshot(of: alice).calls.last?.alert?.identifiers.joined(separator: " ") == ring)
    world.command(.answer(nil), to: alice)
    world.run(for: .seconds(30))
    #expect(world.call(at: alice) != .talking)
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
  }

  @Test("A bell that is given up calls back all the same, and stops by itself when nobody answers")
  func patientBell() {
    var (world, _, alice) = stage()
    world.command(.dial("220", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(4))
    #expect(world.call(at: alice) == .ringing)
    world.run(for: .seconds(31))
    #expect(world.call(at: alice) != .ringing)
    #expect(world.snapshot(of: alice).history.first?.outcome == .missed)
    #expect(world.verdict() == [])
  }

  @Test("Echo's media goes to the phone's own socket and the phone's to echo's")
  func echo() {
    var (world, exchange, alice) = stage()
    world.command(.dial("echo@example.test", account: nil), to: alice)
    world.run(for: .seconds(2))
    let here = world.audio.streams(of: alice)
    let there = world.audio.streams(of: exchange)
    #expect(here.count == 1 && there.count == 1)
    #expect(here.first?.parameters?.remoteRTP?.port == there.first?.endpoint.rtpPort)
    #expect(there.first?.parameters?.remoteRTP?.port == here.first?.endpoint.rtpPort)
    #expect(there.first?.source == .echo)
    #expect(here.first?.isMicrophoneOpen == true)
  }
}

@Suite("Calls through an outbound edge proxy (RFC 3327, RFC 5626 section 5)")
struct EdgeProxyTests {
  @Test("A phone behind an edge registers with its Path, is called through it, and calls through it")
  func edge() {
    var world = World(seed: 4, checkers: Stage.checkers)
    let home = world.addExchange(Stage.host("home", 1), Stage.home("example.test", ["alice", "bob"], authenticates: true))
    let homeURI = SIPAddress.home
    let edge = world.addExchange(
      Stage.host("edge", 4), Stage.home("example.test", [], role: .edge(home: homeURI)))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 4))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    #expect(world.exchange(home)?.bindingCount == 2)
    world.forgetPassages()
    world.command(.dial("alice@example.test", account: nil), to: bob)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .ringing)
    world.command(.answer(nil), to: alice)
    world.run(for: .seconds(1))
    #expect(world.call(at: bob) == .talking)
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(40))
    world.command(.dial("bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .talking)
    world.command(.hangUp(nil), to: bob)
    world.run(for: .seconds(2))
    // Everything of alice's went over the edge.
    #expect(!world.network.passages.contains { $0.from == alice && $0.to != edge })
    #expect(world.verdict() == [])
  }
}
