import Media
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("Robots that ask to be put through (RFC 5373)")
struct AskingRobotTests {
  /// What the demo has, as a file.
  private static let rules = """

    [[contacts]]
    name = "Intercom"
    uri = "sip:230@example.test"
    [[contacts]]
    name = "Control room"
    uri = "sip:232@example.test"
    [[contacts]]
    name = "Eavesdropper"
    uri = "sip:234@example.test"
    [[answer.rules]]
    from = ["contact:Intercom", "contact:Eavesdropper"]
    asks = "auto"
    then = "answer"
    [[answer.rules]]
    from = "contact:Control room"
    asks = "priv"
    then = "answer"

    """

  /// Alice has called that robot, and it calls her back.
  private func calledBack(by number: String, after prepare: (inout World, NodeID) -> Void = { _, _ in }) -> (World, NodeID, NodeID)
  {
    var world = World(seed: 5, checkers: Stage.checkers)
    let exchange = world.addExchange(Stage.host("exchange", 1), Stage.home("example.test", ["alice"], authenticates: true))
    let account =
      "[[accounts]]\naddress = \"sip:alice@example.test\"\npassword = \"alice\"\noutbound_proxies = [\"sip:127.0.0.1;lr\"]\n"
    let (configuration, problems) = ConfigurationParser.parse(Array((account + Self.rules).utf8), file: "scenario")
    #expect(problems.isEmpty)
    let alice = world.addPhone(Stage.host("alice", 2), configuration)
    world.run(for: .seconds(2))
    prepare(&world, alice)
    world.command(.dial(number, account: nil), to: alice)
    world.run(for: .milliseconds(1500))
    #expect(world.ending(at: alice) == "not available")
    world.run(for: .seconds(3))
    return (world, exchange, alice)
  }

  /// Whether the phone was ever told to ring.
  private func hasRung(_ world: World, _ node: NodeID) -> Bool {
    world.audio.entries.contains { entry in
      if case .ring(.some) = entry.order { entry.node == node } else { false }
    }
  }

  /// The directions in which the phone's media ran since the robot's call came.
  private func directions(_ world: World, _ node: NodeID) -> [MediaDirection] {
    world.audio.entries.compactMap { entry in
      if case .run(_, let parameters, _) = entry.order, entry.node == node { parameters.direction } else { nil }
    }
  }

  private func openings(_ world: World, _ node: NodeID) -> Int {
    world.audio.entries.count { entry in
      if case .microphone(_, isOpen: true) = entry.order { entry.node == node } else { false }
    }
  }

  private func said(_ world: World, by node: NodeID) -> [Response] {
    world.network.passages.filter { $0.from == node }.compactMap { try? MessageParser.parse($0.bytes).message.response }
  }

