import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("Two user agents, a bad network and random orders")
struct SwarmTests {
  /// Draws orders for both ends while the network loses messages; then lets the dust settle.
  private func play(seed: UInt64, loss: UInt64) -> World {
    var random = RandomSource(seed: seed)
    var world = World(agents: 2)
    var dice = RandomSource(seed: seed &+ 1000)
    world.isLost = { _ in dice.next(below: 100) < loss }
    world.call(offer: random.next(below: 4) == 0 ? nil : "offer")
    for step in 0..<14 {
      world.run(for: .milliseconds(Int64(random.next(below: 900))))
      let index = Int(random.next(below: 2))
      guard let id = index == 0 ? SessionID(1) : world.incoming(1) else { continue }
      let body = World.sdp("body \(step)")
      switch random.next(below: 12) {
      case 0: world.command(index, .provisional(id, .ringing, nil))
      case 1: world.command(index, .provisional(id, .sessionProgress, body))
      case 2, 3, 4: world.command(index, .accept(id, body))
      case 5: world.command(index, .end(id, reason: nil))
      case 6: world.command(index, .reject(id, .busyHere, reason: nil, fields: HeaderFields()))
      case 7, 8: world.command(index, .offer(id, body))
      case 9, 10: world.command(index, .answer(id, body))
      default: world.command(index, .requestInDialog(RequestID(UInt64(step) * 2 + 2), id, .info, HeaderFields(), nil))
      }
    }
    world.run(for: .seconds(5))
    world.command(0, .end(SessionID(1), reason: nil))
    if let id = world.incoming(1) { world.command(1, .end(id, reason: nil)) }
    world.run(for: .seconds(400))
    return world
  }

  @Test(
    "Whatever is lost and ordered, every session ends once at each end and nothing is left", arguments: [0, 10, 30] as [UInt64])
  func everythingEnds(loss: UInt64) {
    for seed in 1...40 as ClosedRange<UInt64> {
      var world = play(seed: seed, loss: loss)
      for index in 0...1 {
        let story = world.story(index)
        #expect(world.agents[index].sessionCount == 0, "seed \(seed), agent \(index): \(story) \(world.ladder)")
        let endings = story.filter { $0.hasPrefix("ended") }.count
        #expect(endings == (story.isEmpty ? 0 : 1), "seed \(seed), agent \(index): \(story) \(world.ladder)")
        let deadline = world.agents[index].nextDeadline
        #expect(deadline.map { $0 > world.now } ?? true)
      }
    }
  }

  @Test("The same seed gives the same run")
  func deterministic() {
    #expect(play(seed: 7, loss: 20).ladder == play(seed: 7, loss: 20).ladder)
  }

  @Test("Messages with bytes changed at random stop nothing")
  func noise() {
    var random = RandomSource(seed: 42)
    var world = World(agents: 1)
    let tag = world.establishFromPeer()
    let templates = [
      Script.invite(), world.peerRequest("INVITE", tag: tag, cseq: "5 INVITE", branch: "z9hG4bKn", offer: "x"),
      world.peerRequest("PRACK", tag: tag, cseq: "6 PRACK", branch: "z9hG4bKn", extra: ["RAck: 1 1 INVITE"]),
      world.peerRequest("UPDATE", tag: tag, cseq: "7 UPDATE", branch: "z9hG4bKn", extra: ["Session-Expires: 90"]),
    ]
    for round in 0..<1500 {
      var bytes = World.wire(templates[round % templates.count].replacing("z9hG4bK", with: "z9hG4bK\(round)"))
      for _ in 0...random.next(below: 4) {
        let place = Int(random.next(below: UInt64(bytes.count)))
        bytes[place] = UInt8(truncatingIfNeeded: random.nextUInt64())
      }
      world.input(0, .network(.datagram(bytes, from: World.peer(), to: World.listener)))
    }
    world.run(for: .seconds(1))
    world.mail = []
    world.send(Script.request("OPTIONS", branch: "z9hG4bKlast", callID: "last"))
    world.run(for: .seconds(1))
    #expect(world.responses(.ok).contains { $0.callID == "last" })
  }
}
