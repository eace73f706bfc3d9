import Exchange
import Media
import Phone
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("Transfer: REFER in both directions (RFC 3515, RFC 5589)")
struct TransferTests {
  private func desk() -> (World, NodeID, NodeID) {
    var world = World(seed: 3, checkers: Stage.checkers)
    let exchange = world.addExchange(Stage.host("exchange", 1), Stage.home("example.test", ["alice", "bob"], authenticates: true))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    return (world, exchange, alice)
  }

  /// Alice talks to reception, who has just asked her to follow.
  private func asked() -> (World, NodeID, NodeID) {
    var (world, exchange, alice) = desk()
    world.command(.dial("201", account: nil), to: alice)
    world.run(for: .milliseconds(5500))
    return (world, exchange, alice)
  }

  private func transfers(_ world: World, _ node: NodeID) -> [String] {
    world.reports.compactMap { report in
      guard report.node == node, case .transfer(let transfer) = report.event else { return nil }
      let direction = transfer.isIncoming ? "in" : "out"
      return "\(direction) \(transfer.state.rawValue)\(transfer.status.map { " \($0)" } ?? "")"
    }
  }

  // Proves: rfc3515-2.4.2-02
  @Test(
    "The receptionist transfers to Echo: the user is asked, nothing is called before the answer, and yes leads to Echo with sound")
  func followed() {
    var (world, exchange, alice) = asked()
    let question = world.snapshot(of: alice).transferQuestions.first
    #expect(question?.sentence == "201 transfers you to Echo <sip:210@example.test>")
    #expect(world.snapshot(of: alice).calls.count == 1)
    #expect(world.call(at: alice) == .talking)
    world.forgetPassages()
    world.command(.decideTransfer(nil, true), to: alice)
    world.run(for: .seconds(3))
    let calls = world.snapshot(of: alice).calls
    #expect(calls.map(\.state) == [.ended("transferred to Echo"), .talking])
    #expect(calls.last?.isMicrophoneOpen == true)
    #expect(world.audio.streams(of: exchange).contains { $0.source == .echo })
    #expect(transfers(world, alice) == ["in asked", "in accepted"])
    // The hold and the new call leave together; 180 and 200 come within a second, of which one NOTIFY tells (section 3.10).
    let ladder = """
      alice                 exchange
        |------ INVITE + ------>|
        |------ INVITE + ------>|
        |<---- 100 Trying ------|
        |<----- 200 OK + -------|
        |<---- 100 Trying ------|
        |<---- 180 Ringing -----|
        |--------- ACK -------->|
        |<----- 200 OK + -------|
        |--------- ACK -------->|
        |------ NOTIFY + ------>|
        |<-------- BYE ---------|
        |<-- 200 OK (NOTIFY) ---|
        |---- 200 OK (BYE) ---->|
      """
    #expect(world.ladder(of: [alice, exchange]) == ladder)
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
  }

  @Test("No keeps the call: the receptionist hears 603 and talks on")
  func refused() {
    var (world, _, alice) = asked()
    world.command(.decideTransfer(nil, false), to: alice)
    world.run(for: .seconds(10))
    #expect(world.snapshot(of: alice).calls.map(\.state) == [.talking])
    #expect(world.snapshot(of: alice).calls.last?.isMicrophoneOpen == true)
    #expect(transfers(world, alice) == ["in asked", "in refused"])
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
  }

  @Test("A question that nobody answers is a no after a minute")
  func unanswered() {
    var (world, _, alice) = asked()
    world.run(for: .seconds(61))
    #expect(world.snapshot(of: alice).transferQuestions.isEmpty)
    #expect(transfers(world, alice) == ["in asked", "in refused"])
    #expect(world.call(at: alice) == .talking)
  }

  @Test("A blind transfer: the other phone is asked, its user agrees, and our call ends with the success")
  func blind() {
    var (world, _, alice) = desk()
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(1))
    world.command(.dial("bob", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.command(.transfer(nil, to: "210"), to: alice)
    world.run(for: .seconds(1))
    #expect(world.call(at: alice) == .held)
    #expect(world.snapshot(of: bob).transferQuestions.first?.sentence == "alice transfers you to sip:210@example.test")
    world.command(.decideTransfer(nil, true), to: bob)
    world.run(for: .seconds(3))
    #expect(world.ending(at: alice) == "transferred to 210")
    #expect(world.call(at: bob) == .talking && world.snapshot(of: bob).calls.last?.peer.address == "210")
    #expect(transfers(world, alice) == ["out asked", "out accepted", "out progress 100", "out progress 180", "out succeeded 200"])
    world.command(.hangUp(nil), to: bob)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
  }

  @Test("A transfer that fails brings the call back: heard, with the microphone shut until the user opens it")
  func failed() {
    var (world, _, alice) = desk()
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(1))
    world.command(.dial("bob", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.command(.transfer(nil, to: "213"), to: alice)
    world.run(for: .seconds(1))
    world.command(.decideTransfer(nil, true), to: bob)
    world.run(for: .seconds(3))
    #expect(transfers(world, alice).last == "out failed 486")
    #expect(world.call(at: alice) == .talking)
    #expect(world.snapshot(of: alice).calls.last?.isMicrophoneOpen == false)
    #expect(world.snapshot(of: alice).notices.last?.text.contains("Your microphone is shut") == true)
    // At the other end the call that was left for it goes on as well.
    #expect(world.snapshot(of: bob).calls.first?.state == .talking)
    #expect(world.snapshot(of: bob).calls.first?.isMicrophoneOpen == false)
    world.command(.talk, to: alice)
    world.run(for: .seconds(1))
    #expect(world.snapshot(of: alice).calls.last?.isMicrophoneOpen == true)
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
  }

  @Test("An attended transfer: the INVITE with Replaces takes our place, unasked there, and no microphone opens for it")
  func attended() {
    var world = World(seed: 1, checkers: Stage.checkers)
    let alice = world.addPhone(Stage.host("alice", 2), Stage.direct("alice", 2))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.direct("bob", 3))
    let dina = world.addPhone(Stage.host("dina", 4), Stage.direct("dina", 4))
    world.run(for: .seconds(1))
    world.command(.dial("sip:bob@127.0.0.3", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: bob)
    world.run(for: .seconds(1))
    world.command(.dial("sip:dina@127.0.0.4", account: nil), to: alice)
    world.run(for: .seconds(1))
    world.command(.answer(nil), to: dina)
    world.run(for: .seconds(1))
    world.forgetPassages()
    let calls = world.snapshot(of: alice).calls
    world.command(.transferToCall(calls.first?.id, calls.last?.id ?? CallID(0)), to: alice)
    world.run(for: .seconds(1))
    #expect(world.snapshot(of: bob).transferQuestions.count == 1)
    world.command(.decideTransfer(nil, true), to: bob)
    world.run(for: .seconds(5))
    #expect(world.call(at: bob) == .talking && world.snapshot(of: bob).calls.last?.isMicrophoneOpen == true)
    let there = world.snapshot(of: dina).calls
    #expect(there.last?.state == .talking && there.last?.peer.address.hasPrefix("bob") == true)
    #expect(there.last?.isMicrophoneOpen == false && there.last?.isIncoming == true)
    #expect(
      world.snapshot(of: alice).calls.allSatisfy {
        if case .ended(let why) = $0.state { why.hasPrefix("transferred to") } else { false }
      })
    world.command(.hangUp(nil), to: bob)
    world.run(for: .seconds(40))
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
  }
}
