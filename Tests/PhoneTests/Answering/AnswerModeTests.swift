import Media
import Phone
import SIPMessages
import SansIO
import Testing

@Suite("Answering modes on the wire (RFC 5373)")
struct AnswerModeTests {
  /// A phone that answers `peer` when it asks for Auto.
  static func intercom(_ change: (inout AnswerSettings) -> Void = { _ in }) -> PhoneWorld {
    PhoneWorld(2) { index, configuration in
      guard index == 0 else { return }
      configuration.answering.rules = [
        AnswerRule(from: [.pattern("peer@192.0.2.101")], trust: .saidByPeer, asks: [.auto], then: .answer)
      ]
      change(&configuration.answering)
    }
  }

  static func final(_ world: PhoneWorld) -> Response? { world.responses.last { $0.status.isFinal } }

  static func direction(_ response: Response?) -> String? {
    response.flatMap { response in
      ["sendrecv", "recvonly", "sendonly", "inactive"].first {
        String(decoding: response.body, as: UTF8.self).contains("a=\($0)\r\n")
      }
    }
  }

  // Proves: rfc5373-7.4-2 rfc5373-4-2 rfc5373-4-3
  @Test("An automatic answer is recvonly, and the microphone stays shut until the user talks; then it is offered")
  func listening() throws {
    var world = Self.intercom()
    world.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    world.run(for: .milliseconds(200))
    #expect(Self.final(world)?.status == .ok)
    #expect(Self.direction(Self.final(world)) == "recvonly")
    #expect(world.microphone(0) == [])
    #expect(world.run(0, stream: 1)?.parameters.direction == .recvonly)
    world.send(Scripts.acknowledgement(of: try #require(Self.final(world))))
    world.run(for: .milliseconds(200))
    world.command(0, .talk)
    world.run(for: .milliseconds(200))
    #expect(world.microphone(0) == ["open 1"])
    let offers = world.requests(.invite) + world.requests(.update)
    #expect(offers.contains { String(decoding: $0.body, as: UTF8.self).contains("a=sendrecv") })
  }

  // Proves: rfc5373-7.4-4 rfc5373-3-2
  @Test("A re-INVITE that asks for the microphone of an automatically answered call gets recvonly")
  func reinvite() throws {
    var world = Self.intercom()
    world.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    world.run(for: .milliseconds(200))
    let ok = try #require(Self.final(world))
    world.send(Scripts.acknowledgement(of: ok))
    world.run(for: .milliseconds(100))
    world.send(Scripts.reinvite(in: ok))
    world.run(for: .milliseconds(200))
    let answer = try #require(Self.final(world))
    #expect(answer.cseq?.number == 2)
    #expect(Self.direction(answer) == "recvonly")
    #expect(world.microphone(0) == [])
  }

  // Proves: rfc5373-5.1-2 rfc5373-5-1
  @Test("The 200 says how it was answered only when the user wants callers to know, and no other response does")
  func telling() {
    var silent = Self.intercom()
    silent.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    silent.run(for: .milliseconds(200))
    #expect(silent.responses.allSatisfy { !$0.fields.contains(.answerMode) })
    var telling = Self.intercom { $0.tells = true }
    telling.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    telling.run(for: .milliseconds(200))
    #expect(Self.final(telling)?.fields.first(.answerMode) == "Auto")
    #expect(telling.responses.filter { $0.status != .ok }.allSatisfy { !$0.fields.contains(.answerMode) })
  }

  // Proves: rfc5373-5.1-1
  @Test("A call that a person answered says Manual when told to say it")
  func tellingManual() {
    var world = Self.intercom { $0.tells = true }
    world.send(Scripts.invite(extra: "Answer-Mode: Manual\n"))
    world.run(for: .milliseconds(200))
    #expect(world.state(0) == .ringing)
    world.command(0, .answer(nil))
    world.run(for: .milliseconds(200))
    #expect(Self.final(world)?.fields.first(.answerMode) == "Manual")
    #expect(Self.direction(Self.final(world)) == "sendrecv")
  }

  // Proves: rfc5373-4.5.1-10 rfc5373-4.5.1-11
  @Test(
    "Spellings: what asks for Auto, what rings and what is refused",
    arguments: [
      ("Answer-Mode: AUTO", 200), ("answer-mode:auto", 200), ("Answer-Mode: Auto;x=y", 200), ("Answer-Mode: Auto;REQUIRE", 200),
      ("Answer-Mode: Auto;require;require", 200), ("Answer-Mode: Autos", 180), ("Answer-Mode: ", 180),
      ("Answer-Mode: ;require", 180),
      ("Answer-Mode: Auto\nAnswer-Mode: Manual", 180), ("Answer-Mode: Auto\nAnswer-Mode: Auto;require", 200),
      ("Priv-Answer-Mode: Auto", 403), ("Priv-Answer-Mode: Auto;require", 403), ("Priv-Answer-Mode: Auto\nAnswer-Mode: Auto", 200),
      ("Priv-Answer-Mode: Whatever", 180), ("Alert-Info: Auto Answer", 180), ("Call-Info: <sip:a@b>;answer-after=0", 180),
      ("Alert-Mode: Null", 180),
    ])
  // Proves: rfc5373-2-1
  func spellings(_ field: String, _ status: Int) {
    var world = Self.intercom()
    world.send(Scripts.invite(extra: field + "\n"))
    world.run(for: .milliseconds(200))
    #expect(world.responses.last?.status.rawValue == status)
    if status == 403 { #expect(world.responses.last?.reason == "automatic answer forbidden") }
  }

  // Proves: rfc5373-3-1
  @Test("In a re-INVITE the field means nothing")
  func midDialog() throws {
    var world = PhoneWorld(1) { _, configuration in configuration.answersAutomatically = true }
    world.send(Scripts.invite())
    world.run(for: .milliseconds(200))
    let ok = try #require(Self.final(world))
    world.send(Scripts.acknowledgement(of: ok))
    world.run(for: .milliseconds(100))
    world.send(Scripts.reinvite(in: ok, extra: "Answer-Mode: Manual;require\n"))
    world.run(for: .milliseconds(200))
    #expect(Self.final(world)?.cseq?.number == 2)
    #expect(Self.final(world)?.status == .ok)
  }

  // Proves: rfc5373-4.3.1-1
  @Test("Supported names answermode in requests, Require: answermode is met, and Require: alertmode is not")
  func optionTag() {
    var world = PhoneWorld(1)
    world.command(0, .dial("sip:x@192.0.2.101", account: nil))
    world.run(for: .milliseconds(100))
    let invite = world.requests(.invite).first
    #expect(invite?.fields.optionTags(Supported.self).contains(.answermode) == true)
    var called = PhoneWorld(1)
    called.send(Scripts.invite(extra: "Require: answermode\n"))
    called.run(for: .milliseconds(200))
    #expect(called.responses.last?.status == .ringing)
    var dead = PhoneWorld(1)
    dead.send(Scripts.invite(extra: "Require: alertmode\n"))
    dead.run(for: .milliseconds(200))
    #expect(dead.responses.last?.status == .badExtension)
  }

  // Proves: rfc5373-4.3.3-1 rfc5373-4.3.3-2
  @Test("A caller's options become the fields of section 4.3.3")
  func asking() throws {
    var world = PhoneWorld(1)
    try world.type(0, "dial sip:x@192.0.2.101 --answer-mode auto --require --steer explicit")
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).first)
    #expect(invite.fields.first(.answerMode) == "Auto;require")
    #expect(invite.fields.first(.acceptContact) == "*;extensions=\"answermode\";methods=\"INVITE\";require;explicit")
    #expect(invite.fields.optionTags(Require.self).contains(.answermode))
    var privileged = PhoneWorld(1)
    try privileged.type(0, "dial sip:x@192.0.2.101 --priv --answer-mode manual")
    privileged.run(for: .milliseconds(100))
    let second = try #require(privileged.requests(.invite).first)
    #expect(second.fields.first(.privAnswerMode) == "Manual")
    #expect(!second.fields.contains(.answerMode))
    #expect(!second.fields.contains(.acceptContact))
    for line in ["dial x --require", "dial x --answer-mode maybe", "dial x --answer-mode", "dial x --what"] {
      #expect(throws: CommandError.self) { try CommandTable.parse(line) }
    }
  }

  // Proves: rfc7462-13-1 rfc7462-7-2
  @Test("A caller says what kind of call it is, in the order in which it was typed")
  func alerting() throws {
    var world = PhoneWorld(1)
    try world.type(0, "dial sip:x@192.0.2.101 --alert urgent --alert external --alert urn:alert:service:recall:callback")
    world.run(for: .milliseconds(100))
    let invite = try #require(world.requests(.invite).first)
    #expect(
      invite.fields.values(.alertInfo) == [
        "<urn:alert:priority:high>", "<urn:alert:source:external>", "<urn:alert:service:recall:callback>",
      ])
    #expect(throws: CommandError.self) { try CommandTable.parse("dial x --alert loud") }
  }

