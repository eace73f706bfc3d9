import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3891: an INVITE that takes the place of a call")
struct ReplacesTests {
  private func called() -> (World, String) {
    var world = World(agents: 1, extensions: [ReplacesCheck(), Refer()])
    let tag = world.establishFromPeer()
    world.mail = []
    return (world, tag)
  }

  private func invite(_ world: inout World, _ replaces: [String]) {
    world.send(Script.invite(branch: "z9hG4bKr", callID: "other", extra: replaces.map { "Replaces: \($0)" }))
    world.settle()
  }

  private func replaced(_ world: World) -> SessionID? {
    for case .incomingSession(_, let session) in world.events[0] { return session.replaced }
    return nil
  }

  @Test("One that names a call that stands is a call which says whose place it takes")
  func matches() throws {
    var (world, tag) = called()
    invite(&world, ["call1;to-tag=\(tag);from-tag=bob"])
    #expect(replaced(world) != nil)
  }

  @Test("A dialog that we do not know is 481, and so is one whose tags are the wrong way round")
  func unknown() {
    for value in ["nothing;to-tag=a;from-tag=b", "call1;to-tag=bob;from-tag=TAG"] {
      var (world, tag) = called()
      invite(&world, [value.replacing("TAG", with: tag)])
      #expect(world.ladder.contains("1>p1 481 INVITE"))
      #expect(world.incoming(0) == nil)
    }
  }

  @Test("early-only to a call that stands is 486")
  func earlyOnly() {
    var (world, tag) = called()
    invite(&world, ["call1;to-tag=\(tag);from-tag=bob;early-only"])
    #expect(world.ladder.contains("1>p1 486 INVITE"))
  }

  @Test("An early dialog is replaced only at the one who called: 481 for one that rings here")
  func ringing() {
    var world = World(agents: 1, extensions: [ReplacesCheck(), Refer()])
    world.send(Script.invite())
    world.settle()
    world.command(0, .provisional(world.incoming(0) ?? SessionID(0), .ringing, nil))
    world.settle()
    let tag = world.responses(.ringing).last?.to?.tag ?? ""
    invite(&world, ["call1;to-tag=\(tag);from-tag=bob"])
    #expect(world.ladder.contains("1>p1 481 INVITE"))
  }

  @Test("A call that is just being ended is 603")
  func over() {
    var (world, tag) = called()
    // Our BYE is out and nobody has answered it.
    world.command(0, .end(world.liveIncoming, reason: nil))
    world.settle()
    invite(&world, ["call1;to-tag=\(tag);from-tag=bob"])
    #expect(world.ladder.contains("1>p1 603 INVITE"))
  }

  @Test("Two Replaces, or Replaces in another request, is 400")
  func malformed() {
    var (world, tag) = called()
    let value = "call1;to-tag=\(tag);from-tag=bob"
    invite(&world, [value, value])
    #expect(world.ladder.contains("1>p1 400 INVITE"))
    world.send(Script.request("OPTIONS", branch: "z9hG4bKo", callID: "o", extra: ["Replaces: \(value)"]))
    world.settle()
    #expect(world.ladder.contains("1>p1 400 OPTIONS"))
  }
}

extension World {
  /// The first session that came in: odd numbers above 2^32.
  fileprivate var liveIncoming: SessionID { SessionID(1 << 32 | 1) }
}
