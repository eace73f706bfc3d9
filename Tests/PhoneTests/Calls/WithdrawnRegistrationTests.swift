import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("A registration that somebody else takes away (RFC 3680)")
struct WithdrawnRegistrationTests {
  private func registered(_ change: (inout Configuration) -> Void = { _ in }) throws -> PhoneWorld {
    var world = PhoneWorld(1) { _, configuration in
      configuration.accounts[0].registers = true
      configuration.accounts[0].registrar = SIPURI(host: .address(PhoneWorld.peer.address))
      var proxy = SIPURI(host: .address(PhoneWorld.peer.address))
      proxy.parameters.set("lr")
      configuration.accounts[0].outboundProxies = [proxy]
      change(&configuration)
    }
    world.run(for: .milliseconds(100))
    try confirm(&world)
    return world
  }

  private func confirm(_ world: inout PhoneWorld) throws {
    let register = try #require(world.requests(.register).last)
    var response = Response(to: register, status: .ok, toTag: "r")
    if var contact = register.contacts.first {
      contact.expires = 600
      response.fields.append(contact)
    }
    response.fields.append(name: .allowEvents, value: "reg")
    world.send(response)
    world.run(for: .milliseconds(100))
    #expect(world.snapshot(0).accounts.first?.state == .ready)
  }

  private func notify(_ world: inout PhoneWorld, _ number: Int, _ event: String, others: Int = 0) throws {
    let subscribe = try #require(world.requests(.subscribe).first)
    let contact = try #require(world.requests(.register).last?.contacts.first?.uri)
    let state = event == "registered" ? "active" : "terminated"
    let more = (0..<others).map {
      "<contact id=\"o\($0)\" state=\"active\" event=\"registered\"><uri>sip:alice@192.0.2.\(60 + $0)</uri></contact>"
    }.joined()
    let body =
      "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"\(number)\" state=\"partial\"><registration "
      + "aor=\"sip:alice@192.0.2.1\" id=\"a\" state=\"active\"><contact id=\"c\" state=\"\(state)\" event=\"\(event)\"><uri>"
      + "\(contact)</uri></contact>\(more)</registration></reginfo>"
    world.send(
      """
      NOTIFY sip:alice@192.0.2.1 SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-n\(number)
      Max-Forwards: 70
      From: <sip:alice@192.0.2.1>;tag=n
      To: <sip:alice@192.0.2.1>;tag=\(subscribe.from?.tag ?? "")
      Call-ID: \(subscribe.callID ?? "")
      CSeq: \(number) NOTIFY
      Contact: <sip:192.0.2.101>
      Event: reg
      Subscription-State: active;expires=3000
      Content-Type: application/reginfo+xml
      Content-Length: \(body.utf8.count)

      \(body)
      """)
    world.run(for: .milliseconds(50))
  }

  @Test("An administrator's rejection: one sentence, no further try, and the account does not look ready")
  func rejected() throws {
    var world = try registered()
    let count = world.requests(.register).count
    try notify(&world, 1, "registered")
    try notify(&world, 2, "rejected")
    guard case .failed(let why, retryAt: nil)? = world.snapshot(0).accounts.first?.state else {
      Issue.record("\(String(describing: world.snapshot(0).accounts.first?.state))")
      return
    }
    #expect(why == "the provider ended it and will not take it back (rejected)")
    #expect(
      world.snapshot(0).notices.last?.text
        == "alice@192.0.2.1 is not registered: the provider ended it and will not take it back (rejected); it is not tried again "
        + "by itself. Calls to it do not reach this phone.")
    world.run(for: .seconds(900))
    #expect(world.requests(.register).count == count)
    world.command(0, .register(account: nil))
    world.run(for: .milliseconds(100))
    try confirm(&world)
  }

  @Test("Another phone signs this one out: it says so and signs in again at once")
  func signedOut() throws {
    var world = try registered()
    try notify(&world, 1, "registered")
    let count = world.requests(.register).count
    try notify(&world, 2, "unregistered")
    world.run(for: .milliseconds(100))
    #expect(
      world.snapshot(0).notices.last?.text
        == "alice@192.0.2.1 is not registered: another phone, or somebody with your password, signed this phone out; it is tried "
        + "again now. Calls to it do not reach this phone.")
    #expect(world.requests(.register).count == count + 1)
    try confirm(&world)
  }

  @Test("registration_events = false asks nobody")
  func off() throws {
    let world = try registered { $0.accounts[0].registrationEvents = false }
    #expect(world.requests(.subscribe).isEmpty)
    let text = "[[accounts]]\naddress = \"sip:a@b.example\"\nregistration_events = false\n"
    #expect(ConfigurationParser.parse(Array(text.utf8), file: "x").0.accounts.first?.registrationEvents == false)
  }

  @Test("A second phone that registers later is known at once: a call that asks for Auto is then forked, and rings")
  func forked() throws {
    var world = try registered { configuration in
      configuration.answering.rules = [AnswerRule(trust: .saidByPeer, asks: [.auto], then: .answer)]
    }
    try notify(&world, 1, "registered", others: 1)
    world.send(Scripts.invite(extra: "Answer-Mode: Auto\n"))
    world.run(for: .milliseconds(300))
    #expect(world.state(0) == .ringing)
    #expect(world.snapshot(0).calls.first?.obstacle == "rule 1: other phones of this account ring too")
  }
}