  // Proves: rfc5373-5.2-1
  @Test("What the 200 says about how it was answered stands in the call")
  func told() throws {
    var world = PhoneWorld(2) { index, configuration in
      configuration.answering.tells = true
      if index == 1 { configuration.answering.rules = [AnswerRule(asks: [.auto], then: .answer)] }
    }
    try world.type(0, "dial \(PhoneWorld.uri(1)) --answer-mode auto")
    world.run(for: .milliseconds(300))
    #expect(world.snapshot(0).calls.first?.answeredBy == .auto)
    #expect(world.lines(0).contains { $0.contains("\"answered_by\":\"auto\"") })
  }

  @Test("A rule that sends a call on answers 302 with the place; nothing rings, no sound opens, and the history says why")
  func sentOn() throws {
    let place = try URI(parsing: "sip:desk@example.org")
    var world = PhoneWorld(1) { _, configuration in
      configuration.answering.rules = [AnswerRule(from: [.pattern("peer@192.0.2.101")], then: .forward(place))]
    }
    world.send(Scripts.invite())
    world.run(for: .milliseconds(200))
    #expect(Self.final(world)?.status == .movedTemporarily && !world.statuses().contains(180))
    #expect(Self.final(world)?.contacts.map(\.uri) == [place])
    #expect(world.rings(0).isEmpty && world.media(0).allSatisfy { if case .open = $0 { false } else { true } })
    #expect(world.records(0).map(\.detail) == ["sent on to sip:desk@example.org by your rules"])
  }

