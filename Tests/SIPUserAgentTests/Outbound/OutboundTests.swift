import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 5626: several flows of one account over UDP, with scripted edge proxies")
struct OutboundTests {
  static let instance = "urn:uuid:00000000-0000-4000-8000-000a95a0e128"

  // Proves: rfc5626-4.1-1 rfc5626-4.1-4 rfc5626-4.1-6 rfc5626-4.2.1-5 rfc5626-4.2.1-7 rfc5626-4.2.1-10 rfc5626-10-1
  // Proves: rfc5627-4.1-1 rfc5627-4.1-2 rfc5627-4.1-3 rfc5627-4.1-4 rfc5627-4.1-5 rfc5627-4.1-14
  @Test("REGISTER names the instance and the flow, and says what it supports; no GRUU and no ob in its Contact")
  func register() throws {
    var bench = FlowBench()
    bench.register(1)
    let request = try #require(bench.world.request(.register))
    let contact = try #require(request.contacts.first)
    #expect(contact.parameters["+sip.instance"] == "<\(Self.instance)>")
    #expect(contact.parameters.rawValue("+sip.instance") == "\"<\(Self.instance)>\"")
    #expect(contact.parameters["reg-id"] == "1")
    #expect(contact.uri?.sip?.parameters.has("ob") == false)
    #expect(!contact.parameters.has("pub-gruu"))
    let supported = request.fields.optionTags(Supported.self)
    for tag in [OptionTag.path, .outbound, .gruu] { #expect(supported.contains(tag)) }
    #expect(request.fields.first(.proxyRequire) == nil)
    #expect(request.topVia?.parameters.has("keep") == true)
    #expect(request.topVia?.parameters.has("rport") == true)
  }

  // Proves: rfc5626-4.2.1-1 rfc5626-4.2.1-4 rfc5626-4.2.1-6 rfc5626-4.2.1-8 rfc5626-4.2.2-1 rfc5627-4.1-8 rfc5627-4.1-9
  // Proves: rfc5627-4.1-12
  @Test("Two flows have two reg-ids and two Call-IDs, go through two proxies, and keep all that in their refreshes")
  func twoFlows() throws {
    var bench = FlowBench()
    try bench.bringUp(expires: 100)
    let first = try #require(bench.registers(at: 0).last)
    let second = try #require(bench.registers(at: 1).last)
    #expect(first.callID != second.callID)
    #expect(first.contacts.first?.parameters["reg-id"] == "1")
    #expect(second.contacts.first?.parameters["reg-id"] == "2")
    bench.world.run(for: .seconds(51))
    for (peer, before) in [(0, first), (1, second)] {
      let after = try #require(bench.registers(at: peer).last)
      #expect(after.cseq?.number ?? 0 > before.cseq?.number ?? 0)
      #expect(after.callID == before.callID)
      #expect(after.contacts.first?.parameters["reg-id"] == before.contacts.first?.parameters["reg-id"])
      #expect(after.contacts.first?.parameters["+sip.instance"] == before.contacts.first?.parameters["+sip.instance"])
    }
  }

  // Proves: rfc5626-4.2.1-11 rfc5626-8-1 rfc5626-4.4-4
  @Test("Without Require: outbound in the 2xx nothing is outbound: no STUN is sent, and no ob either")
  func unconfirmed() throws {
    var bench = FlowBench()
    bench.register(1)
    bench.confirm(0, isOutbound: false)
    bench.world.run(for: .seconds(120))
    #expect(bench.world.ladder.filter { $0.hasSuffix(" ?") }.isEmpty)
    bench.call()
    let contact = try #require(bench.world.request(.invite)?.contacts.first)
    #expect(contact.uri?.sip?.parameters.has("ob") == false)
  }

  @Test(
    "A registrar that forgets Require: outbound half of the time: each 2xx counts until the next, one REGISTER for each refresh")
  func forgetful() throws {
    var bench = FlowBench()
    bench.register(1)
    for round in 0..<6 {
      bench.confirm(0, isOutbound: round % 2 == 0)
      let before = bench.world.ladder.count { $0.hasSuffix(" ?") }
      let probe = round % 2 == 0 ? try? bench.nextProbe() : nil
      // In every other of those rounds the answer is still missing when the next 2xx promises nothing any more.
      if let probe, round % 4 == 0 { bench.answer(probe) }
      bench.world.run(for: .seconds(round % 2 == 0 ? 1 : 60))
      let probes = bench.world.ladder.count { $0.hasSuffix(" ?") } - before
      #expect((probes > 0) == (round % 2 == 0), "round \(round): \(probes) probes")
      #expect(bench.registers(at: 0).count == round + 1, "round \(round): registered again without a cause")
      bench.world.command(0, .refreshRegistration(RegistrationID(1)))
      bench.world.settle()
    }
    #expect(bench.registers(at: 0).count == 7)
  }

  // Proves: rfc5626-4.2.1-12 rfc5626-4.4-3 rfc5626-4.4.2-1 rfc5626-4.4.2-3 rfc5626-4.4.2-4 rfc5626-4.4.1-2
  @Test("Confirmed flows over UDP are kept by STUN requests, 24 to 29 s apart; no line ends are sent")
  func stun() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    for _ in 0..<5 {
      let before = bench.world.now
      let probe = try bench.nextProbe()
      let pause = probe.at - before
      #expect(pause >= .seconds(23.9) && pause <= .seconds(29.1))
      bench.answer(probe)
    }
    #expect(bench.keptAlive == 5)
    #expect(bench.world.registrationStory(0).suffix(1) == ["registered 3600"])
  }

