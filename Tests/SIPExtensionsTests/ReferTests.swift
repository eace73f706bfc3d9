import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3515: REFER and what is told of it")
struct ReferTests {
  private func called() -> (World, String) {
    var world = World(agents: 1, extensions: [ReplacesCheck(), Refer()])
    let tag = world.establishFromPeer()
    world.mail = []
    return (world, tag)
  }

  private func refer(
    _ world: inout World, _ tag: String, cseq: Int = 2, _ extra: [String] = ["Refer-To: Dina <sip:dina@example.com>"]
  ) {
    world.send(
      world.peerRequest(
        "REFER", tag: tag, cseq: "\(cseq) REFER", branch: "z9hG4bKrefer\(cseq)", extra: ["Contact: <sip:bob@192.0.2.101>"] + extra))
    world.settle()
  }

  private func asked(_ world: World) -> Referral? {
    for case .extended(let event) in world.events[0].reversed() {
      if case .asked(let referral)? = event as? ReferEvent { return referral }
    }
    return nil
  }

  private func report(_ world: inout World, _ id: ReferralID, _ status: StatusCode) {
    var outputs: [UserAgentOutput] = []
    let moment = Moment(instant: world.now, wallTime: WallTime(secondsSince1970: 0))
    world.agents[0].use(Refer.self, now: moment, into: &outputs) { $0.report(id, status, &$1) }
    world.follow(0, outputs)
    world.settle()
  }

  /// `active 100 Trying`.
  private func notifies(_ world: World) -> [String] {
    var seen: [String] = []
    for request in world.requests(.notify) {
      let state = request.value(SubscriptionState.self)
      let line = String(decoding: request.body.prefix { $0 != 13 }, as: UTF8.self)
      let text = "\(state?.state ?? "?")\(state?.reason.map { " " + $0 } ?? "") \(line)"
      if seen.last != text { seen.append(text) }
    }
    return seen
  }

  // Proves: rfc3515-3.4-01 rfc3515-2.4.2-01 rfc3515-2.4.2-08 rfc3515-2.4.4-01 rfc3515-2.4.4-02 rfc3515-2.4.4-03 rfc3515-2.4.5-01 rfc3515-2.4.5-02
  // Proves: rfc6665-3.2.1-03 rfc6665-4.4.4-01
  @Test("It is answered with 200 and a NOTIFY of 100 Trying, and nothing is called before the application says so")
  func accepted() throws {
    var (world, tag) = called()
    refer(&world, tag, ["Refer-To: Dina <sip:dina@example.com>", "Referred-By: <sip:bob@example.com>"])
    #expect(world.ladder.contains("1>p1 200 REFER"))
    #expect(ReferPackage.defaultDuration > UserAgentConfiguration().answerTimeout, "It lasts longer than a call may ring.")
    let notify = try #require(world.request(.notify))
    #expect(notify.value(Event.self)?.package == "refer" && notify.value(Event.self)?.id == nil)
    #expect(notify.contentType?.isSameType(as: .sipfrag) == true)
    #expect(notifies(world) == ["active SIP/2.0 100 Trying"])
    #expect(notify.contacts.count == 1)
    #expect(world.responses(.ok).last?.fields.first(.allowEvents) == "refer")
    let referral = try #require(asked(world))
    #expect(referral.target == World.uri("sip:dina@example.com") && referral.displayName == "Dina")
    #expect(referral.fields.first(.referredBy) == "<sip:bob@example.com>")
    #expect(world.requests(.invite).isEmpty)
  }