  // Proves: rfc5373-7.3-1 rfc5373-7.3-2 rfc3261-22-02
  @Test("A caller with an agreed password is asked for it when that lets it in, and strangers are not")
  func challenge() {
    func world(_ password: String) -> PhoneWorld {
      PhoneWorld(2) { index, configuration in
        if index == 0 {
          configuration.answering.rules = [
            AnswerRule(from: [.pattern("bob@192.0.2.2")], trust: .checkedHere, asks: [.privileged], then: .answer)
          ]
          configuration.answering.callers = [
            KnownCaller(address: try! URI(parsing: "sip:bob@192.0.2.2"), username: "bob", password: "agreed")
          ]
        } else {
          configuration.accounts[0].password = password
        }
      }
    }
    var known = world("agreed")
    try? known.type(1, "dial \(PhoneWorld.uri(0)) --answer-mode auto --priv")
    known.run(for: .milliseconds(500))
    #expect(known.state(0) == .talking)
    #expect(known.snapshot(0).calls.first?.wasAnsweredAutomatically == true)
    #expect(known.snapshot(0).calls.count == 1)
    #expect(known.microphone(0) == [])
    var wrong = world("guessed")
    try? wrong.type(1, "dial \(PhoneWorld.uri(0)) --answer-mode auto --priv")
    wrong.run(for: .milliseconds(500))
    #expect(wrong.snapshot(0).calls.allSatisfy { $0.answeredAt == nil })
    var stranger = world("agreed")
    stranger.send(Scripts.invite(extra: "Priv-Answer-Mode: Auto\n"))
    stranger.run(for: .milliseconds(200))
    #expect(stranger.statuses().last == 403)
  }

  // Proves: rfc5373-7.4-3
  @Test("A loopback answer sends the caller's own sound and opens no microphone")
  func loopback() {
    var world = PhoneWorld(1) { _, configuration in
      configuration.answering.rules = [AnswerRule(trust: .saidByPeer, asks: [.auto], then: .loopback)]
    }
    world.send(
      Scripts.invite(
        extra: "Answer-Mode: Auto;require\n", body: Scripts.offer + "a=loopback:rtp-media-loopback\na=loopback-source\n"))
    world.run(for: .milliseconds(200))
    let body = String(decoding: Self.final(world)?.body ?? [], as: UTF8.self)
    #expect(body.contains("a=loopback-mirror\r\n") && body.contains("a=loopback:rtp-media-loopback\r\n"))
    #expect(world.run(0, stream: 1)?.source == .echo)
    #expect(world.microphone(0) == [])
    var plain = PhoneWorld(1) { _, configuration in
      configuration.answering.rules = [AnswerRule(trust: .saidByPeer, asks: [.auto], then: .loopback)]
    }
    plain.send(Scripts.invite(extra: "Answer-Mode: Auto;require\n"))
    plain.run(for: .milliseconds(200))
    #expect(plain.statuses().last == 403)
  }

