import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("Small exhaustive: every order of three things that happen at once")
struct ExhaustiveTests {
  @Test("CANCEL against 200 against a refusal")
  func cancelAgainstSuccess() {
    var (world, alice, bob) = pair()
    world.command(.dial("sip:bob@127.0.0.3", account: nil), to: alice)
    world.run(for: .seconds(1))
    check(
      world,
      [act("gives up", .hangUp(nil), alice), act("answers", .answer(nil), bob), act("refuses", .reject(nil, status: nil), bob)],
      [alice, bob])
  }

  @Test("CANCEL against 200 while the INVITE itself is still on its way")
  func cancelAtOnce() {
    let (world, alice, bob) = pair()
    check(
      world,
      [
        act("dials", .dial("sip:bob@127.0.0.3", account: nil), alice), act("gives up", .hangUp(nil), alice),
        act("answers", .answer(nil), bob),
      ], [alice, bob], steps: 8)
  }

  @Test("BYE against BYE, with a datagram lost")
  func byeAgainstBye() {
    let (world, alice, bob) = talking()
    check(world, [act("hangs up", .hangUp(nil), alice), act("hangs up too", .hangUp(nil), bob), loss], [alice, bob])
  }

  @Test("Re-INVITE glare: hold against hold, and a resume")
  func holdAgainstHold() {
    let (world, alice, bob) = talking()
    check(
      world, [act("holds", .hold(nil), alice), act("holds too", .hold(nil), bob), act("resumes", .resume(nil), alice)],
      [alice, bob])
  }

  @Test("Hold against BYE, with a datagram lost")
  func holdAgainstBye() {
    let (world, alice, bob) = talking()
    check(world, [act("holds", .hold(nil), alice), act("hangs up", .hangUp(nil), bob), loss], [alice, bob])
  }

  @Test("Network loss while it rings: one is cut off, one answers, one gives up")
  func lossWhileRinging() {
    var (world, alice, bob) = pair()
    world.command(.dial("sip:bob@127.0.0.3", account: nil), to: alice)
    world.run(for: .seconds(1))
    let cut = Explorer.Act("is cut off") { $0.network.setDown(alice, true) }
    check(
      world, [cut, act("answers", .answer(nil), bob), act("gives up", .hangUp(nil), alice)], [alice, bob])
  }

  @Test("The registrar forgets a binding during a call, while one holds and the other hangs up")
  func expiryInACall() {
    var world = World(seed: 1, checkers: AllCheckers.make())
    let proxy = world.addExchange(Stage.host("proxy", 1), Stage.home("example.test", ["alice", "bob"]))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.isRecording = false
    world.run(for: .seconds(2))
    world.command(.dial("sip:bob@example.test", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    let forgets = Explorer.Act("forgets") { world in
      world.crash(proxy)
      world.restart(proxy)
    }
    check(
      world, [forgets, act("holds", .hold(nil), alice), act("registers", .register(account: nil), bob)], [alice, bob])
  }

  @Test("UPDATE against re-INVITE: two offers of the peer and one of ours")
  func updateAgainstReinvite() {
    var (world, bob, carol) = strangers()
    carol.call(&world)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .milliseconds(100))
    carol.acknowledge(&world)
    world.run(for: .milliseconds(100))
    let peer = carol
    let update = Explorer.Act("UPDATE") { peer.request("UPDATE", sequence: 2, &$0) }
    let reinvite = Explorer.Act("INVITE") { peer.request("INVITE", sequence: 3, &$0) }
    check(world, [update, reinvite, act("holds", .hold(nil), bob)], [bob])
  }

  @Test("PRACK against CANCEL against an answer")
  func prackAgainstCancel() {
    var (world, bob, carol) = strangers()
    carol.call(&world, "Require: 100rel")
    world.run(for: .milliseconds(100))
    let peer = carol
    let prack = Explorer.Act("PRACK") { peer.acknowledgeProvisional(&$0) }
    let cancel = Explorer.Act("CANCEL") { peer.cancel(&$0) }
    check(world, [prack, cancel, act("answers", .answer(nil), bob)], [bob])
  }

  @Test("REFER during hold: a transfer against the holds of both sides")
  func transferAgainstHolds() {
    let (world, alice, bob, carol) = withCarol()
    check(
      world,
      [
        act("transfers", .transfer(nil, to: "sip:carol@127.0.0.4"), alice), act("holds", .hold(nil), alice),
        act("holds too", .hold(nil), bob),
      ], [alice, bob, carol])
  }

  @Test("REFER during hold, against BYE")
  func transferAgainstBye() {
    var (world, alice, bob, carol) = withCarol()
    world.command(.hold(nil), to: bob)
    world.run(for: .milliseconds(500))
    check(
      world,
      [
        act("transfers", .transfer(nil, to: "sip:carol@127.0.0.4"), alice), act("resumes", .resume(nil), bob),
        act("hangs up", .hangUp(nil), bob),
      ], [alice, bob, carol])
  }

  @Test("REFER during hold: the agreement to it against the holds of both sides")
  func agreementAgainstHolds() {
    var (world, alice, bob, carol) = withCarol()
    world.command(.transfer(nil, to: "sip:carol@127.0.0.4"), to: alice)
    world.run(for: .milliseconds(500))
    check(
      world,
      [
        act("agrees", .decideTransfer(nil, true), bob), act("holds", .hold(nil), bob), act("holds too", .hold(nil), alice),
      ], [alice, bob, carol])
  }

  // MARK: Stages

  private let loss = Explorer.Act("a datagram is lost") { $0.network.swallows += 1 }

  private func act(_ name: String, _ command: PhoneCommand, _ node: NodeID) -> Explorer.Act {
    Explorer.Act(name) { $0.command(command, to: node) }
  }

  private func check(
    _ world: World, _ acts: [Explorer.Act], _ phones: [NodeID], steps: Int = 5, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var explorer = Explorer()
    explorer.steps = steps
    explorer.explore(world, acts, phones: phones)
    if let failure = explorer.failure { Issue.record("\(failure)", sourceLocation: sourceLocation) }
    #expect(explorer.worlds >= 30, sourceLocation: sourceLocation)
  }

  private func pair() -> (World, NodeID, NodeID) {
    var world = World(seed: 1, checkers: AllCheckers.make())
    world.isRecording = false
    let alice = world.addPhone(Stage.host("alice", 2), Stage.direct("alice", 2))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.direct("bob", 3))
    world.run(for: .seconds(2))
    return (world, alice, bob)
  }

  private func talking() -> (World, NodeID, NodeID) {
    var (world, alice, bob) = pair()
    world.command(.dial("sip:bob@127.0.0.3", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    return (world, alice, bob)
  }

  private func withCarol() -> (World, NodeID, NodeID, NodeID) {
    var (world, alice, bob) = talking()
    let carol = world.addPhone(Stage.host("carol", 4), Stage.direct("carol", 4))
    world.run(for: .seconds(2))
    return (world, alice, bob, carol)
  }

  private func strangers() -> (World, NodeID, RawPeer) {
    var world = World(seed: 1, checkers: AllCheckers.make())
    world.isRecording = false
    let bob = world.addPhone(Stage.host("bob", 3), Stage.direct("bob", 3))
    let carol = world.addSilentHost(Stage.host("carol", 4))
    world.run(for: .seconds(2))
    return (world, bob, RawPeer(node: carol, listener: ListenerID(2), bob: bob))
  }
}