  // Proves: rfc3515-2.4.7-01 rfc3515-3.10-01 rfc6665-4.2.2-02 rfc6665-4.2.2-08
  @Test("How it goes is told as it goes, once a second at most; the final status ends the subscription with noresource")
  func progress() throws {
    var (world, tag) = called()
    refer(&world, tag)
    let id = try #require(asked(world)).id
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.settle()
    report(&world, id, .ringing)
    #expect(notifies(world).count == 1)
    world.run(for: .seconds(1))
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.run(for: .seconds(2))
    report(&world, id, .sessionProgress)
    // Nothing was said for long enough: at once.
    #expect(notifies(world).last == "active SIP/2.0 183 Session Progress")
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.settle()
    // The last word does not wait.
    report(&world, id, .ok)
    #expect(
      notifies(world) == [
        "active SIP/2.0 100 Trying", "active SIP/2.0 180 Ringing", "active SIP/2.0 183 Session Progress",
        "terminated noresource SIP/2.0 200 OK",
      ])
    // It said its last word.
    report(&world, id, .decline)
    #expect(notifies(world).count == 4)
  }

  // Proves: rfc3515-2.4.2-04 rfc3515-2.4.2-06
  @Test("Without exactly one Refer-To it is 400, another scheme 416, another method 603, a second one at a time 491")
  func refusals() {
    for (extra, status) in [
      (["Subject: x"], 400), (["Refer-To: <sip:a@b>", "Refer-To: <sip:c@d>"], 400), (["Refer-To: <http://example.com>"], 416),
      (["Refer-To: <sip:a@b;method=BYE>"], 603), (["Refer-To: <sip:a@b?Replaces=%3b%3b>"], 400),
    ] {
      var (world, tag) = called()
      refer(&world, tag, extra)
      #expect(world.ladder.last == "1>p1 \(status) REFER", "\(extra)")
      #expect(asked(world) == nil)
    }
    var (world, tag) = called()
    refer(&world, tag)
    refer(&world, tag, cseq: 3)
    #expect(world.ladder.contains("1>p1 491 REFER"))
  }

  // Proves: rfc6665-4.2.1.1-04
  @Test("Outside of a call it is 403, unless Target-Dialog names one: then the subscription has a dialog of its own")
  func outside() throws {
    var (world, tag) = called()
    let outside = { (branch: String, extra: [String]) in
      Script.request(
        "REFER", branch: branch, callID: branch,
        extra: ["Contact: <sip:bob@192.0.2.101>", "Refer-To: <sip:dina@example.com>"] + extra)
    }
    world.send(outside("z9hG4bKa", []))
    world.settle()
    #expect(world.responses(.forbidden).count == 1)
    world.send(outside("z9hG4bKb", ["Target-Dialog: call1;local-tag=\(tag);remote-tag=bob"]))
    world.settle()
    #expect(asked(world) != nil)
    let notify = try #require(world.request(.notify))
    #expect(notify.callID == "z9hG4bKb" && notify.to?.tag == "bob")
    #expect(notify.from?.tag == world.responses(.ok).last { $0.cseq?.method == .refer }?.to?.tag)
  }

  @Test("Refer-Sub: false is agreed to, and nothing is notified (RFC 4488)")
  func withoutSubscription() throws {
    var (world, tag) = called()
    refer(&world, tag, ["Refer-To: <sip:dina@example.com>", "Refer-Sub: false", "Require: norefersub"])
    #expect(world.responses(.ok).last?.fields.first(.referSub) == "false")
    report(&world, try #require(asked(world)).id, .ok)
    #expect(world.requests(.notify).isEmpty)
  }

  // Proves: rfc3515-2.4.6-01
  @Test("The second REFER of a dialog has its CSeq as the id of its event (RFC 3515 section 2.4.6)")
  func identified() throws {
    var (world, tag) = called()
    refer(&world, tag)
    report(&world, try #require(asked(world)).id, .decline)
    refer(&world, tag, cseq: 7)
    let ids = world.requests(.notify).map { $0.value(Event.self)?.id }
    #expect(ids.contains("7") && ids.first == .some(nil))
  }

  @Test("The subscription outlives the call: after BYE the NOTIFY still goes out, in the same dialog (RFC 5057)")
  func afterBye() throws {
    var (world, tag) = called()
    refer(&world, tag)
    let id = try #require(asked(world)).id
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.send(world.peerRequest("BYE", tag: tag, cseq: "3 BYE", branch: "z9hG4bKbye"))
    world.settle()
    world.run(for: .seconds(1))
    report(&world, id, .ok)
    let last = try #require(world.request(.notify))
    #expect(last.value(SubscriptionState.self)?.state == "terminated")
    #expect(last.callID == "call1" && last.from?.tag == tag)
    #expect((last.cseq?.number ?? 0) > (world.requests(.notify).first?.cseq?.number ?? 0))
  }

  // Proves: rfc3515-2.4.4-05 rfc3515-2.4.4-06 rfc6665-4.2.1.1-02 rfc6665-4.2.1.1-03 rfc6665-4.2.1.3-01 rfc6665-4.2.3-02
  @Test("SUBSCRIBE within the dialog ends the subscription; one to refer from outside is 403, one to another package or none 489")
  func subscribe() throws {
    var (world, tag) = called()
    refer(&world, tag)
    world.answer(try #require(world.request(.notify)), .ok, tag: nil)
    world.settle()
    let told = world.events[0].count
    world.send(
      world.peerRequest("SUBSCRIBE", tag: tag, cseq: "3 SUBSCRIBE", branch: "z9hG4bKs", extra: ["Event: refer", "Expires: 0"]))
    world.settle()
    #expect(world.events[0].count == told, "Whoever calls on its behalf does not hear of it, and goes on.")
    #expect(world.ladder.contains("1>p1 200 SUBSCRIBE"))
    #expect(notifies(world).last == "terminated timeout SIP/2.0 100 Trying")
    world.send(Script.request("SUBSCRIBE", branch: "z9hG4bKs2", callID: "s2", extra: ["Event: refer"]))
    world.send(Script.request("SUBSCRIBE", branch: "z9hG4bKs3", callID: "s3", extra: ["Event: presence"]))
    world.send(Script.request("SUBSCRIBE", branch: "z9hG4bKs4", callID: "s4", extra: []))
    world.settle()
    #expect(world.responses(.forbidden).count == 1)
    #expect(world.responses(.badEvent).map { $0.fields.first(.allowEvents) } == ["refer", "refer"])
  }

  // MARK: Ours

  private func ordered() -> (World, Request)? {
    var world = World(agents: 1, extensions: [ReplacesCheck(), Refer()])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    guard let invite = world.request(.invite) else { return nil }
    world.answer(invite, .ok, body: "answer")
    world.settle()
    var fields = HeaderFields()
    fields.append(ReferTo(NameAddress(uri: World.uri("sip:dina@example.com"))))
    world.command(0, .requestInDialog(RequestID(2), SessionID(1), .refer, fields, nil))
    world.settle()
    world.ladder = []
    world.events = [[]]
    guard let refer = world.request(.refer) else { return nil }
    return (world, refer)
  }

  private func story(_ world: World) -> [String] {
    world.events[0].compactMap { event in
      switch event {
      case .response(_, let response): return "response \(response.status)"
      case .extended(let event):
        switch event as? ReferEvent {
        case .progress(_, let state)?: return "progress \(state.status)"
        case .lost?: return "lost"
        default: return nil
        }
      default: return nil
      }
    }
  }

  private func notify(_ world: inout World, _ refer: Request, cseq: Int, _ state: String, _ line: String, event: String = "refer") {
    world.send(
      Script.request(
        "NOTIFY", branch: "z9hG4bKn\(cseq)", from: "<sip:peer@192.0.2.101>;tag=peer",
        to: "<sip:alice@example.com>;tag=\(refer.from?.tag ?? "")", callID: refer.callID ?? "", cseq: "\(cseq) NOTIFY",
        extra: [
          "Contact: <sip:peer@192.0.2.101>", "Event: \(event)", "Subscription-State: \(state)", "Content-Type: message/sipfrag",
        ], body: line + "\n"))
    world.settle()
  }

  // Proves: rfc3515-2.4.4-04 rfc6665-4.1.2.4-03 rfc6665-4.1.3-06 rfc6665-4.1.3-17 rfc6665-4.1.3-19
  @Test("What the peer notifies of our REFER is told, also before the response to it; each NOTIFY is answered with 200")
  func outgoing() throws {
    var (world, refer) = try #require(ordered())
    notify(&world, refer, cseq: 1, "active;expires=60", "SIP/2.0 100 Trying")
    world.answer(refer, .accepted, tag: nil)
    world.settle()
    notify(&world, refer, cseq: 2, "active;expires=60", "SIP/2.0 180 Ringing", event: "refer;id=\(refer.cseq?.number ?? 0)")
    notify(&world, refer, cseq: 3, "terminated;reason=noresource", "SIP/2.0 200 OK")
    #expect(story(world) == ["progress 100", "response 202", "progress 180", "progress 200"])
    #expect(world.ladder.filter { $0 == "1>p1 200 NOTIFY" }.count == 3)
    notify(&world, refer, cseq: 4, "active", "SIP/2.0 486 Busy Here")
    #expect(world.ladder.last == "1>p1 481 NOTIFY")
  }

  // Proves: rfc6665-4.1.2.4-01
  @Test("A peer that takes the REFER and never notifies is given up after timer N; a NOTIFY that comes then gets 481")
  func silent() throws {
    var (world, refer) = try #require(ordered())
    world.answer(refer, .ok, tag: nil)
    world.run(for: .seconds(33))
    #expect(story(world) == ["response 200", "lost"])
    notify(&world, refer, cseq: 1, "active;expires=60", "SIP/2.0 100 Trying")
    #expect(world.ladder.last == "1>p1 481 NOTIFY")
    #expect(story(world) == ["response 200", "lost"])
  }

  @Test("A refused REFER is a response and no more; the call stands")
  func refused() throws {
    var (world, refer) = try #require(ordered())
    world.answer(refer, .methodNotAllowed, tag: nil)
    world.run(for: .seconds(40))
    #expect(story(world) == ["response 405"])
    #expect(!world.story(0).contains { $0.hasPrefix("ended") })
  }

  // Proves: rfc3515-2-02 rfc3515-2-03 rfc3515-2.4.1-01 rfc6665-4.4.4-02
  @Test("Ours has one Contact and one Refer-To, and goes the way of its dialog, whose INVITE said which events we know")
  func ours() throws {
    var world = World(agents: 1, extensions: [ReplacesCheck(), Refer()])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, body: "answer") {
      $0.fields.append(name: .recordRoute, value: "<sip:192.0.2.101;lr>")
    }
    world.settle()
    var fields = HeaderFields()
    fields.append(ReferTo(NameAddress(uri: World.uri("sip:dina@example.com"))))
    world.command(0, .requestInDialog(RequestID(2), SessionID(1), .refer, fields, nil))
    world.settle()
    let refer = try #require(world.request(.refer))
    #expect(world.request(.invite)?.fields.first(.allowEvents) == "refer")
    #expect(refer.fields.first(.allowEvents) == "refer")
    #expect(refer.contacts.count == 1)
    #expect(refer.fields.values(.referTo).count == 1)
    #expect(refer.routes.map { $0.address.uri.description } == ["sip:192.0.2.101;lr"])
    #expect(refer.uri.description == "sip:peer@192.0.2.101:5060")
  }

  // Proves: rfc6665-4.1.3-03
  @Test("A NOTIFY without Event or without Subscription-State is 400")
  func malformed() throws {
    var (world, refer) = try #require(ordered())
    let base = { (cseq: Int, extra: [String]) in
      Script.request(
        "NOTIFY", branch: "z9hG4bKm\(cseq)", from: "<sip:peer@192.0.2.101>;tag=peer",
        to: "<sip:alice@example.com>;tag=\(refer.from?.tag ?? "")", callID: refer.callID ?? "", cseq: "\(cseq) NOTIFY", extra: extra
      )
    }
    world.send(base(1, ["Subscription-State: active"]))
    world.send(base(2, ["Event: refer"]))
    world.settle()
    #expect(world.responses(.badRequest).count == 2)
  }
}