  // Proves: rfc5626-4.4-1 rfc5626-4.4-2
  @Test("With Flow-Timer the requests are at most that far apart, and at least 80 % of it")
  func flowTimer() throws {
    var bench = FlowBench()
    bench.register(1)
    bench.confirm(0, flowTimer: 60)
    for _ in 0..<4 {
      let before = bench.world.now
      let probe = try bench.nextProbe(within: .seconds(61))
      #expect(probe.at - before >= .seconds(47.9) && probe.at - before <= .seconds(60.1))
      bench.answer(probe)
    }
  }

  // Proves: rfc5626-4.4.2-5
  @Test("Seven STUN requests without an answer, or one refusal: the flow has failed and is built anew with the same reg-id")
  func silence() throws {
    for isRefused in [false, true] {
      var bench = FlowBench()
      try bench.bringUp(flows: 1)
      bench.answer(try bench.nextProbe())
      let probe = try bench.nextProbe()
      if isRefused {
        bench.answer(probe, as: .failure)
        bench.world.run(for: .seconds(2))
      } else {
        bench.world.run(for: .seconds(39))
        #expect(bench.probes.count { $0.message.transactionID == probe.message.transactionID } == 7)
        #expect(bench.world.registrationStory(0).last == "registered 3600")
        bench.world.run(for: .seconds(2))
      }
      #expect(bench.world.registrationStory(0).contains("unreachable"))
      #expect(bench.registers(at: 0).last?.contacts.first?.parameters["reg-id"] == "1")
      #expect(bench.registers(at: 0).count == 2)
    }
  }

