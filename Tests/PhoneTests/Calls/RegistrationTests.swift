import Cryptography
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("Accounts and their registrations (RFC 3261 section 10)")
struct RegistrationTests {
  private func world() -> PhoneWorld {
    PhoneWorld(1) { _, configuration in
      configuration.accounts[0].registers = true
      configuration.accounts[0].registrar = SIPURI(host: .address(PhoneWorld.peer.address))
    }
  }

  private func answer(_ world: inout PhoneWorld, _ status: StatusCode, from source: SocketAddress = PhoneWorld.peer) throws {
    world.run(for: .milliseconds(100))
    let register = try #require(world.requests(.register).last)
    var response = Response(to: register, status: status, toTag: "r")
    if status.isSuccess, var contact = register.contacts.first {
      contact.expires = 600
      response.fields.append(contact)
    }
    world.send(response, from: source)
    world.run(for: .milliseconds(100))
  }

  @Test("An account registers once its socket is there, and is ready")
  func ready() throws {
    var world = world()
    #expect(world.snapshot(0).accounts.first?.state == .registering)
    try answer(&world, .ok)
    #expect(world.snapshot(0).accounts.first?.state == .ready)
    #expect(world.snapshot(0).accounts.first?.transport == "UDP")
    #expect(world.snapshot(0).accounts.first?.flowsReady == 1)
    #expect(
      world.lines(0).contains {
        $0.hasPrefix(#"{"event":"registration","account":"alice@192.0.2.1","flow":1,"state":"ready","transport":"UDP","expires":"#)
      })
  }

  // Proves: rfc3261-10.2.6-01 rfc3261-26.3.2.1-09
  @Test("Without a registrar the address's own domain is registered at, and without a user the address's own proves who it is")
  func defaults() throws {
    var world = PhoneWorld(1) { _, configuration in
      var account = AccountConfiguration(address: SIPURI(user: "alice", host: .address(PhoneWorld.peer.address)))
      account.password = "secret"
      configuration.accounts = [account]
    }
    world.run(for: .milliseconds(100))
    let register = try #require(world.requests(.register).last)
    #expect(register.uri.description == "sip:192.0.2.101" && register.to?.address.uri.description == "sip:alice@192.0.2.101")
    var challenge = Response(to: register, status: .unauthorized, toTag: "r")
    challenge.fields.append(name: .wwwAuthenticate, value: #"Digest realm="192.0.2.101", nonce="n", qop="auth""#)
    world.send(challenge)
    world.run(for: .milliseconds(100))
    #expect(world.requests(.register).last?.value(Authorization.self)?.parameters["username"] == "alice")
  }

  @Test("A refusal says why, and when it is tried again")
  func refused() throws {
    var world = world()
    try answer(&world, .serviceUnavailable)
    guard case .failed(let why, let retryAt) = world.snapshot(0).accounts.first?.state else {
      Issue.record("the account should have failed")
      return
    }
    #expect(why == "503 from the provider")
    #expect(retryAt != nil)
    #expect(world.snapshot(0).notices.last?.level == .failure)
  }

  @Test("An order to register while the account is being taken off is carried out when it is off")
  func backAgain() throws {
    var world = world()
    try answer(&world, .ok)
    try world.type(0, "unregister")
    world.run(for: .milliseconds(100))
    try world.type(0, "register")
    #expect(world.requests(.register).count == 2)
    let removal = try #require(world.requests(.register).last)
    #expect(removal.expires?.seconds == 0)
    world.send(Response(to: removal, status: .ok, toTag: "r"))
    world.run(for: .milliseconds(100))
    #expect(world.requests(.register).count == 3)
    try answer(&world, .ok)
    #expect(world.snapshot(0).accounts.first?.state == .ready)
  }

  @Test("Quit unregisters, and waits for the registrar's answer")
  func quit() throws {
    var world = world()
    try answer(&world, .ok)
    world.command(0, .quit)
    #expect(world.hasFinished == [false])
    try answer(&world, .ok)
    #expect(
      world.requests(.register).last?.value(Expires.self)?.seconds == 0
        || world.requests(.register).last?.contacts.first?.expires == 0)
    #expect(world.hasFinished == [true])
  }

