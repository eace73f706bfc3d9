import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

/// The subscription of a REFER is the only one that this phone takes, and it cannot be made by SUBSCRIBE, only changed.
@Suite("RFC 6665: the small print of a subscription")
struct SubscriptionRulesTests {
  /// A call in which the peer has sent REFER, with its first NOTIFY answered.
  private func subscribed() throws -> (World, String) {
    var world = World(agents: 1, extensions: [ReplacesCheck(), Refer()])
    let tag = world.establishFromPeer()
    world.mail = []
    world.send(
      world.peerRequest(
        "REFER", tag: tag, cseq: "2 REFER", branch: "z9hG4bKrefer",
        extra: ["Contact: <sip:bob@192.0.2.101>", "Refer-To: <sip:dina@example.com>"]))
    world.settle()
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.settle()
    return (world, tag)
  }

  private func subscribe(_ world: inout World, _ tag: String, cseq: Int, _ extra: [String]) -> Response? {
    world.send(
      world.peerRequest("SUBSCRIBE", tag: tag, cseq: "\(cseq) SUBSCRIBE", branch: "z9hG4bKs\(cseq)", extra: extra))
    world.settle()
    return world.response
  }

  // Proves: rfc6665-3.1.1-02 rfc6665-3.1.1-03 rfc6665-3.1.1-04 rfc6665-4.2.1.1-07 rfc6665-4.2.1.4-01
  // Proves: rfc6665-8.3.1-01 rfc6665-8.3.1-02
  @Test("The 200 to SUBSCRIBE says for how long: never longer than was asked, and by the package's rule when nothing was")
  func expires() throws {
    var (world, tag) = try subscribed()
    let short = subscribe(&world, tag, cseq: 3, ["Event: refer", "Expires: 40"])
    #expect(short?.status == .ok && short?.expires?.seconds == 40)
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.settle()
    let long = subscribe(&world, tag, cseq: 4, ["Event: refer", "Expires: 1000000"])
    #expect(long?.status == .ok && long?.expires?.seconds == 3600)

    (world, tag) = try subscribed()
    let implied = try #require(subscribe(&world, tag, cseq: 3, ["Event: refer"]))
    #expect(implied.status == .ok)
    let seconds = try #require(implied.expires?.seconds)
    #expect((290...300).contains(seconds))
  }

  // Proves: rfc6665-4.2.1.1-01 rfc6665-4.2.1.2-01 rfc6665-4.2.2-01 rfc6665-4.2.2-05 rfc6665-4.2.2-07
  @Test("A refresh is answered at once and followed by a NOTIFY with the present state, whose time is no longer than agreed")
  func refresh() throws {
    var (world, tag) = try subscribed()
    let before = world.attempts(.notify)
    let answer = subscribe(&world, tag, cseq: 3, ["Event: refer", "Expires: 60"])
    #expect(answer?.status == .ok)
    #expect(world.attempts(.notify) == before + 1)
    let notify = try #require(world.request(.notify))
    let state = try #require(notify.value(SubscriptionState.self))
    #expect(state.state == "active")
    #expect((1...60).contains(state.expires ?? 0))
    #expect(String(decoding: notify.body.prefix { $0 != 13 }, as: UTF8.self) == "SIP/2.0 100 Trying")
  }

  // Proves: rfc6665-3.2.1-01 rfc6665-3.2.1-02 rfc6665-4.5.2-07 rfc6665-8.2.1-02
  @Test("The event of a NOTIFY is that of its subscription, with its id, once")
  func event() throws {
    var (world, tag) = try subscribed()
    #expect(subscribe(&world, tag, cseq: 3, ["Event: refer", "Expires: 0"])?.status == .ok)
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    // The first transfer is over for its subscriber, not for the user, who may be asked once at a time.
    world.run(for: .seconds(1))
    let other = subscribe(&world, tag, cseq: 4, ["Event: refer;id=99", "Expires: 60"])
    #expect(other?.status == .callDoesNotExist)
    for notify in world.requests(.notify) {
      #expect(notify.fields.values(.event).count == 1)
      #expect(notify.value(Event.self)?.package == "refer" && notify.value(Event.self)?.id == nil)
    }
  }

  // Proves: rfc6665-8.2.1-03 rfc6665-8.2.3-01
  @Test("Event stands in NOTIFY only, Subscription-State too, and in no response")
  func elsewhere() throws {
    var (world, tag) = try subscribed()
    _ = subscribe(&world, tag, cseq: 3, ["Event: refer", "Expires: 60"])
    world.send(world.peerRequest("BYE", tag: tag, cseq: "4 BYE", branch: "z9hG4bKbye"))
    world.settle()
    for entry in world.mail {
      switch entry.message {
      case .request(let request) where request.method == .notify: break
      case .request(let request):
        #expect(!request.fields.contains(.event) && !request.fields.contains(.subscriptionState), "\(request.method)")
      case .response(let response):
        #expect(!response.fields.contains(.event) && !response.fields.contains(.subscriptionState), "\(response.status)")
      }
    }
    #expect(world.mail.count >= 4)
  }

  // Proves: rfc6665-4.6-01 rfc6665-4.6-02
  @Test("CANCEL for a SUBSCRIBE is answered and changes nothing")
  func cancel() throws {
    var (world, tag) = try subscribed()
    _ = subscribe(&world, tag, cseq: 3, ["Event: refer", "Expires: 60"])
    let before = world.attempts(.notify)
    world.send(world.peerRequest("CANCEL", tag: tag, cseq: "3 CANCEL", branch: "z9hG4bKs3"))
    world.settle()
    #expect(world.ladder.last == "1>p1 200 CANCEL")
    #expect(world.attempts(.notify) == before)
    #expect(world.request(.notify)?.value(SubscriptionState.self)?.state == "active")
    #expect(!world.ladder.contains { $0.contains("487") })
  }
}
