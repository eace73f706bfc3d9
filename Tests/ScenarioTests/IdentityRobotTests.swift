import Exchange
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("Robots that show who is at the other end (RFC 4916, 3325, 8224)")
struct IdentityRobotTests {
  /// Alice trusts the exchange's authority and has dialled that number.
  private func dialled(_ number: String, tells: Bool = true, for duration: Duration = .seconds(7)) -> (World, NodeID, NodeID) {
    var world = World(seed: 9, checkers: Stage.checkers)
    var home = Stage.home("example.test", ["alice"], authenticates: true)
    home.tellsConnected = true
    let exchange = world.addExchange(Stage.host("exchange", 1), home)
    var configuration = Stage.account("alice", at: "example.test", proxy: 1)
    configuration.identity.tellsConnected = tells
    configuration.identity.anchors = ExchangeAuthority.anchor
    configuration.contacts = Directory(domain: "example.test").entries.compactMap { entry in
      (try? URI(parsing: entry.uri)).map { ContactConfiguration(name: entry.name, uri: $0, label: entry.number) }
    }
    let alice = world.addPhone(Stage.host("alice", 2), configuration)
    world.run(for: .seconds(2))
    world.command(.dial(number, account: nil), to: alice)
    world.run(for: duration)
    return (world, exchange, alice)
  }

  private func requests(_ world: World, by node: NodeID, _ method: SIPMessages.Method) -> [Request] {
    world.network.passages.filter { $0.from == node }.compactMap { try? MessageParser.parse($0.bytes).message.request }
      .filter { $0.method == method }
  }

  private func hungUp(_ world: World, _ alice: NodeID) -> CallRecord? {
    var world = world
    world.command(.hangUp(nil), to: alice)
    world.run(for: .seconds(2))
    #expect(world.verdict() == [])
    #expect(world.audio.streamCount == 0)
    return world.snapshot(of: alice).history.first
  }

  // Proves: rfc4916-4.3-1 rfc4916-4.3-2 rfc4916-4.4.2-1
  @Test("The front desk leaves the caller to Echo: From changes by UPDATE, the phone says it, and so does its history")
  func desk() throws {
    let (world, exchange, alice) = dialled("250")
    let call = try #require(world.snapshot(of: alice).calls.first)
    #expect(call.peer.address == "210" && call.peer.name == "Echo" && call.peer.trust == .saidByPeer)
    #expect(call.identityChange?.was.address == "250" && call.identityChange?.why.contains("From has changed") == true)
    let updates = requests(world, by: exchange, .update)
    #expect(updates.compactMap { $0.from?.address.uri.sip?.user } == ["250", "210"])
    #expect(Set(updates.compactMap { $0.from?.tag }).count == 1)
    let record = try #require(hungUp(world, alice))
    #expect(record.timeline.map(\.kind) == [.dialled, .answered, .changed, .ended])
  }

  // Proves: rfc4916-4.3-1
  @Test("A phone without from-change hears nothing of that: the From that it knows stays to the end")
  func deskWithoutTheTag() throws {
    let (world, exchange, alice) = dialled("250", tells: false)
    let call = try #require(world.snapshot(of: alice).calls.first)
    #expect(call.peer.address == "250" && call.identityChange == nil)
    #expect(requests(world, by: exchange, .update).isEmpty)
    _ = hungUp(world, alice)
  }

  @Test("The switchboard leaves the caller to the Speaking clock: P-Asserted-Identity in UPDATE, which the provider says")
  func switchboard() throws {
    let (world, exchange, alice) = dialled("251")
    let call = try #require(world.snapshot(of: alice).calls.first)
    #expect(call.peer.address == "211" && call.peer.trust == .saidByProvider && call.peer.source == .assertedIdentity)
    #expect(call.identityChange?.was.address == "251")
    #expect(requests(world, by: exchange, .update).last?.from?.address.uri.sip?.user == "251")
    _ = hungUp(world, alice)
  }

  @Test("A phone that tells nothing of itself hears the switchboard's provider all the same")
  func switchboardUntold() throws {
    let (world, _, alice) = dialled("251", tells: false)
    let call = try #require(world.snapshot(of: alice).calls.first)
    #expect(call.peer.address == "211" && call.peer.source == .assertedIdentity)
    #expect(requests(world, by: alice, .update).isEmpty)
    _ = hungUp(world, alice)
  }

  @Test("The pretender changes its display name only: said, not shown as the name, and nobody else is announced")
  func pretender() throws {
    let (world, _, alice) = dialled("252")
    let call = try #require(world.snapshot(of: alice).calls.first)
    #expect(call.peer.address == "252" && call.identityChange == nil)
    #expect(call.peer.name != "Your bank, verified")
    let claim = try #require(call.timeline.last)
    #expect(claim.kind == .claimed && claim.name == "Your bank, verified" && claim.trust == .saidByPeer)
    _ = hungUp(world, alice)
  }

  /// Whoever signs has called back and rings.
  private func caller(_ number: String) throws -> (PeerSnapshot, [TimelineEntry.Kind]) {
    let (world, _, alice) = dialled(number, for: .seconds(6))
    let call = try #require(world.snapshot(of: alice).calls.last)
    #expect(call.state == .ringing && call.isIncoming)
    let result = (call.peer, call.timeline.map(\.kind))
    var rest = world
    rest.command(.reject(nil, status: nil), to: alice)
    rest.run(for: .seconds(2))
    #expect(rest.verdict() == [])
    return result
  }

  // Proves: rfc4916-4.4.2-2 rfc4916-4.4.2-3
  @Test("The signed caller is verified, with the attestation in words; the others ring as well and say what is wrong")
  func signatures() throws {
    let (good, kinds) = try caller("253")
    #expect(good.trust == .checkedHere && good.uri == "sip:+12155550150@example.test;user=phone")
    #expect(good.verification?.state == .good && good.verification?.attestation == .full)
    #expect(good.verification?.signer == "Offhook demo exchange")
    #expect(kinds == [.called, .confirmed])
    for (number, words) in [("254", "ago"), ("255", "does not speak for 12155550166"), ("256", "signature")] {
      let (peer, kinds) = try caller(number)
      #expect(peer.trust == .saidByPeer && peer.verification?.state == .failed, "\(number)")
      #expect(peer.verification?.fault?.contains(words) == true, "\(number): \(peer.verification?.fault ?? "nothing")")
      #expect(kinds == [.called, .notVerified])
    }
  }
}
