import Media
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("Calls that say how they want to be signalled (RFC 7462 sections 13 and 16)")
struct AlertCallTests {
  // Proves: rfc7462-13-2 rfc7462-13-3
  @Test("The ring, the words and the events follow the INVITE's URNs, and other URIs change nothing")
  func incoming() throws {
    var world = PhoneWorld(1)
    world.send(
      Scripts.invite(
        extra: "Alert-Info: <http://192.0.2.101/loud.wav>, <urn:alert:priority:high>\n"
          + "Alert-Info: <file:///etc/passwd>, <urn:alert:source:external>;appearance=1\n"
          + "Alert-Info: <urn:alert:broken>, <sip:tone@example.com>\n"
      ))
    world.run(for: .seconds(1))
    let call = try #require(world.snapshot(0).calls.first)
    #expect(call.alert?.words == "URGENT, from outside")
    #expect(call.alert?.identifiers == ["priority:high", "source:external"])
    #expect(call.alert?.light == .red)
    #expect(call.alert?.ignored == 1)
    let ring = try #require(world.rings(0).last ?? nil)
    #expect(ring == ToneProgram.ring(.external).with(pauses: 0.4).louder(by: 5))
    // Nothing was fetched: no connection was opened and no name asked for.
    let wentOut = world.outputs[0].contains { output in
      guard case .network(let order) = output else { return false }
      switch order {
      case .open, .resolve: return true
      case .datagram, .bytes, .close: return false
      }
    }
    #expect(!wentOut)
    let line = try #require(world.lines(0).first { $0.contains("\"state\":\"ringing\"") })
    #expect(line.contains("\"alert\":[\"urn:alert:priority:high\",\"urn:alert:source:external\"]"))
    #expect(line.contains("\"alert_words\":\"URGENT, from outside\""))
    #expect(line.contains("\"alert_light\":\"red\",\"alert_ignored\":1"))
  }

  // Proves: rfc7462-13-4
  @Test("A call with nothing but nonsense in Alert-Info rings as any other")
  func nonsense() {
    for value in ["", "<urn:alert:>", "urn:alert:", "%75rn:alert:a:b", "<file:///dev/random>", "<<<", "\"", "urn:ietf:x", ";;;"] {
      var world = PhoneWorld(1)
      world.send(Scripts.invite(extra: "Alert-Info: \(value)\n"))
      world.run(for: .seconds(1))
      #expect(world.state(0) == .ringing, "\(value)")
      #expect(world.rings(0).last == .ring(.external), "\(value)")
    }
  }

