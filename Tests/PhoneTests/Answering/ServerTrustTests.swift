import Media
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("Answering modes and the server that one is registered at (RFC 5373 sections 4.3.2, 4.4.2 and 7.3)")
struct ServerTrustTests {
  /// Anybody else on the network.
  private static let stranger = SocketAddress(.v4(0xC000_02C8), port: 5060)

  /// A phone that is registered at the scripted peer and answers `peer` when it asks for Auto. `others` are contacts of other
  /// phones that the registrar tells of.
  private func world(others: [String] = [], _ change: (inout Configuration) -> Void = { _ in }) throws -> PhoneWorld {
    var world = PhoneWorld(1) { _, configuration in
      configuration.accounts[0].registers = true
      configuration.accounts[0].registrar = SIPURI(host: .address(PhoneWorld.peer.address))
      configuration.answering.rules = [
        AnswerRule(from: [.pattern("peer@192.0.2.101")], trust: .saidByPeer, asks: [.auto], then: .answer)
      ]
      configuration.answering.tells = true
      change(&configuration)
    }
    world.run(for: .milliseconds(100))
    let register = try #require(world.requests(.register).last)
    var response = Response(to: register, status: .ok, toTag: "r")
    if var contact = register.contacts.first {
      contact.expires = 600
      response.fields.append(contact)
    }
    for other in others { response.fields.append(name: .contact, value: "<\(other)>;expires=600") }
    world.send(response)
    world.run(for: .milliseconds(100))
    #expect(world.snapshot(0).accounts.first?.state == .ready)
    return world
  }

  // Proves: rfc5373-4.3.2-1 rfc5373-4.3.2-2
  @Test("The registered contact tells that the phone knows answering modes; the registrar must know it where the account says so")
  func featureTag() throws {
    let register = try #require(try world().requests(.register).first)
    #expect(register.fields.first(.contact)?.contains("extensions=\"answermode\"") == true)
    #expect(register.fields.optionTags(Supported.self).contains(.answermode))
    #expect(!register.fields.contains(.require))
    let insisting = try world { $0.accounts[0].requiresCalleeCapabilities = true }
    #expect(insisting.requests(.register).first?.fields.optionTags(Require.self) == [OptionTag("pref")])
  }

  static let vendorForms = [
    "Call-Info: <sip:a@b>;answer-after=0", "Alert-Info: info=alert-autoanswer",
    "Alert-Info: <http://192.0.2.101/x>;info=alert-autoanswer;delay=0", "Alert-Info: Auto Answer", "Alert-Info: Ring-Answer",
    "Call-Info: Auto Answer", "",
  ]

  /// The INVITE with one of these fields; with none of them the wish stands in the Request-URI.
  private static func invite(_ form: String) -> String {
    form.isEmpty
      ? Scripts.invite().replacing("INVITE sip:alice@192.0.2.1 ", with: "INVITE sip:alice@192.0.2.1;intercom=true ")
      : Scripts.invite(extra: form + "\n")
  }

  // Proves: rfc5373-7.4-2 rfc5373-7.4-4
  @Test(
    "A vendor's form of a trusted server goes through the same rules and the same gate, for the whole of the call",
    arguments: vendorForms)
  func accepted(form: String) throws {
    var world = try world { $0.accounts[0].trustsServer = true }
    world.send(Self.invite(form))
    world.run(for: .milliseconds(300))
    let ok = try #require(AnswerModeTests.final(world))
    #expect(ok.status == .ok && AnswerModeTests.direction(ok) == "recvonly")
    // The field of RFC 5373 tells callers who used it.
    #expect(!ok.fields.contains(.answerMode))
    let call = try #require(world.snapshot(0).calls.first)
    #expect(call.wasAnsweredAutomatically && call.asks != nil && call.asks?.hasPrefix("Answer-Mode") == false)
    #expect(world.rings(0).allSatisfy { $0 == nil })
    #expect(world.tones(0).first == .announcement)
    world.send(Scripts.acknowledgement(of: ok))
    world.run(for: .milliseconds(100))
    world.send(Scripts.reinvite(in: ok, extra: form.isEmpty ? "" : form + "\n"))
    world.run(for: .milliseconds(300))
    let again = try #require(AnswerModeTests.final(world))
    #expect(again.cseq?.number == 2 && AnswerModeTests.direction(again) == "recvonly")
    #expect(world.microphone(0) == [])
    world.command(0, .talk)
    world.run(for: .milliseconds(300))
    #expect(world.microphone(0) == ["open 1"])
    world.command(0, .hangUp(nil))
    world.run(for: .milliseconds(100))
    #expect(world.records(0).first?.wasAnsweredAutomatically == true)
  }