  // Proves: rfc5626-4.4.2-6 rfc5626-4.5-1
  @Test("Another mapped address than before: the flow has failed, though the server answers")
  func remapped() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    bench.answer(try bench.nextProbe(), port: 40_000)
    bench.answer(try bench.nextProbe(), port: 40_001)
    #expect(bench.world.registrationStory(0).last == "unreachable")
    bench.world.run(for: .seconds(2))
    #expect(bench.registers(at: 0).count == 2)
  }

  // Proves: rfc5626-8-4
  @Test("STUN that nobody waits for changes nothing: another number, another source, a request, noise")
  func unwanted() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    bench.answer(try bench.nextProbe())
    let probe = try bench.nextProbe()
    var guess = probe.message
    guess.transactionID[3] ^= 1
    for message in [guess, STUNMessage(.request, transactionID: probe.message.transactionID)] {
      var message = message
      if message.kind == .request, message.transactionID == guess.transactionID { message.kind = .success }
      message.mappedAddress = SocketAddress(.v4(7), port: 7)
      bench.deliver(message.serialized(), from: World.peer(0))
    }
    // The right number from the wrong place.
    let stolen = STUNMessage(.success, transactionID: probe.message.transactionID, mappedAddress: SocketAddress(.v4(7), port: 7))
    bench.deliver(stolen.serialized(), from: World.peer(5))
    bench.deliver([1, 1, 0, 0] + Array(repeating: 9, count: 16), from: World.peer(0))
    #expect(bench.world.registrationStory(0).last == "registered 3600")
    bench.answer(probe)
    #expect(bench.keptAlive == 2)
  }

  // Proves: rfc5626-4.3-1 rfc5626-4.3-5 rfc5626-4.3-6 rfc5627-4.4-9
  @Test("A dialog-forming request says ob, the instance and the flow in Contact, and outbound in Supported")
  func dialogForming() throws {
    var bench = FlowBench()
    try bench.bringUp()
    bench.call()
    let invite = try #require(bench.world.request(.invite))
    let contact = try #require(invite.contacts.first)
    #expect(contact.uri?.sip?.parameters.has("ob") == true)
    #expect(contact.parameters["+sip.instance"] == "<\(Self.instance)>")
    #expect(contact.parameters["reg-id"] == "1")
    #expect(invite.fields.optionTags(Supported.self).contains(.outbound))
    #expect(invite.fields.optionTags(Supported.self).contains(.gruu))
  }

  // Proves: rfc5626-4.5-2 rfc5626-4.5-4
  @Test("When a flow dies, the registration of the other one is refreshed at once, and calls leave along it")
  func deathOfOne() throws {
    var bench = FlowBench()
    try bench.bringUp()
    let before = bench.registers(at: 1).count
    bench.kill(0)
    bench.world.run(for: .milliseconds(100))
    #expect(bench.registers(at: 1).count == before + 1)
    bench.confirm(1)
    bench.call()
    let invite = try #require(bench.world.request(.invite))
    #expect(invite.routes.first?.address.uri.sip?.host == .address(World.peer(1).address))
    #expect(invite.contacts.first?.parameters["reg-id"] == "2")
    // It never answered a keep-alive: 45 to 90 s, because the other flow lives.
    let count = bench.registers(at: 0).count
    bench.world.run(for: .seconds(44))
    #expect(bench.registers(at: 0).count == count)
    bench.world.run(for: .seconds(47))
    #expect(bench.registers(at: 0).count > count)
  }

  @Test(
    "An INVITE whose first hop is dead goes out over the other flow at once, with a higher CSeq and that flow's route and Contact")
  func firstHopFails() throws {
    var bench = FlowBench()
    try bench.bringUp()
    bench.call()
    let first = try #require(bench.world.request(.invite))
    bench.kill(0)
    bench.world.run(for: .milliseconds(100))
    let second = try #require(bench.world.request(.invite))
    #expect(second.callID == first.callID)
    #expect(second.from?.tag == first.from?.tag)
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
    #expect(second.routes.first?.address.uri.sip?.host == .address(World.peer(1).address))
    #expect(second.contacts.first?.parameters["reg-id"] == "2")
    #expect(bench.world.story(0).isEmpty)
  }

  @Test("A 503 of the first proxy sends the INVITE over the other flow; a second 503 is the user's to know")
  func serviceUnavailable() throws {
    var bench = FlowBench()
    try bench.bringUp()
    bench.call()
    bench.world.answer(try #require(bench.world.request(.invite)), .serviceUnavailable)
    bench.world.settle()
    let second = try #require(bench.world.request(.invite))
    #expect(second.routes.first?.address.uri.sip?.host == .address(World.peer(1).address))
    bench.world.answer(second, .serviceUnavailable, from: World.peer(1))
    bench.world.settle()
    #expect(bench.world.story(0) == ["ended refused 503"])
    #expect(bench.world.attempts(.invite) == 2)
  }

  @Test("A request in a dialog whose edge proxy is dead takes the other flow; the rest of the route set stays")
  func midDialog() throws {
    var bench = FlowBench()
    try bench.bringUp()
    bench.call()
    bench.world.answer(try #require(bench.world.request(.invite)), .ok, body: "answer") { response in
      response.fields.append(name: .recordRoute, value: "<sip:192.0.2.109;lr>, <sip:token@192.0.2.101;lr;ob>")
    }
    bench.world.settle()
    #expect(
      bench.world.request(.ack)?.routes.map { $0.address.uri.description } == ["sip:token@192.0.2.101;lr;ob", "sip:192.0.2.109;lr"])
    bench.kill(0)
    bench.world.run(for: .milliseconds(50))
    bench.world.command(0, .end(SessionID(1), reason: nil))
    bench.world.settle()
    let bye = try #require(bench.world.request(.bye))
    #expect(bye.routes.map { $0.address.uri.description } == ["sip:192.0.2.102;lr", "sip:192.0.2.109;lr"])
  }

  @Test("A re-INVITE whose only flow dies under it goes out again with a new CSeq; after a BYE nothing else does")
  func renewedInDialog() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    bench.call()
    bench.world.answer(try #require(bench.world.request(.invite)), .ok, body: "answer") { response in
      response.fields.append(name: .recordRoute, value: "<sip:token@192.0.2.101;lr;ob>")
    }
    bench.world.settle()
    bench.world.command(0, .offer(SessionID(1), World.sdp("again")))
    bench.world.settle()
    let first = try #require(bench.world.request(.invite)?.cseq?.number)
    bench.kill(0)
    bench.world.settle()
    #expect(bench.world.request(.invite)?.cseq?.number == first + 1)
    bench.world.command(0, .end(SessionID(1), reason: nil))
    bench.world.settle()
    let bye = try #require(bench.world.request(.bye)?.cseq?.number)
    #expect(bye == first + 2)
    bench.kill(0)
    bench.world.run(for: .seconds(64))
    #expect(bench.world.request(.invite)?.cseq?.number == first + 1)
  }

  @Test("Without a network no flow stands, whatever was registered; with one again each registers at once")
  func noNetwork() throws {
    var bench = FlowBench()
    try bench.bringUp()
    let before = [0, 1].map { bench.registers(at: $0).count }
    bench.world.command(0, .networkChanged([]))
    bench.world.settle()
    #expect(bench.world.registrationStory(0).suffix(3) == ["registered 3600", "unreachable", "unreachable"])
    bench.world.command(0, .networkChanged([.v4(0xC000_0201)]))
    bench.world.settle()
    for peer in [0, 1] {
      #expect(bench.registers(at: peer).count == before[peer] + 1)
      bench.confirm(peer)
    }
    #expect(bench.world.registrationStory(0).count { $0 == "registered 3600" } == 4)
  }

  // Proves: rfc5626-4.2.1-14
  @Test("439: the registration is repeated at once without reg-id and outbound")
  func firstHopLacksSupport() throws {
    var bench = FlowBench()
    bench.register(1)
    bench.world.answer(try #require(bench.registers(at: 0).last), .firstHopLacksOutboundSupport)
    bench.world.settle()
    let second = try #require(bench.registers(at: 0).last)
    #expect(second.contacts.first?.parameters.has("reg-id") == false)
    #expect(!second.fields.optionTags(Supported.self).contains(.outbound))
    bench.world.answer(second, .firstHopLacksOutboundSupport)
    bench.world.settle()
    #expect(bench.registers(at: 0).count == 2)
    #expect(bench.world.registrationStory(0).last == "failed 439 retry")
  }

  // Proves: rfc5626-4.2.2-2 rfc5626-4.2.2-3 rfc5626-4.2.1-13 rfc5627-4.2-9
  @Test("A refresh that is refused for a while leaves the flow and the binding as they are")
  func refusedRefresh() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1, expires: 100)
    bench.world.run(for: .seconds(51))
    bench.world.answer(try #require(bench.registers(at: 0).last), .serviceUnavailable) { $0.fields.set(RetryAfter(20)) }
    bench.world.settle()
    bench.call()
    #expect(bench.world.request(.invite)?.contacts.first?.uri?.sip?.parameters.has("ob") == true)
    let count = bench.registers(at: 0).count
    bench.world.run(for: .seconds(61))
    #expect(bench.registers(at: 0).count > count)
  }
}