  @Test("The ring begins within 100 ms of the INVITE and ends within 50 ms of the answer, in virtual time")
  func latency() throws {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(extra: "Alert-Info: <urn:alert:source:internal>\n"))
    // The network takes ten of them.
    world.run(for: .milliseconds(10))
    let ring = try #require(world.rings(0).last ?? nil, "no ring at the moment at which the INVITE came")
    var generator = ToneGenerator(ring, sampleRate: 48_000)
    let first = try #require(generator.render(frames: 4800).firstIndex { abs(Int($0)) > 500 })
    #expect(first < 480)
    world.run(for: .seconds(2))
    world.command(0, .answer(nil))
    #expect(world.rings(0).last == .some(nil))
  }

  // Proves: rfc3261-20.26-01
  @Test(
    "An urgent Priority suggests high priority and does not overrule what Alert-Info says",
    arguments: [
      ("Priority: urgent\n", "URGENT"), ("Priority: Emergency\n", "URGENT"), ("Priority: non-urgent\n", "not urgent"),
      ("Priority: normal\n", ""), ("", ""), ("Priority: urgent\nAlert-Info: <urn:alert:priority:low>\n", "not urgent"),
    ])
  func priorityField(fields: String, words: String) {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(extra: fields))
    world.run(for: .seconds(1))
    #expect(world.snapshot(0).calls.first?.alert?.words ?? "" == words)
  }

  // Proves: rfc7462-4.1-1 rfc7462-13-5
  @Test("180, 181, 182 and 183 may each name a ringback; the last one that does is heard, and nothing is mixed")
  func ringback() throws {
    var world = PhoneWorld(1) { _, configuration in configuration.country = "us" }
    world.command(0, .dial("sip:peer@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).first)
    func send(_ status: Int, _ alert: String?) {
      var response = Response(to: invite, status: StatusCode(status), toTag: "x")
      response.fields.append(name: .contact, value: "<sip:peer@192.0.2.101>")
      if let alert { response.fields.append(name: .alertInfo, value: alert) }
      world.send(response)
      world.run(for: .milliseconds(100))
    }
    func tone() -> ToneProgram? { world.tones(0).last ?? nil }
    send(181, "<urn:alert:service:forward>")
    #expect(world.state(0) == .calling)
    #expect(tone() == ToneProgram.ringback("us").after(try #require(self.prelude("service:forward"))))
    send(180, "<urn:alert:locale:country:za>")
    #expect(tone() == .ringback("za"))
    #expect(world.snapshot(0).calls.first?.alert?.words == "as in ZA")
    send(182, nil)
    #expect(tone() == .ringback("za"))
    send(183, "<urn:alert:service:call-waiting>")
    #expect(world.snapshot(0).calls.first?.alert?.words == "they are in another call")
    #expect(tone() == ToneProgram.ringback("us").after(try #require(self.prelude("service:call-waiting"))))
    #expect(world.lines(0).count { $0.contains("\"alert_words\":\"they are in another call\"") } == 1)
    send(180, "<urn:alert:locale:country:jp>")
    #expect(tone() == .ringback("jp"))
    // And its busy tone.
    world.send(Response(to: invite, status: .busyHere, toTag: "x"))
    world.run(for: .milliseconds(100))
    #expect(tone() == .busy("jp"))
  }

  private func prelude(_ identifier: String) -> ToneProgram? {
    let signals = AlertFile.configuration.alerts.signals.filter { signal in
      signal.mode == .prelude && signal.situations.contains(.ringback)
        && signal.meanings == [[AlertURN("urn:alert:" + identifier)].compactMap { $0 }]
    }
    if case .sound(.tones(let program)) = signals.first?.rendering { return program }
    return nil
  }

  /// Phone 1 talks to phone 0; then the peer calls phone 1.
  private func secondCall(tell: Bool, extra: String = "") -> PhoneWorld {
    var world = PhoneWorld(2) { _, configuration in configuration.alerts.tellsCallWaiting = tell }
    world.connect(1, 0)
    world.send(Scripts.invite(extra: extra))
    world.run(for: .seconds(1))
    return world
  }

  // Proves: rfc7462-16-1 rfc7462-16-2 rfc8433-8-1 rfc7462-16-4
  @Test("That we are in another call is told only when the user has said so")
  func tellingCallWaiting() throws {
    func ringing(_ world: PhoneWorld) throws -> Response { try #require(world.responses.first { $0.status == .ringing }) }
    let quiet = try ringing(secondCall(tell: false))
    #expect(!quiet.fields.contains(.alertInfo))
    let telling = try ringing(secondCall(tell: true))
    #expect(telling.fields.values(.alertInfo) == ["<urn:alert:service:call-waiting>"])
    #expect(!Configuration().alerts.tellsCallWaiting)
    // Idle: nothing to tell.
    var idle = PhoneWorld(1) { _, configuration in configuration.alerts.tellsCallWaiting = true }
    idle.send(Scripts.invite())
    idle.run(for: .seconds(1))
    #expect(try !ringing(idle).fields.contains(.alertInfo))
  }

  @Test("During a call one beep takes the place of the ring, in the ear and not on the ring device")
  func beep() throws {
    let world = secondCall(tell: false, extra: "Alert-Info: <urn:alert:priority:high>, <urn:alert:source:internal>\n")
    #expect(world.rings(0).filter { $0 != nil }.count <= 1)
    let beep = try #require(world.tones(0).last ?? nil)
    #expect(beep.repeatsFrom == nil)
    #expect(beep.segments.map(\.duration) == [.milliseconds(200)])
    #expect(world.snapshot(0).calls.last?.alert?.words == "URGENT, from inside")
  }

  @Test("silence CALL quiets one call, silence quiets all, and another call rings again")
  func silence() throws {
    var world = PhoneWorld(1)
    world.send(Scripts.invite(callID: "c1"))
    world.send(Scripts.invite(callID: "c2", extra: "Alert-Info: <urn:alert:source:internal>\n"))
    world.run(for: .seconds(1))
    #expect(world.rings(0).last == .ring(.external))
    try world.type(0, "silence 1")
    #expect(world.rings(0).last == .ring(.internal))
    try world.type(0, "silence")
    #expect(world.rings(0).last == .some(nil))
    #expect(world.snapshot(0).calls.allSatisfy { $0.state == .ringing })
    try world.type(0, "silence 7")
    #expect(world.errors(0).last?.hasPrefix("There is no call 7") == true)
  }

  // Proves: rfc7462-16-3 rfc8433-8-3
  @Test("Whose wishes count is the user's to say; vendors' words count from a trusted server only")
  func heed() {
    func words(_ heed: AlertConfiguration.Heed, trusts: Bool = false, _ value: String) -> String? {
      var world = PhoneWorld(1) { _, configuration in
        configuration.alerts.heed = heed
        configuration.accounts[0].trustsServer = trusts
      }
      world.send(Scripts.invite(extra: "Alert-Info: \(value)\n"))
      world.run(for: .seconds(1))
      return world.snapshot(0).calls.first?.alert?.words
    }
    #expect(words(.anyone, "<urn:alert:source:family>") == "from the family")
    #expect(words(.nobody, "<urn:alert:source:family>") == nil)
    #expect(words(.server, "<urn:alert:source:family>") == nil)
    // The peer is not the server of this account, whatever the account says.
    #expect(words(.anyone, trusts: true, "Bellcore-dr2") == nil)
  }
}
