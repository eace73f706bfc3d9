import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 13 and 15: a session is made and ended")
struct BasicCallTests {
  // Proves: rfc3261-13.1-01 rfc3261-13.2.1-16 rfc3261-15.1.2-04
  @Test("RFC 3665 section 3.1: INVITE, 180, 200, ACK, and BYE from the called side")
  func callAndRemoteBye() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    let called = try #require(world.incoming(1))
    world.command(1, .provisional(called, .ringing, nil))
    world.settle()
    world.command(1, .accept(called, World.sdp("answer")))
    world.settle()
    world.command(1, .end(called, reason: nil))
    world.settle()
    #expect(world.ladder == ["1>2 INVITE", "2>1 180 INVITE", "2>1 200 INVITE", "1>2 ACK", "2>1 BYE", "1>2 200 BYE"])
    #expect(world.story(0) == ["progress 180", "answered answer", "established", "ended remote"])
    #expect(world.story(1) == ["incoming", "established", "acknowledged", "ended local"])
    world.run(for: .seconds(100))
    #expect(world.agents[0].sessionCount == 0)
    #expect(world.agents[1].sessionCount == 0)
  }

  // Proves: rfc3261-15.1.2-04
  @Test("The called side sees the offer, and the caller ends with BYE")
  func localBye() throws {
    var world = World(agents: 2)
    let (caller, _) = world.establish()
    world.command(0, .end(caller, reason: Reason(protocol: "SIP", cause: 200, text: "Done")))
    world.settle()
    #expect(world.ladder == ["1>2 BYE", "2>1 200 BYE"])
    #expect(world.story(0) == ["ended local"])
    #expect(world.story(1) == ["ended remote 200"])
  }

  @Test("BYE from both sides at once: each is answered, each side ends once")
  func crossingBye() throws {
    var world = World(agents: 2)
    let (caller, called) = world.establish()
    world.command(0, .end(caller, reason: nil))
    world.command(1, .end(called, reason: nil))
    world.settle()
    #expect(world.ladder == ["1>2 BYE", "2>1 BYE", "2>1 200 BYE", "1>2 200 BYE"])
    #expect(world.story(0) == ["ended local"])
    #expect(world.story(1) == ["ended local"])
    world.run(for: .seconds(100))
    #expect(world.agents.map(\.sessionCount) == [0, 0])
  }

  @Test("RFC 3665 section 3.9: a refusal is acknowledged and reported")
  func refusal() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    world.command(1, .reject(try #require(world.incoming(1)), .busyHere, reason: nil, fields: HeaderFields()))
    world.settle()
    #expect(world.ladder == ["1>2 INVITE", "2>1 486 INVITE", "1>2 ACK"])
    #expect(world.story(0) == ["ended refused 486"])
  }

  // Proves: rfc3261-9.2-02 rfc3261-13.1-01
  @Test("RFC 3665 section 3.8: CANCEL while it rings")
  func cancel() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    world.command(1, .provisional(try #require(world.incoming(1)), .ringing, nil))
    world.settle()
    world.command(0, .end(SessionID(1), reason: Reason(protocol: "SIP", cause: 200, text: "Call completed elsewhere")))
    world.settle()
    #expect(
      world.ladder == ["1>2 INVITE", "2>1 180 INVITE", "1>2 CANCEL", "2>1 200 CANCEL", "2>1 487 INVITE", "1>2 ACK"])
    #expect(world.story(0) == ["progress 180", "ended local"])
    #expect(world.story(1) == ["incoming", "ended cancelled 200"])
    world.run(for: .seconds(100))
    #expect(world.agents.map(\.sessionCount) == [0, 0])
  }

  @Test("A 200 that crosses the CANCEL is acknowledged and hung up")
  func cancelCrosses200() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    let called = try #require(world.incoming(1))
    world.command(1, .provisional(called, .ringing, nil))
    world.settle()
    world.ladder = []
    world.command(1, .accept(called, World.sdp("answer")))
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    #expect(world.ladder.contains("1>2 ACK"))
    #expect(world.ladder.contains("1>2 BYE"))
    #expect(world.ladder.last == "2>1 200 BYE")
    #expect(world.story(0) == ["progress 180", "ended local"])
    #expect(world.story(1).last == "ended remote")
    world.run(for: .seconds(100))
    #expect(world.agents.map(\.sessionCount) == [0, 0])
  }

  // Proves: rfc3261-13.2.2.4-08
  @Test("A lost ACK: the 200 is repeated, and so is the ACK")
  func lostAcknowledgement() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    var losses = 2
    world.isLost = { line in
      guard line == "1>2 ACK", losses > 0 else { return false }
      losses -= 1
      return true
    }
    _ = losses
    world.command(1, .accept(try #require(world.incoming(1)), World.sdp("answer")))
    world.run(for: .seconds(5))
    #expect(world.ladder.filter { $0 == "1>2 ACK (lost)" }.count == 2)
    #expect(world.ladder.filter { $0 == "2>1 200 INVITE" }.count == 3)
    #expect(world.story(1) == ["incoming", "established", "acknowledged"])
    #expect(world.story(0) == ["answered answer", "established"])
  }

  // Proves: rfc3261-13.3.1.4-04 rfc3261-14.2-06
  @Test("Without any ACK the 200 is repeated until 64*T1, and then the session is ended with BYE")
  func neverAcknowledged() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    world.isLost = { $0 == "1>2 ACK" }
    world.command(1, .accept(try #require(world.incoming(1)), World.sdp("answer")))
    world.run(for: .seconds(40))
    // 0.5 s, 1 s, 2 s, then every 4 s until 32 s: the first and ten more.
    #expect(world.ladder.filter { $0 == "2>1 200 INVITE" }.count == 11)
    #expect(world.ladder.suffix(2) == ["2>1 BYE", "1>2 200 BYE"])
    #expect(world.story(1) == ["incoming", "established", "ended failed 408"])
  }

  // Proves: rfc3261-15-04
  @Test("A BYE waits for the ACK of our 200")
  func byeWaitsForAcknowledgement() throws {
    var world = World(agents: 2)
    world.call()
    world.settle()
    let called = try #require(world.incoming(1))
    world.command(1, .accept(called, World.sdp("answer")))
    world.command(1, .end(called, reason: nil))
    world.settle()
    #expect(world.ladder == ["1>2 INVITE", "2>1 200 INVITE", "1>2 ACK", "2>1 BYE", "1>2 200 BYE"])
    #expect(world.story(1) == ["incoming", "established", "ended local"])
  }

  // Proves: rfc3261-13.2.1-13 rfc3261-13.2.1-16 rfc3261-13.2.2.4-06 rfc3261-13.3.1-04 rfc3261-13.3.1.4-03
  @Test("An INVITE without an offer: the 200 offers, the ACK answers")
  func lateOffer() throws {
    var world = World(agents: 2)
    world.call(offer: nil)
    world.settle()
    world.command(1, .accept(try #require(world.incoming(1)), World.sdp("their offer")))
    world.settle()
    #expect(world.story(0) == ["established", "offered their offer"])
    #expect(!world.ladder.contains("1>2 ACK"))
    world.command(0, .answer(SessionID(1), World.sdp("my answer")))
    world.settle()
    #expect(world.story(1) == ["incoming", "established", "answered my answer", "acknowledged"])
  }

  @Test("Nobody answers: the caller cancels after the time that the configuration gives")
  func answerTimeout() throws {
    var world = World(agents: 2, configuration: UserAgentConfiguration(answerTimeout: .seconds(30)))
    world.call()
    world.settle()
    world.command(1, .provisional(try #require(world.incoming(1)), .ringing, nil))
    world.run(for: .seconds(100))
    #expect(world.story(0).last == "ended failed 408")
    #expect(world.story(1).last?.hasPrefix("ended") == true)
    #expect(world.agents.map(\.sessionCount) == [0, 0])
  }

  // Proves: rfc3261-8.1.3.1-01
  @Test("A peer that is not there: the call fails after timer B")
  func unreachable() {
    var world = World(agents: 1)
    world.call(to: "sip:nobody@192.0.2.77")
    world.run(for: .seconds(40))
    #expect(world.story(0) == ["ended failed 408"])
    #expect(world.agents[0].sessionCount == 0)
  }

  // Proves: rfc3261-13.3.1-01
  @Test("An INVITE whose Expires runs out gets 487; without one our patience ends it with 480")
  func expiredInvitation() throws {
    for (extra, status) in [(["Expires: 20"], StatusCode.requestTerminated), ([], .temporarilyUnavailable)] {
      var world = World(agents: 1)
      world.send(Script.invite(extra: extra))
      world.run(for: .seconds(extra.isEmpty ? 181 : 21))
      #expect(world.response?.status == status)
      #expect(world.story(0) == ["incoming", "ended failed \(status)"])
    }
  }
}