  @Test("An automatically answered call whose caller is silent ends by itself, and talking keeps it")
  func silence() {
    for talks in [false, true] {
      var world = PhoneWorld(2) { index, configuration in
        configuration.answersAutomatically = index == 1
        configuration.answering.silenceLimit = 30
      }
      world.command(0, .dial(PhoneWorld.uri(1), account: nil))
      world.run(for: .seconds(1))
      #expect(world.state(1) == .talking)
      if talks { world.command(1, .talk) }
      world.run(for: .seconds(32))
      #expect(world.records(1).map(\.detail) == (talks ? [] : ["the caller was silent for 30 s"]))
      #expect(world.records(0).count == (talks ? 0 : 1))
    }
  }

  @Test("A beep announces the line of an automatically answered call before it opens")
  func beep() {
    var world = Self.intercom()
    world.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    world.run(for: .milliseconds(250))
    #expect(world.tones(0) == [.announcement])
    #expect(!world.media(0).contains { if case .focus(.some) = $0 { true } else { false } })
    world.run(for: .milliseconds(300))
    #expect(world.tones(0) == [.announcement, nil])
    #expect(world.media(0).contains { if case .focus(.some) = $0 { true } else { false } })
  }

  @Test("Vendor forms count only from the server of an account that trusts it")
  func vendorForms() {
    for value in [
      "Call-Info: <sip:a@b>;answer-after=0", "Alert-Info: info=alert-autoanswer",
      "Alert-Info: <http://x>;info=alert-autoanswer;delay=0",
      "Alert-Info: Auto Answer", "Alert-Info: Ring-Answer", "Call-Info: Auto Answer",
    ] {
      let invite = try? MessageParser.parse(Scripts.wire(Scripts.invite(extra: value + "\n")))
      guard case .request(let request)? = invite?.message else {
        Issue.record("\(value) cannot be parsed")
        continue
      }
      #expect(AnswerRequest(request, believesVendorForms: true).ordinary == .init(.auto), "\(value)")
      #expect(AnswerRequest(request).ordinary == nil, "\(value)")
    }
    let delayed = try? MessageParser.parse(Scripts.wire(Scripts.invite(extra: "Alert-Info: info=alert-autoanswer;delay=3\n")))
    if case .request(let request)? = delayed?.message { #expect(AnswerRequest(request, believesVendorForms: true).ordinary == nil) }
  }

  @Test("Rules are listed, tried, explained, changed, taken back and kept")
  func commands() throws {
    var world = Self.intercom()
    try world.type(0, "policy try sip:peer@192.0.2.101 auto;require")
    #expect(world.lines(0).last?.contains("\"outcome\":\"answered, the microphone shut until you talk\"") == true)
    try world.type(0, "policy off 1")
    try world.type(0, "policy try sip:peer@192.0.2.101 auto;require")
    #expect(world.lines(0).last?.contains("\"status\":403") == true)
    try world.type(0, "policy add from=anyone asks=auto then=\"refuse 603\"")
    try world.type(0, "policy move 2 1")
    #expect(world.snapshot(0).answering.rules.map(\.then) == ["refuse (603)", "answer, mic off"])
    try world.type(0, "policy undo")
    try world.type(0, "policy undo")
    #expect(world.snapshot(0).answering.rules.map(\.isEnabled) == [false])
    let saved = world.outputs[0].compactMap { if case .storage(.saveRules(let text)) = $0 { text } else { nil } }
    #expect(saved.count == 5)
    var next = Self.intercom()
    next.input(0, .storage(.rules(saved[2])))
    #expect(next.snapshot(0).answering.rules.map(\.then) == ["refuse (603)", "answer, mic off"])
    var other = PhoneWorld(1)
    other.input(0, .storage(.rules(saved[2])))
    #expect(other.snapshot(0).answering.rules.isEmpty)
    for line in ["policy add from=??? then=ring", "policy set 1 then=dance", "policy on", "policy delete x", "policy nonsense"] {
      #expect(throws: CommandError.self, "\(line)") { try CommandTable.parse(line) }
    }
  }

  @Test("The switch over all rules stops every automatic answer at once and brings it back")
  func theSwitch() throws {
    var world = Self.intercom()
    #expect(world.snapshot(0).answersAutomatically)
    try world.type(0, "policy ring")
    world.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    world.run(for: .milliseconds(200))
    #expect(world.state(0) == .ringing)
    #expect(world.snapshot(0).calls.first?.asks == "Answer-Mode: Auto")
    #expect(world.snapshot(0).calls.first?.obstacle == "rule 1: automatic answering is switched off")
  }
}