  // Proves: rfc5373-4.5.1-7 rfc5373-7.4-2
  @Test("The intercom is put through with the microphone shut, which opens when the user talks")
  func intercom() throws {
    var (world, exchange, alice) = calledBack(by: "230")
    let call = try #require(world.snapshot(of: alice).calls.last)
    #expect(call.state == .talking && call.isIncoming && call.wasAnsweredAutomatically && !call.isMicrophoneOpen)
    #expect(call.asks == "Answer-Mode: Auto" && call.obstacle == nil)
    #expect(call.peer.trust == .saidByProvider && call.peer.name == "Intercom")
    #expect(!hasRung(world, alice))
    #expect(
      world.snapshot(of: alice).notices.contains {
        $0.text == "Call from Intercom was answered automatically; your microphone is shut."
      })
    #expect(directions(world, alice) == [.recvonly] && openings(world, alice) == 0)
    let hasBeeped = world.audio.entries.contains { entry in
      if case .tone(.announcement?) = entry.order { entry.node == alice } else { false }
    }
    #expect(hasBeeped)
    world.command(.policy(.why(nil)), to: alice)
    let lines = try #require(world.snapshot(of: alice).answering.explanation?.lines)
    #expect(lines.first == "The caller asks: Answer-Mode: Auto")
    #expect(lines.contains { $0.hasPrefix("> 1  Intercom, Eavesdropper") && $0.hasSuffix(": fits") }, "\(lines)")
    #expect(lines.last == "Rule 1 decides: answered, the microphone shut until you talk.")
    world.command(.talk, to: alice)
    world.run(for: .seconds(1))
    #expect(openings(world, alice) == 1 && directions(world, alice).last == .sendrecv)
    #expect(world.audio.streams(of: exchange).first?.parameters?.direction == .sendrecv)
    world.run(for: .seconds(25))
    #expect(world.call(at: alice) != .talking)
    #expect(world.snapshot(of: alice).history.first?.wasAnsweredAutomatically == true)
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
  }

  // Proves: rfc5373-4.5.1-17 rfc5373-4.5.1-18
  @Test("The pushy caller, whom no rule lets in, is refused and never rings; the history says why")
  func pushy() throws {
    var (world, _, alice) = calledBack(by: "231")
    #expect(!hasRung(world, alice) && openings(world, alice) == 0)
    let refusal = try #require(said(world, by: alice).last { $0.status == .forbidden })
    #expect(refusal.reason == "automatic answer forbidden")
    let record = try #require(world.snapshot(of: alice).history.first)
    #expect(record.outcome == .rejected && record.peerURI == "sip:231@example.test")
    #expect(record.detail == "refused by your rules: it insisted on an automatic answer; no rule answers this caller")
    #expect(world.verdict() == [])
  }

  // Proves: rfc5373-4.1-2 rfc5373-4.5.1-20
  @Test("The control room, for whom the provider vouches and whom a rule names, is put through by its special right")
  func control() throws {
    var (world, _, alice) = calledBack(by: "232")
    let call = try #require(world.snapshot(of: alice).calls.last)
    #expect(call.state == .talking && call.wasAnsweredAutomatically && !call.isMicrophoneOpen)
    #expect(call.asks == "Priv-Answer-Mode: Auto" && call.peer.trust == .saidByProvider)
    #expect(directions(world, alice) == [.recvonly] && openings(world, alice) == 0)
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(2))
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
  }

  // Proves: rfc5373-4.1-2 rfc5373-7.3-1
  @Test("The impostor has the control room's name and nobody's word: it is refused, and why says so")
  func impostor() throws {
    var (world, _, alice) = calledBack(by: "233")
    #expect(!hasRung(world, alice) && openings(world, alice) == 0)
    #expect(said(world, by: alice).last { $0.status == .forbidden }?.reason == "automatic answer forbidden")
    let record = try #require(world.snapshot(of: alice).history.first)
    #expect(record.outcome == .rejected && record.peerURI == "sip:232@example.test")
    world.command(.policy(.why(nil)), to: alice)
    let lines = try #require(world.snapshot(of: alice).answering.explanation?.lines)
    #expect(
      lines.contains {
        $0.hasSuffix("it wants the caller said by your provider, but it is said by the caller only")
      }, "\(lines)")
    #expect(lines.last?.contains("no rule grants Priv-Answer-Mode to this caller") == true, "\(lines)")
    #expect(world.verdict() == [])
  }

  // Proves: rfc5373-7.4-4 rfc5373-3-2
  @Test("The eavesdropper is put through and asks three times for the microphone; it gets its own sound heard and nothing back")
  func eavesdropper() throws {
    var (world, exchange, alice) = calledBack(by: "234")
    #expect(world.call(at: alice) == .talking)
    world.forgetPassages()
    world.run(for: .seconds(9))
    let demands = world.network.passages.filter { $0.from == exchange }.compactMap {
      try? MessageParser.parse($0.bytes).message.request
    }.filter { ($0.method == .invite || $0.method == .update) && !$0.body.isEmpty }
    #expect(demands.count == 3)
    let answers = said(world, by: alice).filter { $0.status == .ok && !$0.body.isEmpty }.map {
      String(decoding: $0.body, as: UTF8.self)
    }
    #expect(answers.count == 3)
    #expect(answers.allSatisfy { !$0.contains("a=sendrecv") && !$0.contains("a=sendonly") })
    #expect(directions(world, alice).allSatisfy { $0 == .recvonly || $0 == .inactive })
    #expect(openings(world, alice) == 0)
    #expect(world.call(at: alice) == .talking || world.call(at: alice) == .heldByPeer)
    world.run(for: .seconds(5))
    #expect(world.calls(of: alice).isEmpty)
    #expect(openings(world, alice) == 0)
    #expect(world.verdict() == [])
  }

  @Test("With automatic answers switched off the polite ring, and those who insist or claim a right are refused")
  func switchedOff() {
    for (number, state) in [("230", true), ("231", false), ("232", true), ("233", false), ("234", true)] {
      let (world, _, alice) = calledBack(by: number) { $0.command(.answerAutomatically(false), to: $1) }
      #expect(hasRung(world, alice) == state, "\(number)")
      #expect((world.call(at: alice) == .ringing) == state, "\(number)")
      #expect(openings(world, alice) == 0)
    }
  }

  @Test("While the screen is locked, and during a call, nobody is put through")
  func guards() {
    let (locked, _, alice) = calledBack(by: "230") { $0.command(.locked(true), to: $1) }
    #expect(locked.call(at: alice) == .ringing)
    #expect(locked.snapshot(of: alice).calls.last?.obstacle == "rule 1: the screen is locked")
    var (world, _, node) = calledBack(by: "230")
    world.command(.talk, to: node)
    world.run(for: .seconds(1))
    world.command(.dial("230", account: nil), to: node)
    world.run(for: .seconds(6))
    #expect(world.snapshot(of: node).calls.last { $0.isIncoming && $0.state == .ringing }?.obstacle == "rule 1: you are on a call")
    #expect(world.verdict() == [])
  }
}

@Suite("Whom the exchange vouches for (RFC 3325)")
struct AssertedIdentityTests {
  @Test("An authenticated user's call carries what the exchange knows, and nothing that the caller wrote")
  func asserted() throws {
    var world = World(seed: 6, checkers: Stage.checkers)
    _ = world.addExchange(Stage.host("exchange", 1), Stage.home("example.test", ["alice", "bob"], authenticates: true))
    let alice = world.addPhone(Stage.host("alice", 2), Stage.account("alice", at: "example.test", proxy: 1))
    let bob = world.addPhone(Stage.host("bob", 3), Stage.account("bob", at: "example.test", proxy: 1))
    world.run(for: .seconds(2))
    world.command(.dial("bob", account: nil), to: alice)
    world.run(for: .seconds(1))
    let call = try #require(world.snapshot(of: bob).calls.last)
    #expect(call.state == .ringing && call.peer.trust == .saidByProvider)
    #expect(call.peer.uri == "sip:alice@example.test")
  }

  @Test("What somebody who proved nothing asserts is removed")
  func forged() throws {
    let bench = ExchangeBench()
    _ = bench.register("bob", contact: "<sip:bob@127.0.0.3>", at: ExchangeBench.bob)
    let sent = bench.request(
      "INVITE", "sip:bob@example.test", from: "sip:mallory@evil.example", to: "sip:bob@example.test", at: ExchangeBench.carol,
      ["Contact: <sip:mallory@127.0.0.4>", "P-Asserted-Identity: <sip:alice@example.test>"])
    let invite = try #require(sent.compactMap(\.message.request).first)
    #expect(!invite.fields.contains(.pAssertedIdentity))
    #expect(invite.to?.address.uri.sip?.user == "bob")
  }
}
