import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 4028: sessions that must be refreshed")
struct SessionTimerTests {
  private func calling(interval: UInt32 = 1800) throws -> (World, Request) {
    var world = World(agents: 1, extensions: [SessionTimer(interval: interval)])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    return (world, try #require(world.request(.invite)))
  }

  private func accept(
    _ invite: Request, _ world: inout World, _ sessionExpires: String?, allow: [Method] = [.invite, .ack, .bye, .update]
  ) {
    world.answer(invite, .ok, body: "answer") { response in
      if let sessionExpires { response.fields.append(name: .sessionExpires, value: sessionExpires) }
      response.fields.set(Allow(allow))
    }
    world.settle()
  }

  // Proves: rfc4028-4-01 rfc4028-7.1-01 rfc4028-7.1-08 rfc4028-7.1-11
  @Test("An INVITE asks for 1800 s and says that it understands the mechanism")
  func request() throws {
    let (_, invite) = try calling()
    #expect(invite.value(SessionExpires.self)?.interval == 1800)
    #expect(invite.value(SessionExpires.self)?.refresher == nil)
    #expect(invite.fields.optionTags(Supported.self).contains(.timer))
  }

  // Proves: rfc4028-7.3-01 rfc4028-7.3-02 rfc4028-7.4-03 rfc4028-7.4-04 rfc4028-7.1-09
  @Test("422: the INVITE goes out again with the interval that was asked for and Min-SE")
  func tooSmall() throws {
    var (world, first) = try calling(interval: 120)
    world.answer(first, .sessionIntervalTooSmall) { $0.fields.set(MinSE(3600)) }
    world.settle()
    let second = try #require(world.request(.invite))
    #expect(second.value(SessionExpires.self)?.interval == 3600)
    #expect(second.value(MinSE.self)?.interval == 3600)
    #expect(second.callID == first.callID)
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
  }

  @Test("A 422 that asks for no more than we sent is a refusal")
  func senselessMinimum() throws {
    var (world, first) = try calling()
    world.answer(first, .sessionIntervalTooSmall) { $0.fields.set(MinSE(900)) }
    world.settle()
    #expect(world.story(0) == ["ended refused 422"])
  }

  // Proves: rfc4028-7.2-01 rfc4028-7.2-03 rfc4028-7.2-04 rfc4028-7.2-05 rfc4028-7.4-06 rfc4028-7.4-07 rfc4028-7.4-09 rfc4028-7.4-12
  // Proves: rfc4028-7.4-13 rfc4028-7.4-02 rfc4028-7.4-04 rfc4028-9-06 rfc4028-7.4-01 rfc4028-9-04 rfc4028-9-11
  @Test("The largest Min-SE of a refresh that came in, or of a 422, goes with every refresh of ours")
  func repeatedMinimum() throws {
    var world = World(agents: 1, extensions: [SessionTimer()])
    let session = SessionID(1 << 32 | 1)
    world.send(Script.invite(extra: ["Supported: timer", "Session-Expires: 600;refresher=uas", "Min-SE: 200", "Allow: UPDATE"]))
    world.settle()
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    let success = try #require(world.responses(.ok).last)
    #expect(success.value(SessionExpires.self)?.interval == 600)
    world.send(world.peerRequest("ACK", tag: success.to?.tag ?? "", cseq: "1 ACK", branch: "z9hG4bKack"))
    world.run(for: .seconds(301))
    let first = try #require(world.request(.update))
    #expect(first.value(MinSE.self)?.interval == 200)
    #expect(first.fields.optionTags(Supported.self).contains(.timer) && !first.fields.contains(.require))
    world.answer(first, .sessionIntervalTooSmall, tag: nil) { $0.fields.set(MinSE(900)) }
    world.settle()
    let second = try #require(world.request(.update))
    #expect(second.value(MinSE.self)?.interval == 900 && second.value(SessionExpires.self)?.interval == 900)
  }

  // Proves: rfc4028-7.1-01 rfc4028-7.1-02
  @Test("Every request but ACK says that it understands timer, BYE and CANCEL too")
  func everywhere() throws {
    var (world, invite) = try calling()
    accept(invite, &world, nil)
    world.command(0, .requestInDialog(RequestID(2), SessionID(1), .info, HeaderFields(), nil))
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    world.call(SessionID(3), to: "sip:peer@192.0.2.101")
    world.settle()
    world.answer(try #require(world.request(.invite)), .ringing)
    world.settle()
    world.command(0, .end(SessionID(3), reason: nil))
    let order = RequestOrder(identity: World.identity(), method: .message, target: World.uri("sip:peer@192.0.2.101"))
    world.command(0, .request(RequestID(4), order))
    world.settle()
    let requests = world.mail.compactMap { $0.message.request }
    #expect(Set(requests.map(\.method)) == [.invite, .ack, .info, .bye, .cancel, .message])
    for request in requests where request.method != .ack {
      #expect(request.fields.optionTags(Supported.self).contains(.timer), "\(request.method.token)")
    }
  }

  // Proves: rfc4028-5-01 rfc4028-5-02 rfc4028-7.2-02 rfc4028-9-04
  @Test("Whatever is configured, no interval is below 90 s, and Min-SE stands in no response but 422; an unasked timer is obeyed")
  func bounds() throws {
    let (_, invite) = try calling(interval: 10)
    #expect(invite.value(SessionExpires.self)?.interval == 90)
    var world = World(agents: 1, extensions: [SessionTimer(minimum: 5)])
    world.send(Script.invite(extra: ["Supported: timer", "Session-Expires: 60", "Min-SE: 60"]))
    world.settle()
    #expect(world.response?.value(MinSE.self)?.interval == 90)
    world.send(
      Script.invite(branch: "z9hG4bK2", callID: "call2", extra: ["Supported: timer", "Session-Expires: 90", "Min-SE: 90"]))
    world.settle()
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer")))
    world.settle()
    let success = try #require(world.responses(.ok).last)
    #expect(success.value(SessionExpires.self)?.interval == 90 && !success.fields.contains(.minSE))
  }

  // Proves: rfc4028-4-02
  @Test("Any interval above 90 s is taken", arguments: ["91", "100000", "4294967295"])
  func anyInterval(_ seconds: String) throws {
    var world = World(agents: 1, extensions: [SessionTimer()])
    world.send(Script.invite(extra: ["Supported: timer", "Session-Expires: \(seconds);refresher=uac"]))
    world.settle()
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer")))
    world.settle()
    #expect(
      try #require(world.responses(.ok).last).value(SessionExpires.self)
        == SessionExpires(interval: UInt32(seconds) ?? 0, refresher: .uac))
  }

  // Proves: rfc3261-8.1.1.9-01 rfc3261-8.1.1.9-02 rfc3261-8.1.1.9-05 rfc3261-20.32-03 rfc3261-20.37-01
  @Test("Supported and Require hold option tags of standards-track RFCs only: 3262, 3891, 4028, 4488, 4538, 4916 and 5373")
  func optionTags() throws {
    let standards: Set<OptionTag> = [.rel100, .replaces, .timer, .norefersub, .tdialog, .answermode, .fromChange]
    let extensions = StandardExtensions.make(digests: OpenSSLDigests())
    var world = World(agents: 1, extensions: extensions)
    world.call(to: "sip:peer@192.0.2.101")
    world.send(Script.invite(extra: ["Supported: 100rel, timer, path, gruu, x-own"]))
    world.settle()
    world.command(0, .provisional(try #require(world.incoming(0)), .sessionProgress, World.sdp("early")))
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    for entry in world.mail {
      let fields = entry.message.request?.fields ?? entry.message.response?.fields ?? HeaderFields()
      #expect(standards.isSuperset(of: fields.optionTags(Supported.self)))
      #expect(standards.isSuperset(of: fields.optionTags(Require.self)))
      #expect(!fields.contains(.proxyRequire))
    }
    #expect(try #require(world.request(.invite)).fields.optionTags(Supported.self).contains(.timer))
  }

  // Proves: rfc4028-7.2-01 rfc4028-7.2-03 rfc4028-7.2-04 rfc4028-7.2-05 rfc4028-7.4-06 rfc4028-7.4-07 rfc4028-7.4-09 rfc4028-7.4-12
  // Proves: rfc4028-7.4-13
  // Proves: rfc4028-9-12
  @Test("As refresher we send an UPDATE without a body after half the interval, and again after the next half")
  func refreshByUpdate() throws {
    var (world, invite) = try calling()
    accept(invite, &world, "1800;refresher=uac")
    world.run(for: .seconds(899))
    #expect(world.request(.update) == nil)
    world.run(for: .seconds(1))
    let update = try #require(world.request(.update))
    #expect(update.body.isEmpty)
    #expect(update.value(SessionExpires.self) == SessionExpires(interval: 1800, refresher: .uac))
    world.answer(update, .ok, tag: nil) { $0.fields.append(name: .sessionExpires, value: "1800;refresher=uac") }
    world.run(for: .seconds(905))
    #expect(world.attempts(.update) == 2)
    #expect(world.story(0) == ["answered answer", "established"])
  }

  // Proves: rfc4028-7.2-04 rfc4028-7.4-13 rfc4028-7.4-14
  @Test("A peer without UPDATE gets a re-INVITE with the present session description")
  func refreshByInvite() throws {
    var (world, invite) = try calling()
    accept(invite, &world, "1800;refresher=uac", allow: [.invite, .ack, .bye])
    world.run(for: .seconds(901))
    let second = try #require(world.request(.invite))
    #expect(second.to?.tag == "peer")
    #expect(second.body == Array("offer".utf8))
    #expect(world.request(.update) == nil)
  }

  // Proves: rfc4028-10-01 rfc4028-10-02
  @Test("A refresh that is refused is tried again in half of the time that is left, seven times in all, until one is taken")
  func refusedRefresh() throws {
    for taken in [2, 7, 8] {
      var (world, invite) = try calling()
      accept(invite, &world, "1800;refresher=uac")
      var times: [Int64] = []
      while times.count < taken, !world.story(0).contains(where: { $0.hasPrefix("ended") }) {
        world.run(for: .seconds(1))
        guard world.attempts(.update) > times.count, let update = world.request(.update) else { continue }
        times.append((world.now - Instant(nanoseconds: 0)).components.seconds)
        world.answer(update, times.count == taken ? .ok : .serverInternalError, tag: nil) { response in
          if response.status == .ok { response.fields.append(name: .sessionExpires, value: "1800;refresher=uac") }
        }
        world.settle()
      }
      let start = try #require(times.first) - 900
      #expect(times.map { $0 - start } == Array([900, 1334, 1551, 1660, 1714, 1741, 1755].prefix(taken)))
      world.run(for: .seconds(100))
      #expect(world.story(0).contains { $0.hasPrefix("ended") } == (taken == 8))
      #expect((world.request(.bye) != nil) == (taken == 8))
    }
  }

  @Test("A refresh that nobody answers ends the session with BYE")
  func lostPeer() throws {
    var (world, invite) = try calling()
    accept(invite, &world, "1800;refresher=uac")
    world.run(for: .seconds(1000))
    #expect(world.story(0).last == "ended failed 408")
    #expect(world.request(.bye) != nil)
  }

  // Proves: rfc4028-10-03 rfc4028-10-04
  @Test("When the peer refreshes and does not, the session ends 32 s before its time")
  func expiry() throws {
    var (world, invite) = try calling()
    accept(invite, &world, "1800;refresher=uas")
    world.run(for: .seconds(1765))
    #expect(world.request(.bye) == nil)
    world.run(for: .seconds(5))
    let bye = try #require(world.request(.bye))
    #expect(bye.value(Reason.self)?.cause == 408)
    #expect(world.story(0).last == "ended failed 408")
  }

  @Test("Without Session-Expires in the 2xx there is no timer")
  func noTimer() throws {
    var (world, invite) = try calling()
    accept(invite, &world, nil)
    world.run(for: .seconds(10_000))
    #expect(world.story(0) == ["answered answer", "established"])
    #expect(world.request(.bye) == nil)
  }

  // Proves: rfc4028-6-01 rfc4028-9-01 rfc4028-9-02 rfc4028-9-03
  @Test("An INVITE that wants less than our minimum gets 422 with Min-SE")
  func minimum() throws {
    var world = World(agents: 1, extensions: [SessionTimer(minimum: 120)])
    world.send(Script.invite(extra: ["Supported: timer", "Session-Expires: 60"]))
    world.settle()
    #expect(world.response?.status == .sessionIntervalTooSmall)
    #expect(world.response?.value(MinSE.self)?.interval == 120)
    #expect(world.story(0) == [])
  }

  // Proves: rfc3261-8.2.4-06 rfc4028-9-05 rfc4028-9-07 rfc4028-9-08
  @Test("Our 2xx names the refresher: the caller when it can, we when it cannot", arguments: [true, false])
  func answer(peerUnderstands: Bool) throws {
    var world = World(agents: 1, extensions: [SessionTimer()])
    world.send(Script.invite(extra: peerUnderstands ? ["Supported: timer", "Session-Expires: 600"] : ["Session-Expires: 600"]))
    world.settle()
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer")))
    world.settle()
    let response = try #require(world.responses(.ok).last)
    #expect(
      response.value(SessionExpires.self) == SessionExpires(interval: 600, refresher: peerUnderstands ? .uac : .uas))
    #expect(response.fields.optionTags(Require.self).contains(.timer) == peerUnderstands)
  }

  // Proves: rfc4028-9-09
  @Test("A caller that knows timers and leaves the refreshing to us is told by Require that there is one")
  func refreshesForCaller() throws {
    var world = World(agents: 1, extensions: [SessionTimer()])
    world.send(Script.invite(extra: ["Supported: timer", "Session-Expires: 600;refresher=uas"]))
    world.settle()
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer")))
    world.settle()
    let response = try #require(world.responses(.ok).last)
    #expect(response.value(SessionExpires.self) == SessionExpires(interval: 600, refresher: .uas))
    #expect(response.fields.optionTags(Require.self).contains(.timer))
  }

  @Test("Two of us: the call lives on for hours, refreshed by the caller, and ends when one of them dies")
  func bothEnds() throws {
    var world = World(agents: 2, extensions: [SessionTimer(interval: 600)])
    let (_, _) = world.establish()
    world.run(for: .seconds(7200))
    #expect(world.story(0) == [])
    #expect(world.ladder.filter { $0 == "1>2 UPDATE" }.count >= 20)
    world.isLost = { $0.hasPrefix("1>") }
    world.run(for: .seconds(1200))
    #expect(world.story(1) == ["ended failed 408"])
  }

  @Test("A 2xx of a fork that lost, and a repeated 2xx, leave the timer of the call as it was")
  func forks() throws {
    var (world, invite) = try calling()
    accept(invite, &world, "1800;refresher=uac")
    world.run(for: .seconds(20))
    // Each of them would start a timer of its own, much shorter or later.
    for tag in ["peer", "other"] {
      world.answer(invite, .ok, tag: tag, body: "answer") { response in
        response.fields.append(name: .sessionExpires, value: tag == "other" ? "90;refresher=uas" : "1800;refresher=uac")
      }
    }
    world.run(for: .seconds(860))
    #expect(world.story(0) == ["answered answer", "established"])
    #expect(world.request(.update) == nil)
    world.run(for: .seconds(21))
    #expect(world.attempts(.update) == 1)
  }
}