  @Test(
    "Without trust in the server, and from anybody but the server, a vendor's form is a call like any other", arguments: vendorForms
  )
  func refused(form: String) throws {
    var wary = try world()
    wary.send(Self.invite(form))
    wary.run(for: .milliseconds(300))
    #expect(wary.state(0) == .ringing && wary.snapshot(0).calls.first?.asks == nil)
    var direct = try world { $0.accounts[0].trustsServer = true }
    direct.send(Self.invite(form), from: Self.stranger)
    direct.run(for: .milliseconds(300))
    #expect(direct.state(0) == .ringing && direct.snapshot(0).calls.first?.asks == nil)
    #expect(wary.microphone(0) == [] && direct.microphone(0) == [])
  }

  @Test("A vendor's form meets the guards and the switch as Answer-Mode does, and the caller's own field goes before it")
  func sameRules() throws {
    let form = "Call-Info: <sip:a@b>;answer-after=0"
    var off = try world { $0.accounts[0].trustsServer = true }
    try off.type(0, "policy ring")
    off.send(Self.invite(form))
    off.run(for: .milliseconds(300))
    #expect(off.state(0) == .ringing)
    #expect(off.snapshot(0).calls.first?.obstacle == "rule 1: automatic answering is switched off")
    var manual = try world { $0.accounts[0].trustsServer = true }
    manual.send(Self.invite(form + "\nAnswer-Mode: Manual"))
    manual.run(for: .milliseconds(300))
    #expect(manual.state(0) == .ringing && manual.snapshot(0).calls.first?.asks == "Answer-Mode: Manual")
  }

  // Proves: rfc5373-7.3-1 rfc5373-7.3-2 rfc5373-4-1
  @Test("Who calls is the server's to say when it says so itself; the same field from elsewhere is worth nothing")
  func asserted() throws {
    func world() throws -> PhoneWorld {
      try self.world {
        $0.answering.rules = [AnswerRule(from: [.pattern("door@example.com")], asks: [.auto], then: .answer)]
      }
    }
    let invite = Scripts.invite(extra: "Answer-Mode: Auto\nP-Asserted-Identity: <sip:door@example.com>\n")
    var told = try world()
    told.send(invite)
    told.run(for: .milliseconds(300))
    #expect(told.state(0) == .talking && told.snapshot(0).calls.first?.peer.trust == .saidByProvider)
    var forged = try world()
    forged.send(invite, from: Self.stranger)
    forged.run(for: .milliseconds(300))
    #expect(forged.state(0) == .ringing && forged.snapshot(0).calls.first?.peer.trust == .saidByPeer)
    var claimed = try world()
    claimed.send(Scripts.invite(from: "<sip:door@example.com>;tag=p", extra: "Answer-Mode: Auto\n"))
    claimed.run(for: .milliseconds(300))
    #expect(claimed.state(0) == .ringing)
  }

  // Proves: rfc5373-4.4.2-1
  @Test("Where the registrar tells of another phone, Auto rings; a caller that forbids forking is put through")
  func forked() throws {
    let other = "sip:alice@192.0.2.77"
    var forked = try world(others: [other])
    forked.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    forked.run(for: .milliseconds(300))
    #expect(forked.state(0) == .ringing)
    #expect(forked.snapshot(0).calls.first?.obstacle == "rule 1: other phones of this account ring too")
    var single = try world(others: [other])
    single.send(Scripts.invite(extra: "Answer-Mode: Auto\nRequest-Disposition: no-fork\n"))
    single.run(for: .milliseconds(300))
    #expect(single.state(0) == .talking)
    var wanted = try world(others: [other]) { $0.answering.whenForked = true }
    wanted.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    wanted.run(for: .milliseconds(300))
    #expect(wanted.state(0) == .talking)
  }
}