  @Test("Quit does not wait longer than two seconds for a registrar that is gone")
  func quitWithoutRegistrar() throws {
    var world = world()
    try answer(&world, .ok)
    world.command(0, .quit)
    world.run(for: .seconds(2))
    #expect(world.hasFinished == [true])
  }

  @Test("Unregistered by hand, an account is off; registered again, it is ready again")
  func byHand() throws {
    var world = world()
    try answer(&world, .ok)
    try world.type(0, "unregister")
    try answer(&world, .ok)
    #expect(world.snapshot(0).accounts.first?.state == .offline)
    try world.type(0, "register 1")
    try answer(&world, .ok)
    #expect(world.snapshot(0).accounts.first?.state == .ready)
  }

  @Test("What our provider asserts is shown as said by the provider (RFC 3325)")
  func asserted() throws {
    var world = world()
    try answer(&world, .ok)
    let contact = try #require(world.requests(.register).last?.contacts.first?.uri?.sip)
    let invite = Scripts.invite(extra: "P-Asserted-Identity: \"Clara\" <sip:204@192.0.2.1>\n")
      .replacing("INVITE sip:alice@192.0.2.1 ", with: "INVITE \(contact) ")
    world.send(invite)
    world.run(for: .milliseconds(100))
    let peer = world.snapshot(0).calls.first?.peer
    #expect(peer?.name == "Clara")
    #expect(peer?.address == "204")
    #expect(peer?.trust == .saidByProvider)
  }

  @Test("An account that nobody has is named in the complaint")
  func unknownAccount() throws {
    var world = world()
    try world.type(0, "register carol@example.com")
    #expect(world.errors(0) == ["There is no account “carol@example.com”; there is 1 alice@192.0.2.1."])
  }

  // MARK: Outbound proxies

  private static let proxies = [PhoneWorld.peer, SocketAddress(.v4(0xC000_0266), port: 5060)]

  private func proxied() -> PhoneWorld {
    PhoneWorld(1) { _, configuration in
      configuration.accounts[0].registers = true
      configuration.accounts[0].outboundProxies = Self.proxies.map {
        var uri = SIPURI(host: .address($0.address))
        uri.parameters.set("lr", nil)
        return uri
      }
      configuration.accounts[0].flows = 1
    }
  }

  private func routes(_ world: PhoneWorld, _ method: Method) -> [String] {
    world.requests(method).last?.routes.map { $0.address.uri.description } ?? []
  }

  private func refuse(_ proxy: Int, _ world: inout PhoneWorld) {
    world.input(0, .network(.datagramFailed(to: Self.proxies[proxy], from: PhoneWorld.listener)))
    world.run(for: .milliseconds(100))
  }

  @Test(
    "Outbound proxies are alternatives: the first one is the only route, the next takes its place at once when it is unreachable")
  func nextProxy() throws {
    var world = proxied()
    world.run(for: .milliseconds(100))
    #expect(routes(world, .register) == ["sip:192.0.2.101;lr"])
    refuse(0, &world)
    #expect(routes(world, .register) == ["sip:192.0.2.102;lr"])
    #expect(world.snapshot(0).notices.last?.text.contains("192.0.2.102 is tried now") == true)
    try answer(&world, .ok, from: Self.proxies[1])
    #expect(world.snapshot(0).accounts.first?.state == .ready)
    try world.type(0, "call sip:bob@example.com")
    world.run(for: .milliseconds(100))
    #expect(routes(world, .invite) == ["sip:192.0.2.102;lr"])
  }

  @Test("A proxy that does not answer is left after the timeout, and the round goes on to the first one again")
  func roundRobin() throws {
    var world = proxied()
    world.run(for: .seconds(33))
    #expect(routes(world, .register) == ["sip:192.0.2.102;lr"])
    try answer(&world, .ok, from: Self.proxies[1])
    // The refresh of 600 s comes after half of them, and its proxy is gone meanwhile.
    world.run(for: .seconds(301))
    // Once along the way that was known, once after the proxy was located afresh.
    refuse(1, &world)
    #expect(routes(world, .register) == ["sip:192.0.2.102;lr"])
    refuse(1, &world)
    #expect(routes(world, .register) == ["sip:192.0.2.101;lr"])
  }

