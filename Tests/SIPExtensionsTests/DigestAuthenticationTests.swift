import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 22: challenges are answered")
struct DigestAuthenticationTests {
  private static let challenge = #"Digest realm="example.com", nonce="n1", algorithm=MD5, qop="auth""#

  private func world(password: Bool = true) -> World {
    var store = CredentialStore()
    if password {
      store.set(DigestCredentials(username: "alice", password: "secret"), account: World.uri("sip:alice@example.com"), realm: nil)
    }
    return World(agents: 1, extensions: [DigestAuthentication(digests: OpenSSLDigests(), credentials: store)])
  }

  private func calling(_ world: inout World) throws -> Request {
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    return try #require(world.request(.invite))
  }

  private func challenge(_ request: Request, _ world: inout World, proxy: [String] = [], server: [String] = []) {
    world.answer(request, proxy.isEmpty ? .unauthorized : .proxyAuthenticationRequired) { response in
      for text in server { response.fields.append(name: .wwwAuthenticate, value: text) }
      for text in proxy { response.fields.append(name: .proxyAuthenticate, value: text) }
    }
    world.settle()
  }

  // Proves: rfc3261-8.1.3.5-01 rfc3261-8.1.3.5-06 rfc3261-13.2.2.4-05 rfc3261-22.2-03 rfc3261-22.2-08 rfc3261-22.4-03
  // Proves: rfc3261-22.4-07 rfc8760-2.6-02 rfc8760-2.6-04 rfc8760-2.6-05 rfc3261-13.2.2.4-04 rfc3261-26.3.1-11
  // Proves: rfc3261-26.3.2.1-08
  @Test(
    "A 401 is answered on a new transaction with the next CSeq, the same Call-ID and From tag, and the ACK carries the credentials")
  func unauthorized() throws {
    var world = world()
    let first = try calling(&world)
    challenge(first, &world, server: [Self.challenge])
    let second = try #require(world.request(.invite))
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
    #expect(second.callID == first.callID)
    #expect(second.from?.tag == first.from?.tag)
    #expect(second.topVia?.branch != first.topVia?.branch)
    let given = try #require(second.value(Authorization.self)?.parameters)
    #expect(given["username"] == "alice")
    #expect(given["realm"] == "example.com")
    #expect(given["nonce"] == "n1")
    #expect(given["uri"] == "sip:peer@192.0.2.101")
    #expect(given.rawValue("uri") == "\"sip:peer@192.0.2.101\"")
    #expect(given.rawValue("nc") == "00000001")
    #expect(given.rawValue("qop") == "auth")
    #expect(given.rawValue("algorithm") == "MD5")
    #expect(given["response"]?.utf8.count == 32)
    world.answer(second, .ok, body: "answer")
    world.settle()
    #expect(world.request(.ack)?.fields.first(.authorization) == second.fields.first(.authorization))
    #expect(world.request(.ack)?.cseq?.number == second.cseq?.number)
    #expect(world.story(0) == ["answered answer", "established"])
  }

