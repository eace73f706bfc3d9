import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import Phone

@Suite("Our own identity changes in mid-call (RFC 4916 section 4.3)")
struct OwnIdentityTests {
  private func twoPhones() throws -> PhoneWorld {
    var world = PhoneWorld(2) { index, configuration in
      guard index == 0 else { return }
      var second = AccountConfiguration(address: SIPURI(user: "sales", host: .address(PhoneWorld.address(0).address)))
      second.displayName = "Sales"
      second.registers = false
      configuration.accounts.append(second)
    }
    world.connect(0, 1)
    world.run(for: .seconds(1))
    return world
  }

  @Test("The words of the command: an account, an address, a name and an address, and which call")
  func words() throws {
    #expect(try CommandTable.parse("identify 2") == .identify(nil, as: "2"))
    #expect(try CommandTable.parse("identify 1 2") == .identify(CallID(1), as: "2"))
    #expect(try CommandTable.parse("as \"Front Desk\" <sip:201@x>") == .identify(nil, as: "\"Front Desk\" <sip:201@x>"))
    #expect(try CommandTable.parse("identify 3 sip:a@b") == .identify(CallID(3), as: "sip:a@b"))
    #expect(throws: CommandError.self) { try CommandTable.parse("identify") }
  }

  // Proves: rfc4916-4.3-1 rfc4916-4.3-2 rfc4916-4.4.1-3
  @Test("Another account: the other phone says that it talks to somebody else, and ours what it has told")
  func account() throws {
    var world = try twoPhones()
    try world.type(0, "identify sales")
    world.run(for: .seconds(1))
    let theirs = try #require(world.snapshot(1).calls.first)
    #expect(theirs.peer.name == "Sales" && theirs.peer.address == "sales@192.0.2.1" && theirs.peer.trust == .saidByPeer)
    #expect(theirs.identityChange?.was.address == "alice@192.0.2.1")
    let ours = try #require(world.snapshot(0).calls.first)
    #expect(ours.presented == "Sales, sip:sales@192.0.2.1" && ours.state == .talking)
    #expect(ours.timeline.last?.kind == .presented && ours.timeline.last?.name == "Sales")
    #expect(world.snapshot(0).notices.last?.text == "bob@192.0.2.2 is told that you are Sales, sip:sales@192.0.2.1 now.")
    let line = try #require(world.lines(0).last { $0.contains(#""event":"identity""#) })
    #expect(line.contains(#""state":"presented""#) && line.contains(#""presented":"sip:sales@192.0.2.1","presented_name":"Sales""#))
    // The dialog is the same one: it can be held and ended.
    try world.type(0, "hold")
    world.run(for: .seconds(1))
    #expect(world.state(1) == .heldByPeer)
    try world.type(1, "hangup")
    world.run(for: .seconds(1))
    #expect(world.records(0).first?.timeline.map(\.kind) == [.dialled, .answered, .presented, .held, .ended])
    let stored = TimelineEntry.timeline(TimelineEntry.text(ours.timeline))
    #expect(stored.map(\.kind) == ours.timeline.map(\.kind) && stored.last?.address == "sip:sales@192.0.2.1")
  }

  @Test("A colleague's name and address, without the parts that From must not have; junk is refused with a sentence")
  func address() throws {
    var world = try twoPhones()
    try world.type(0, "identify \"Carla \u{202E}✓\" <sip:carla:secret@example.net:5099;transport=tcp?Subject=x>")
    world.run(for: .seconds(1))
    let theirs = try #require(world.snapshot(1).calls.first)
    #expect(theirs.peer.uri == "sip:carla@example.net" && theirs.peer.name == "Carla")
    for junk in ["<sip:>", "\"x\" <http://x>", "a b c", "<>", "\"x <sip:a@b>"] {
      let before = world.snapshot(0).calls.first?.timeline.count
      try world.type(0, "identify \(junk)")
      world.run(for: .milliseconds(200))
      #expect(world.snapshot(0).calls.first?.timeline.count == before, "\(junk)")
      #expect(world.lines(0).last?.contains("neither an account nor an address") == true, "\(junk)")
    }
  }

  private func answered(_ extra: String) throws -> (PhoneWorld, Response) {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(extra: extra))
    world.run(for: .milliseconds(200))
    world.command(0, .answer(nil))
    world.run(for: .milliseconds(200))
    let success = try #require(world.responses.last { $0.status == .ok && $0.cseq?.method == .invite })
    world.send(Scripts.acknowledgement(of: success))
    world.run(for: .milliseconds(200))
    return (world, success)
  }

  // Proves: rfc4916-4.3-1
  @Test("A phone without from-change is told nothing, and the user hears why")
  func withoutTheTag() throws {
    var (world, _) = try answered("Allow: INVITE, ACK, BYE, CANCEL, UPDATE\n")
    try world.type(0, "identify sip:carla@example.net")
    world.run(for: .seconds(2))
    try world.type(0, "hangup")
    world.run(for: .seconds(1))
    #expect(world.requests(.update).isEmpty)
    #expect(world.requests(.bye).allSatisfy { $0.from?.address.uri.sip?.user == "alice" })
    #expect(!world.requests(.bye).isEmpty)
    #expect(world.lines(0).contains { $0.contains("knows nothing of changed names (from-change, RFC 4916)") })
    #expect(world.snapshot(0).calls.first?.presented == nil)
  }

  // Proves: rfc4916-4.4.1-7
  @Test("A change that is refused: the call goes on, nothing is tried again, and the timeline says it")
  func refused() throws {
    for status in [StatusCode.useIdentityHeader, .badIdentityInfo, .unsupportedCredential, .invalidIdentityHeader, .forbidden] {
      var (world, _) = try answered("Supported: from-change\nAllow: INVITE, ACK, BYE, CANCEL, UPDATE\n")
      let announcement = try #require(world.requests(.update).last)
      world.send(Response(to: announcement, status: .ok))
      world.run(for: .milliseconds(200))
      try world.type(0, "identify sip:carla@example.net")
      world.run(for: .milliseconds(200))
      let update = try #require(world.requests(.update).last)
      #expect(update.from?.address.uri == .sip(SIPURI(user: "carla", host: .name("example.net"))))
      #expect(update.from?.tag == announcement.from?.tag)
      world.send(Response(to: update, status: status))
      world.run(for: .seconds(20))
      let sent = world.requests(.update).filter { $0.cseq?.number ?? 0 > update.cseq?.number ?? 0 }
      #expect(sent.isEmpty && world.state(0) == .talking, "\(status)")
      #expect(world.snapshot(0).calls.first?.timeline.last?.kind == .notPresented)
      #expect(world.snapshot(0).notices.last?.text.contains("did not take your other name: \(status.rawValue)") == true)
    }
  }

  @Test("Without an answered call there is nobody to tell")
  func nobody() throws {
    var world = PhoneWorld(1)
    try world.type(0, "identify sip:carla@example.net")
    #expect(world.lines(0).last?.contains("There is no answered call in which to be somebody else.") == true)
  }
}