  @Test("When every proxy fails there is a pause before the next round")
  func allProxiesFail() throws {
    var world = proxied()
    world.run(for: .milliseconds(100))
    refuse(0, &world)
    refuse(1, &world)
    let count = world.requests(.register).count
    guard case .failed(_, let retryAt?) = world.snapshot(0).accounts.first?.state else {
      Issue.record("the account should have failed, with a time for the next try")
      return
    }
    #expect(retryAt > world.now + .seconds(5))
    world.run(for: .seconds(5))
    #expect(world.requests(.register).count == count)
    world.run(for: .seconds(60))
    #expect(world.requests(.register).count > count)
  }

  // Proves: rfc5626-4.1-2 rfc5626-4.1-3 rfc5626-4.2.1-9
  @Test("The instance and the reg-ids are the same after a restart, and do not depend on the address of the machine")
  func sameAgain() throws {
    let instance = OutboundSettings.makeInstance(from: (0..<16).map { UInt8($0 * 3) })
    var seen: [[String]] = []
    for seed in UInt64(1)...2 {
      var configuration = Configuration()
      var account = AccountConfiguration(address: SIPURI(user: "alice", host: .name("example.com")))
      account.outboundProxies = Self.proxies.map { SIPURI(host: .address($0.address)) }
      configuration.accounts = [account]
      configuration.network.listen = [NetworkConfiguration.Listener(.udp, PhoneWorld.address(Int(seed)))]
      var phone = Phone(
        configuration: configuration, digests: OpenSSLDigests(), random: RandomSource(seed: seed), instance: instance)
      var outputs: [PhoneOutput] = []
      for second in 0..<6 {
        let now = Moment(instant: Instant(nanoseconds: Int64(second + 1) * 1_000_000_000), wallTime: WallTime(secondsSince1970: 1))
        let input: PhoneInput =
          second == 0 ? .network(.listening(PhoneWorld.listener, .udp, PhoneWorld.address(Int(seed)))) : .wakeUp
        phone.handle(input, now: now, into: &outputs)
      }
      let contacts = outputs.compactMap { output -> String? in
        guard case .network(.datagram(let bytes, to: _, from: _)) = output,
          let contact = try? MessageParser.parse(bytes).message.request?.contacts.first
        else { return nil }
        return "\(contact.parameters["+sip.instance"] ?? "") \(contact.parameters["reg-id"] ?? "")"
      }
      seen.append(Array(Set(contacts)).sorted())
    }
    #expect(seen[0] == ["<\(instance)> 1", "<\(instance)> 2"])
    #expect(seen[0] == seen[1])
  }

  @Test(
    "When the usual port is another program's the phone says which one it uses: a warning only to who is called there directly",
    arguments: [true, false])
  func anotherPort(registers: Bool) {
    var configuration = Configuration()
    var account = AccountConfiguration(address: SIPURI(user: "alice", host: .name("example.com")))
    account.registers = registers
    configuration.accounts = [account]
    var phone = Phone(
      configuration: configuration, digests: OpenSSLDigests(), random: RandomSource(seed: 1), instance: "urn:uuid:1")
    var outputs: [PhoneOutput] = []
    let now = Moment(instant: Instant(nanoseconds: 0), wallTime: WallTime(secondsSince1970: 1))
    let moved = SocketAddress(.v4(0xC000_0201), port: 41_234)
    phone.handle(.network(.listening(ListenerID(1), .udp, moved)), now: now, into: &outputs)
    phone.handle(.network(.listening(ListenerID(2), .tcp, moved)), now: now, into: &outputs)
    let told = outputs.compactMap { if case .event(.message(let notice)) = $0 { notice } else { nil } }
    #expect(told.map(\.text) == ["Port 5060 is taken by another program; this phone uses port 41234 instead."])
    #expect(told.map(\.level) == [registers ? .information : .warning])
  }

  @Test("A refusal is the provider's word and no reason to go another way")
  func refusalStays() throws {
    var world = proxied()
    try answer(&world, .forbidden)
    #expect(routes(world, .register) == ["sip:192.0.2.101;lr"])
    #expect(world.requests(.register).count == 1)
  }
}