  // Proves: rfc3261-22.2-04 rfc3261-22.3-07 rfc7616-3.6-03 rfc7616-3.6-04 rfc3261-26.3.2.2-03 rfc3261-22.3-18
  @Test("A known nonce is used again with the next count, without being asked")
  func preemptive() throws {
    var world = world()
    challenge(try calling(&world), &world, proxy: [Self.challenge])
    world.answer(try #require(world.request(.invite)), .ok, body: "answer")
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    let given = try #require(world.request(.bye)?.value(ProxyAuthorization.self)?.parameters)
    #expect(given.rawValue("nc") == "00000002")
    #expect(given["nonce"] == "n1")
  }

  // Proves: rfc3261-22.1-13
  // Proves: rfc3261-22.3-09 rfc3261-22.3-08
  @Test("A proxy's credentials stay within the call that it asked in, unless its realm is the account's own domain or proxy")
  func acrossDialogs() throws {
    for (realm, routes, isKept) in [
      ("transit.example", [], false), ("example.com", [], true), ("192.0.2.101", ["sip:192.0.2.101;lr"], true),
    ] {
      var world = world()
      func call(_ number: UInt64) throws -> Request {
        let identity = World.identity(routes: routes)
        let order = InviteOrder(identity: identity, target: World.uri("sip:peer@192.0.2.101"), offer: World.sdp("o"))
        world.command(0, .invite(SessionID(number), order))
        world.settle()
        return try #require(world.request(.invite))
      }
      challenge(try call(1), &world, proxy: [#"Digest realm="\#(realm)", nonce="n1", qop="auth""#])
      let answered = try #require(world.request(.invite))
      #expect(answered.fields.contains(.proxyAuthorization))
      world.answer(answered, .ok, body: "answer")
      world.settle()
      let other = try call(3)
      #expect(other.fields.contains(.proxyAuthorization) == isKept, "\(realm)")
      world.command(0, .end(SessionID(1), reason: nil))
      world.settle()
      #expect(try #require(world.request(.bye)).fields.contains(.proxyAuthorization), "The first call still has them.")
    }
  }

  // Proves: rfc3261-22.4-05
  @Test("Without qop no cnonce is sent, and a session algorithm, which would need one, is not answered")
  func noQuality() throws {
    var world = world()
    challenge(try calling(&world), &world, server: [#"Digest realm="example.com", nonce="n1", algorithm=MD5"#])
    let given = try #require(world.request(.invite)?.value(Authorization.self)?.parameters)
    #expect(given["response"] != nil)
    #expect(!given.has("cnonce") && !given.has("qop") && !given.has("nc"))
    var other = self.world()
    challenge(try calling(&other), &other, server: [#"Digest realm="example.com", nonce="n1", algorithm=MD5-sess"#])
    #expect(other.story(0) == ["ended refused 401"])
  }

  // Proves: rfc3261-22.1-13 rfc7616-3.3-07
  @Test("The same nonce refused again means that the password is wrong")
  func wrongPassword() throws {
    var world = world()
    challenge(try calling(&world), &world, server: [Self.challenge])
    challenge(try #require(world.request(.invite)), &world, server: [Self.challenge])
    #expect(world.story(0) == ["ended refused 401"])
    #expect(world.attempts(.invite) == 2)
  }

  @Test("A server that gives a new nonce each time gets two answers and no more")
  func newNonceEachTime() throws {
    var world = world()
    var request = try calling(&world)
    for number in 1...6 {
      guard world.story(0).isEmpty else { break }
      challenge(request, &world, server: [#"Digest realm="example.com", nonce="n\#(number)", qop="auth""#])
      request = try #require(world.request(.invite))
    }
    #expect(world.story(0) == ["ended refused 401"])
    #expect(world.attempts(.invite) == 3)
  }

  @Test("A stale nonce is replaced, but not for ever")
  func stale() throws {
    var world = world()
    var request = try calling(&world)
    for number in 1...9 {
      guard world.story(0).isEmpty else { break }
      challenge(request, &world, server: [#"Digest realm="example.com", nonce="n\#(number)", stale=true"#])
      request = try #require(world.request(.invite))
    }
    #expect(world.attempts(.invite) == 5)
    #expect(world.story(0) == ["ended refused 401"])
  }

  // Proves: rfc8760-2.4-04
  @Test("Without credentials for the realm the refusal is the application's")
  func noCredentials() throws {
    var world = world(password: false)
    challenge(try calling(&world), &world, server: [Self.challenge])
    #expect(world.story(0) == ["ended refused 401"])
  }

  // Proves: rfc8760-2.6-01
  @Test("Basic is never answered")
  func basic() throws {
    var world = world()
    challenge(try calling(&world), &world, server: [#"Basic realm="example.com""#])
    #expect(world.story(0) == ["ended refused 401"])
    #expect(world.attempts(.invite) == 1)
  }

  // Proves: rfc8760-2.4-01 rfc8760-2.4-02 rfc7616-3.3-08 rfc7616-3.7-03
  @Test("RFC 8760: of several challenges for one realm the topmost that we support is answered, and only that")
  func topmost() throws {
    var world = world()
    challenge(
      try calling(&world), &world,
      server: [
        #"Digest realm="example.com", nonce="n0", algorithm=SHA3-512, qop="auth""#,
        #"Digest realm="example.com", nonce="n1", algorithm=SHA-512-256, qop="auth""#,
        #"Digest realm="example.com", nonce="n2", algorithm=MD5, qop="auth""#,
      ])
    let given = try #require(world.request(.invite)).values(Authorization.self)
    #expect(given.count == 1)
    #expect(given.first?.parameters.rawValue("algorithm") == "SHA-512-256")
    #expect(given.first?.parameters["response"]?.utf8.count == 64)
  }

  // Proves: rfc8760-2.4-03
  @Test("RFC 8760: of several realms each that we have credentials for is answered by its topmost challenge")
  func realms() throws {
    var world = world()
    challenge(
      try calling(&world), &world,
      server: [
        #"Digest realm="one.example", nonce="n1", algorithm=SHA-256, qop="auth""#,
        #"Digest realm="two.example", nonce="n2", algorithm=SHA-512-256, qop="auth""#,
        #"Digest realm="one.example", nonce="n3", algorithm=MD5, qop="auth""#,
      ])
    let given = try #require(world.request(.invite)).values(Authorization.self).map(\.parameters)
    #expect(given.map { $0["realm"] } == ["one.example", "two.example"])
    #expect(given.map { $0.rawValue("algorithm") } == ["SHA-256", "SHA-512-256"])
  }

  // Proves: rfc3261-21.4.8-01 rfc3261-22.3-05 rfc3261-22.3-16
  @Test("A chain of proxies: each realm gets its own credentials, and the earlier ones stay")
  func chain() throws {
    var world = world()
    challenge(try calling(&world), &world, proxy: [#"Digest realm="one", nonce="n1", qop="auth""#])
    challenge(try #require(world.request(.invite)), &world, proxy: [#"Digest realm="two", nonce="n2", qop="auth""#])
    challenge(try #require(world.request(.invite)), &world, server: [Self.challenge])
    let last = try #require(world.request(.invite))
    #expect(Set(last.values(ProxyAuthorization.self).compactMap { $0.parameters["realm"] }) == ["one", "two"])
    #expect(last.value(Authorization.self)?.parameters["realm"] == "example.com")
    world.answer(last, .ok, body: "answer")
    world.settle()
    #expect(world.story(0).last == "established")
  }

  // Proves: rfc3261-22.3-15
  @Test("A fork that collects challenges of both kinds is answered for both at once")
  func bothKinds() throws {
    var world = world()
    challenge(
      try calling(&world), &world, proxy: [#"Digest realm="proxy", nonce="n1", qop="auth""#], server: [Self.challenge])
    let second = try #require(world.request(.invite))
    #expect(second.value(Authorization.self) != nil)
    #expect(second.value(ProxyAuthorization.self) != nil)
  }

  // Proves: rfc7616-3.5-04
  @Test("Authentication-Info's nextnonce is used from then on, counted from one")
  func nextNonce() throws {
    var world = world()
    challenge(try calling(&world), &world, server: [Self.challenge])
    world.answer(try #require(world.request(.invite)), .ok, body: "answer") { response in
      response.fields.append(name: .authenticationInfo, value: #"nextnonce="n9""#)
    }
    world.settle()
    world.command(0, .offer(SessionID(1), World.sdp("again")))
    world.settle()
    let given = try #require(world.request(.invite)?.value(Authorization.self)?.parameters)
    #expect(given["nonce"] == "n9")
    #expect(given.rawValue("nc") == "00000001")
  }

  @Test(
    "rspauth: a server that proves itself is believed; a wrong proof is told, and its next nonce is not taken",
    arguments: [true, false])
  func mutualAuthentication(_ isRight: Bool) throws {
    var world = world()
    challenge(try calling(&world), &world, server: [Self.challenge])
    let request = try #require(world.request(.invite))
    let sent = try #require(request.value(Authorization.self)?.parameters)
    // As the server computes it: A2 is the URI alone (section 3.5).
    let hash = { (text: String) in
      OpenSSLDigests().md5(Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    let secret = hash("\(sent["username"] ?? ""):\(sent["realm"] ?? ""):secret")
    let proof = hash(
      [secret, sent["nonce"] ?? "", sent["nc"] ?? "", sent["cnonce"] ?? "", sent["qop"] ?? "", hash(":\(sent["uri"] ?? "")")]
        .joined(separator: ":"))
    world.answer(request, .ok, body: "answer") { response in
      response.fields.append(
        name: .authenticationInfo, value: #"rspauth="\#(isRight ? proof : hash("no"))", qop=auth, nextnonce="n9""#)
    }
    world.settle()
    let told = world.events[0].contains { if case .extended(let event) = $0 { event is DigestEvent } else { false } }
    #expect(told == !isRight)
    world.command(0, .offer(SessionID(1), World.sdp("again")))
    world.settle()
    let next = try #require(world.request(.invite)?.value(Authorization.self)?.parameters)
    #expect((next["nonce"] == "n9") == isRight)
  }

  @Test("A BYE that is challenged is sent again with the dialog's next CSeq")
  func challengedBye() throws {
    var world = world()
    world.answer(try calling(&world), .ok, body: "answer")
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    let first = try #require(world.request(.bye))
    challenge(first, &world, server: [Self.challenge])
    let second = try #require(world.request(.bye))
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
    #expect(second.value(Authorization.self) != nil)
  }

  // Proves: rfc3262-9-01
  @Test("A PRACK that is challenged is sent again with credentials, as any other request")
  func challengedPrack() throws {
    var world = world()
    let invite = try calling(&world)
    world.answer(invite, .ringing) { response in
      response.fields.set(RSeq(7))
      response.fields.append(Require([.rel100]))
    }
    world.settle()
    let first = try #require(world.request(.prack))
    challenge(first, &world, server: [Self.challenge])
    let second = try #require(world.request(.prack))
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1)
    #expect(second.value(Authorization.self) != nil && second.value(RAck.self) == first.value(RAck.self))
    world.answer(second, .ok, tag: nil)
    world.answer(invite, .ok, body: "answer")
    world.settle()
    #expect(world.story(0).last == "established")
  }

  @Test("A call that was given up is not sent again when the challenge comes")
  func cancelledCall() throws {
    var world = world()
    let request = try calling(&world)
    world.command(0, .end(SessionID(1), reason: nil))
    challenge(request, &world, server: [Self.challenge])
    #expect(world.attempts(.invite) == 1)
    #expect(world.story(0) == ["ended local"])
  }

  @Test("REGISTER with a challenge, as in RFC 3665 section 2.1")
  func register() throws {
    var world = world()
    world.command(
      0,
      .register(
        RegistrationID(1),
        RegistrationSettings(identity: World.identity(), registrar: try #require(World.uri("sip:192.0.2.101").sip))))
    world.settle()
    challenge(try #require(world.request(.register)), &world, server: [Self.challenge])
    let second = try #require(world.request(.register))
    #expect(second.value(Authorization.self)?.parameters["uri"] == "sip:192.0.2.101")
    world.answer(second, .ok) { $0.fields.set(second.contacts) }
    world.settle()
    #expect(world.registrationStory(0) == ["registering", "registered 3600"])
  }
}
