import Media
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Simulation
import Testing

@Suite("A call that asks to be put through and reaches two phones (RFC 5373 section 4.4.2)")
struct ForkedAnswerTests {
  private struct House {
    var world: World
    let exchange: NodeID
    let bob: NodeID
    /// The two phones of alice.
    let alices: [NodeID]

    /// Whether one of them was told to ring.
    func hasRung(_ node: NodeID) -> Bool {
      world.audio.entries.contains { entry in
        if case .ring(.some) = entry.order { entry.node == node } else { false }
      }
    }

    func openings(_ node: NodeID) -> Int {
      world.audio.entries.count { entry in
        if case .microphone(_, isOpen: true) = entry.order { entry.node == node } else { false }
      }
    }

    /// The INVITEs that the exchange sent to alice's phones.
    var forks: [Request] {
      let phones = alices
      return world.network.passages.filter { $0.from == exchange && phones.contains($0.to ?? exchange) }.compactMap {
        try? MessageParser.parse($0.bytes).message.request
      }.filter { $0.method == .invite }
    }
  }

  /// Bob calls alice, who has so many phones with a rule that answers him, and asks to be put through.
  private static func call(phones: Int, options: DialOptions, settings: String = "") throws -> House {
    var world = World(seed: 21, checkers: Stage.checkers)
    let exchange = world.addExchange(
      Stage.host("exchange", 1), Stage.home("example.test", ["alice", "bob"], authenticates: true))
    let bob = world.addPhone(Stage.host("bob", 2), Stage.account("bob", at: "example.test", proxy: 1))
    let text = """
      [[accounts]]
      address = "sip:alice@example.test"
      password = "alice"
      outbound_proxies = ["sip:127.0.0.1;lr"]
      [answer]
      \(settings)
      [[answer.rules]]
      from = "sip:bob@example.test"
      asks = "auto"
      then = "answer"
      """
    let (configuration, problems) = ConfigurationParser.parse(Array(text.utf8), file: "scenario")
    #expect(problems.isEmpty, "\(problems)")
    let alices = (0..<phones).map { world.addPhone(Stage.host("alice\($0)", 3 + UInt32($0)), configuration) }
    world.run(for: .seconds(2))
    // Each hears of the other with its next refresh.
    for alice in alices { world.command(.register(account: nil), to: alice) }
    world.run(for: .seconds(2))
    for alice in alices { #expect(world.snapshot(of: alice).accounts.first?.state == .ready) }
    world.forgetPassages()
    world.command(.dial("alice", account: nil, options), to: bob)
    world.run(for: .seconds(2))
    return House(world: world, exchange: exchange, bob: bob, alices: alices)
  }

  private static let auto = DialOptions(answering: AnswerModeOrder(.auto))

  // Proves: rfc5373-4.4.2-1
  @Test("Forked to two phones at once, neither answers by itself: both ring, and the one where somebody answers has the call")
  func rings() throws {
    var house = try Self.call(phones: 2, options: Self.auto)
    let forks = house.forks
    #expect(Set(forks.map(\.uri.description)).count == 2)
    #expect(Set(forks.compactMap(\.callID)).count == 1)
    #expect(forks.allSatisfy { $0.fields.first(HeaderName("Answer-Mode")) == "Auto" })
    for alice in house.alices {
      let call = try #require(house.world.snapshot(of: alice).calls.last)
      #expect(call.state == .ringing && !call.wasAnsweredAutomatically)
      #expect(call.obstacle == "rule 1: other phones of this account ring too")
      #expect(house.hasRung(alice) && house.openings(alice) == 0)
    }
    #expect(house.world.call(at: house.bob) != .talking)
    house.world.command(.answer(nil), to: house.alices[1])
    house.world.run(for: .seconds(2))
    #expect(house.world.call(at: house.bob) == .talking)
    #expect(house.world.call(at: house.alices[1]) == .talking)
    #expect(house.world.call(at: house.alices[0]) != .ringing && house.world.call(at: house.alices[0]) != .talking)
    #expect(house.openings(house.alices[0]) == 0 && house.openings(house.alices[1]) == 1)
    house.world.command(.hangUp(nil), to: house.bob)
    house.world.run(for: .seconds(2))
    #expect(house.world.verdict() == [])
    #expect(house.world.audio.streamCount == 0)
  }

  // Proves: rfc5373-4.5.1-17
  @Test("One that insists is refused by both, rings nowhere, and the caller hears of one refusal")
  func insists() throws {
    var house = try Self.call(phones: 2, options: DialOptions(answering: AnswerModeOrder(.auto, isRequired: true)))
    #expect(house.forks.count >= 2)
    for alice in house.alices { #expect(!house.hasRung(alice) && house.openings(alice) == 0) }
    let ending = try #require(house.world.ending(at: house.bob))
    house.world.run(for: .seconds(1))
    #expect(house.world.snapshot(of: house.bob).calls.count <= 1, "\(ending)")
    #expect(house.world.verdict() == [])
  }

  @Test("With one phone the same rule answers; with when_forked = true both may, and one of them has the call in the end")
  func wanted() throws {
    let alone = try Self.call(phones: 1, options: Self.auto)
    let call = try #require(alone.world.snapshot(of: alone.alices[0]).calls.last)
    #expect(call.state == .talking && call.wasAnsweredAutomatically && !call.isMicrophoneOpen)
    #expect(!alone.hasRung(alone.alices[0]))
    var both = try Self.call(phones: 2, options: Self.auto, settings: "when_forked = true")
    both.world.run(for: .seconds(2))
    #expect(both.world.call(at: both.bob) == .talking)
    #expect(both.alices.count { both.world.call(at: $0) == .talking } == 1)
    for alice in both.alices { #expect(both.openings(alice) == 0) }
    #expect(both.world.verdict() == [])
  }
}
