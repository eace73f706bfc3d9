import Cryptography
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import SIPExtensions

/// Tokens as somebody with a key of the test authority writes them.
struct TokenWriter {
  var x5u = "https://certs.example.net/cert.pem"
  var ppt: String?
  var orig = PartyIdentity.telephoneNumber("12155551212")
  var dest = PartyIdentity.telephoneNumber("12155551213")
  var issuedAt: Int64 = 1_700_000_001
  var more: [JSONValue.Member] = []
  var key = TestAuthority.Key.number

  var text: [UInt8] { PASSporT.signingText(x5u: x5u, ppt: ppt, orig: orig, dest: dest, issuedAt: issuedAt, more: more) }

  var full: String {
    let signature = OpenSSLSignatures().sign(text, privateKey: Array(key.utf8)) ?? []
    return String(decoding: text, as: UTF8.self) + "." + Base64URL.encode(signature)
  }

  var compact: String {
    ".." + Base64URL.encode(OpenSSLSignatures().sign(text, privateKey: Array(key.utf8)) ?? [])
  }

  var field: String { Identity(digest: full, info: x5u, algorithm: "ES256", ppt: ppt).text }
}

@Suite("RFC 8224 section 6.2: the verification of signed identity")
struct VerificationTests {
  static let date = "Date: Tue, 14 Nov 2023 22:13:21 GMT"
  private static let caller = "<sip:+1-215-555-1212@telco.example;user=phone>;tag=bob"
  private static let called = "<sip:+12155551213@example.com;user=phone>"

  private func world(_ refusal: VerificationPolicy.Refusal = .never) -> World {
    let policy = VerificationPolicy(anchors: Array(TestAuthority.root.utf8), refusal: refusal)
    return World(agents: 1, extensions: [VerificationService(signatures: OpenSSLSignatures(), policy: policy)])
  }

  private func invite(
    _ fields: [String], callID: String = "call1", branch: String = "z9hG4bK1", from: String = caller, to: String = called,
    extra: [String] = [date], body: String = "offer"
  ) -> String {
    Script.request(
      "INVITE", branch: branch, from: from, to: to, callID: callID,
      extra: ["Contact: <sip:bob@192.0.2.101>", "Content-Type: application/sdp"] + extra + fields.map { "Identity: \($0)" },
      body: body)
  }

  /// Sends it, hands out `certificate` when that is asked for, and returns what came of it.
  private func verdict(
    _ text: String, certificate: String? = TestAuthority.number, _ world: inout World
  ) throws -> VerificationVerdict? {
    world.send(text)
    world.settle()
    for case .lookup(let ticket, .fetch(uri: _)) in world.events[0] {
      world.command(0, .lookupFinished(ticket, certificate.map { .bytes(Array($0.utf8)) } ?? .failed("nobody is there")))
    }
    world.settle()
    return states(world).compactMap { if case .done(let verdict) = $0 { verdict } else { nil } }.last
  }

  private func verdict(_ text: String, certificate: String? = TestAuthority.number) throws -> VerificationVerdict? {
    var world = world()
    return try verdict(text, certificate: certificate, &world)
  }

  private func states(_ world: World) -> [VerificationState] {
    world.events[0].compactMap { event in
      guard case .extended(let told) = event else { return nil }
      return (told as? VerificationEvent)?.state
    }
  }

  // Proves: rfc8224-6.2-06 rfc8224-7.2-01
  @Test("The whole token: the call rings at once, the verdict follows when the certificate is there")
  func full() throws {
    var world = world()
    world.send(invite([TokenWriter().field]))
    world.settle()
    #expect(world.incoming(0) != nil && states(world) == [.checking])
    let result = try #require(try verdict("", &world))
    #expect(result.fault == nil && result.proved == World.uri("sip:+1-215-555-1212@telco.example;user=phone"))
    #expect(result.signer == "telco.example" && result.issuedAt == 1_700_000_001)
    // The certificate is known now: the next call is judged before it rings.
    world.events = [[]]
    let second = TokenWriter(issuedAt: 1_700_000_002)
    world.send(invite([second.field], callID: "call2", branch: "z9hG4bK2"))
    world.settle()
    #expect(!world.events[0].contains { if case .lookup = $0 { true } else { false } })
    let request = try #require(
      world.events[0].compactMap { if case .incomingSession(_, let session) = $0 { session.request } else { nil } }.first)
    guard case .done(let known)? = world.agents[0][VerificationService.self]?.state(of: request) else {
      Issue.record("it should be known at once")
      return
    }
    #expect(known.fault == nil)
  }

  // Proves: rfc8224-4.1.1-01 rfc8224-6.2-06 rfc8225-7-01
  @Test("The compact token is what the message itself makes of it, its Date included")
  func compact() throws {
    var writer = TokenWriter()
    let field = Identity(digest: writer.compact, info: writer.x5u).text
    #expect(try verdict(invite([field]))?.fault == nil)
    #expect(try verdict(invite([field], extra: []))?.fault == .invalid("the message has no Date, which its signature is over"))
    writer.issuedAt += 5
    let other = Identity(digest: writer.compact, info: writer.x5u).text
    #expect(try verdict(invite([other]))?.fault == .invalid("the signature does not fit what was signed"))
  }

  // Proves: rfc8224-6.2-04 rfc8224-6.2-05
  @Test("Without a Date, or with one that a server has changed, the time of the whole token counts")
  func timeOfIssue() throws {
    #expect(try verdict(invite([TokenWriter().field], extra: []))?.fault == nil)
    #expect(try verdict(invite([TokenWriter().field], extra: ["Date: Tue, 14 Nov 2023 21:00:00 GMT"]))?.fault == nil)
    for (distance, words) in [(Int64(-300), "it was signed 5 min ago"), (120, "it was signed 2 min in the future")] {
      let fault = try verdict(invite([TokenWriter(issuedAt: 1_700_000_001 + distance).field]))?.fault
      #expect(fault == .stale(words), "\(String(describing: fault))")
      #expect(fault?.status.0 == .forbidden && fault?.status.1 == "Stale Date")
    }
  }

  // Proves: rfc8224-6.2-03 rfc8224-6.2.4-01
  @Test("Who calls is what the message says: a token for another number, or for a call to another one, proves nothing")
  func cutAndPaste() throws {
    let stolen = invite([TokenWriter().field], from: "<sip:+12155559999@telco.example;user=phone>;tag=bob")
    #expect(try verdict(stolen)?.fault == .invalid("it is signed for 12155551212, who is not who calls"))
    let elsewhere = invite([TokenWriter().field], to: "<sip:+12155550000@example.com;user=phone>")
    #expect(try verdict(elsewhere)?.fault == .invalid("it is signed for a call to somebody else"))
  }

  @Test("The same signature in another call is a copy")
  func replay() throws {
    var world = world()
    let field = TokenWriter().field
    #expect(try verdict(invite([field]), &world)?.fault == nil)
    let copy = try verdict(invite([field], callID: "call2", branch: "z9hG4bK2"), &world)
    #expect(copy?.fault == .invalid("the same signature was used for another call"))
  }

  @Test("The certificate must lead to a trusted one, hold now, and speak for the number")
  func certificates() throws {
    let field = TokenWriter().field
    let cases: [(String?, VerificationVerdict.Fault)] = [
      (TestAuthority.selfSigned, .unsupportedCredential("its certificate comes from nobody that this phone trusts")),
      (TestAuthority.expired, .unsupportedCredential("its certificate has expired")),
      (TestAuthority.future, .unsupportedCredential("its certificate is not valid yet")),
      ("junk", .unsupportedCredential("what is at its address is no certificate")),
      (TestAuthority.provider, .invalid("the signature does not fit what was signed")),
      (nil, .noCredential("nobody is there")),
    ]
    for (certificate, fault) in cases {
      #expect(try verdict(invite([field]), certificate: certificate)?.fault == fault)
    }
    let wrongNumber = TokenWriter(key: TestAuthority.Key.called).field
    #expect(
      try verdict(invite([wrongNumber]), certificate: TestAuthority.called)?.fault
        == .invalid("its certificate does not speak for 12155551212"))
    for (key, certificate) in [
      (TestAuthority.Key.range, TestAuthority.range), (TestAuthority.Key.provider, TestAuthority.provider),
    ] {
      #expect(try verdict(invite([TokenWriter(key: key).field]), certificate: certificate)?.fault == nil)
    }
    #expect(TelephoneNumberAuthority(der: [0x30, 0x04, 0xA0, 0x02, 0x16, 0x00])?.covers("1") == true)
    #expect(TelephoneNumberAuthority(der: [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
  }

  @Test("Nobody can give away numbers that are not its own: each list on the way to the root must have the number (RFC 8226)")
  func intermediates() throws {
    let field = TokenWriter(key: TestChain.key).field
    for (chain, fault) in [
      (TestChain.wide, nil), (TestChain.narrow, .invalid("whoever certified it does not speak for 12155551212")),
    ] as [(String, VerificationVerdict.Fault?)] {
      var world = World(
        agents: 1,
        extensions: [
          VerificationService(signatures: OpenSSLSignatures(), policy: VerificationPolicy(anchors: Array(TestChain.root.utf8)))
        ])
      let result = try verdict(invite([field]), certificate: chain, &world)
      #expect(result != nil && result?.fault == fault)
    }
  }

  // Proves: rfc8224-8.4-01
  @Test("An address is spoken for by a certificate of its domain and by no other")
  func addresses() throws {
    let writer = TokenWriter(
      orig: .uri("sip:bob@example.com"), dest: .uri("sip:alice@example.com"), key: TestAuthority.Key.domain)
    let message = invite([writer.field], from: "<sip:Bob@Example.com:5080;x=1>;tag=bob", to: "<sip:alice@example.com>")
    let result = try verdict(message, certificate: TestAuthority.domain)
    #expect(result?.fault == nil && result?.signer == "example.com")
    let foreign = TokenWriter(
      orig: .uri("sip:bob@bank.example"), dest: .uri("sip:alice@example.com"), key: TestAuthority.Key.domain)
    let lie = invite([foreign.field], from: "<sip:bob@bank.example>;tag=bob", to: "<sip:alice@example.com>")
    #expect(
      try verdict(lie, certificate: TestAuthority.domain)?.fault
        == .invalid("its certificate does not speak for sip:bob@bank.example"))
  }

  @Test(
    "Attestation (RFC 8588) is told; a token of that kind without it is invalid; a certificate may allow one value only (RFC 8226)")
  func attestation() throws {
    func token(_ level: String?, key: String = TestAuthority.Key.number) -> String {
      var more = [JSONValue.Member(name: "origid", value: .string("123e4567-e89b-12d3-a456-426655440000"))]
      if let level { more.append(JSONValue.Member(name: "attest", value: .string(level))) }
      return TokenWriter(ppt: "shaken", more: more, key: key).field
    }
    for level in ["A", "B", "C"] { #expect(try verdict(invite([token(level)]))?.attestation?.rawValue == level) }
    for level in ["D", nil] {
      #expect(try verdict(invite([token(level)]))?.fault == .invalid("it lacks claims that its kind must have"))
    }
    let key = TestAuthority.Key.constrained, certificate = TestAuthority.constrained
    #expect(try verdict(invite([token("B", key: key)]), certificate: certificate)?.fault == nil)
    for level in ["A", nil] {
      let fault = try verdict(invite([token(level, key: key)]), certificate: certificate)?.fault
      #expect(fault == .invalid("its certificate may not sign that"))
    }
    let found = try OpenSSLSignatures().examine(
      Array(certificate.utf8), anchors: Array(TestAuthority.root.utf8), at: 1_700_000_000
    ).get()
    let der = try #require(found.constraints)
    let constraints = try #require(ClaimConstraints(der: der))
    #expect(constraints.mustInclude == ["attest"] && constraints.permitted.map(\.values) == [["B"]])
  }

  @Test("A diverted call: the signed stations hang together from the first destination on (RFC 8946)")
  func diversion() throws {
    let base = TokenWriter(dest: .telephoneNumber("12155551213"), key: TestAuthority.Key.provider)
    let link = TokenWriter(
      ppt: "div", dest: .telephoneNumber("12155551214"),
      more: [JSONValue.Member(name: "div", value: .object([.init(name: "tn", value: .string("12155551213"))]))],
      key: TestAuthority.Key.provider)
    for fields in [[base.field, link.field], [link.field, base.field]] {
      let result = try verdict(invite(fields), certificate: TestAuthority.provider)
      #expect(result?.fault == nil && result?.diverted == ["12155551213"])
    }
    var loose = link
    loose.more = [JSONValue.Member(name: "div", value: .object([.init(name: "tn", value: .string("12155550000"))]))]
    #expect(try verdict(invite([base.field, loose.field]), certificate: TestAuthority.provider)?.diverted == [])
    // A diversion alone proves nobody.
    #expect(try verdict(invite([link.field]), certificate: TestAuthority.provider)?.fault != nil)
  }

  // Proves: rfc8224-6.2-02 rfc8224-6.2.1-01 rfc8225-8.1-01
  @Test("Of several fields one that holds is enough; kinds that nobody here knows are passed over")
  func several() throws {
    let good = TokenWriter().field
    let bad = TokenWriter(orig: .telephoneNumber("19999999999")).field
    let strange = TokenWriter(ppt: "rph").field
    #expect(try verdict(invite([bad, strange, good]))?.fault == nil)
    #expect(try verdict(invite([strange])) == nil)
    #expect(try verdict(invite([good + ", " + bad]))?.fault == nil)
  }

  // Proves: rfc8225-5.2.2-01
  @Test("Sound whose keys were signed must have those keys")
  func mediaKeys() throws {
    let description = "v=0\na=fingerprint:sha-256 AA:BB\n"
    let keys = JSONValue.array([
      .object([.init(name: "alg", value: .string("sha-256")), .init(name: "dig", value: .string("AABB"))])
    ])
    let field = TokenWriter(more: [JSONValue.Member(name: "mky", value: keys)]).field
    #expect(try verdict(invite([field], body: description))?.fault == nil)
    #expect(
      try verdict(invite([field], body: description.replacing("BB", with: "BC")))?.fault
        == .invalid("the keys of the call's sound are not those that were signed"))
  }

  // Proves: rfc8225-4.1-01 rfc8225-4.2-01 rfc8225-9-03
  @Test("Junk in the field: a sentence, never more, and the call rings")
  func junk() throws {
    let writer = TokenWriter()
    let parts = writer.full.split(separator: ".").map(String.init)
    let none = Base64URL.encode(Array(#"{"alg":"none","typ":"passport","x5u":"\#(writer.x5u)"}"#.utf8))
    let twice = Base64URL.encode(
      Array(#"{"dest":{"tn":["12155551213"]},"iat":1700000001,"iat":1,"orig":{"tn":"12155551212"}}"#.utf8))
    let info = ";info=<\(writer.x5u)>"
    let hostile = [
      "\(none).\(parts[1]).\(info)", "\(none).\(parts[1]).\(parts[2])\(info)", "\(parts[0]).\(twice).\(parts[2])\(info)",
      "\(parts[0]).\(parts[1])\(info)", "....\(info)", "..\(info)", "a.b.c\(info)", writer.full,
      "\(writer.full);info=<http://certs.example.net/cert.pem>", "\(writer.full);info=<https://169.254.169.254/>",
      "\(writer.full)\(info);ppt=shaken", "\(writer.full)\(info);alg=RS256", ".." + String(repeating: "A", count: 12_000) + info,
      "\u{0}\u{1}", ";;;;", "<>", "\"", String(repeating: "e30.", count: 2000) + info,
    ]
    for text in hostile {
      var world = world()
      let result = try verdict(invite([text]), &world)
      #expect(world.incoming(0) != nil, "\(text.prefix(80))")
      #expect(result?.proved == nil, "\(text.prefix(80))")
    }
  }

  // Proves: rfc8224-6.2-01
  @Test("Nothing is refused unless the user wants it; then with 428, 436, 437, 438 or 403")
  func refusals() throws {
    let good = TokenWriter().field
    let cases: [(VerificationPolicy.Refusal, [String], String?, StatusCode?)] = [
      (.never, [], nil, nil), (.whenInvalid, [], nil, nil), (.always, [], nil, .useIdentityHeader),
      (.always, [TokenWriter(ppt: "rph").field], nil, .useIdentityHeader), (.always, [good], TestAuthority.number, nil),
      (.whenInvalid, [good], nil, .badIdentityInfo), (.whenInvalid, [good], TestAuthority.selfSigned, .unsupportedCredential),
      (.whenInvalid, [TokenWriter(orig: .telephoneNumber("1999")).field], TestAuthority.number, .invalidIdentityHeader),
      (.whenInvalid, [TokenWriter(issuedAt: 1).field], TestAuthority.number, .forbidden),
      (.never, [TokenWriter(issuedAt: 1).field], TestAuthority.number, nil),
    ]
    for (refusal, fields, certificate, status) in cases {
      var world = world(refusal)
      _ = try verdict(invite(fields), certificate: certificate, &world)
      #expect(world.incoming(0) == nil ? status != nil : status == nil)
      if let status { #expect(world.response?.status == status) }
    }
  }

  @Test("Without anybody to trust nothing is looked at and nothing is fetched; who refuses calls all the same refuses all")
  func withoutAnchors() throws {
    for refusal in [VerificationPolicy.Refusal.never, .whenInvalid] {
      var world = World(
        agents: 1,
        extensions: [VerificationService(signatures: OpenSSLSignatures(), policy: VerificationPolicy(refusal: refusal))])
      #expect(try verdict(invite([TokenWriter().field]), &world) == nil)
      #expect(!world.events[0].contains { if case .lookup = $0 { true } else { false } })
      #expect((world.incoming(0) != nil) == (refusal == .never))
    }
  }

  // Proves: rfc8224-6.2.3-01
  @Test("After 438 the same request comes again, mended, over the same Call-ID and CSeq: it is taken, not called a loop (6.2.3)")
  func spiral() throws {
    var world = world(.whenInvalid)
    let broken = Identity(digest: TokenWriter(issuedAt: 1_700_000_009).compact, info: TokenWriter().x5u).text
    _ = try verdict(invite([broken]), &world)
    #expect(world.response?.status == .invalidIdentityHeader)
    _ = try verdict(invite([TokenWriter().field], branch: "z9hG4bK2"), &world)
    #expect(world.incoming(0) != nil && world.responses(.loopDetected).isEmpty)
  }

  // Proves: rfc4916-4.4.2-2 rfc4916-4.4.2-3 rfc4916-4.6-1
  @Test("Within a dialog signed and unsigned requests are told apart, and neither is refused, whatever the policy")
  func withinDialog() throws {
    var world = world(.whenInvalid)
    let tag = world.establishFromPeer()
    let signed = TokenWriter(orig: .telephoneNumber("12155551212"), dest: .uri("sip:alice@example.com"))
    for (number, fields) in [[], ["Identity: \(signed.field)"], ["Identity: \(TokenWriter(issuedAt: 1).field)"]].enumerated() {
      world.send(
        Script.request(
          "UPDATE", branch: "z9hG4bKu\(number)", from: "<sip:+12155551212@telco.example;user=phone>;tag=bob",
          to: "<sip:alice@example.com>;tag=\(tag)", cseq: "\(number + 2) UPDATE",
          extra: ["Contact: <sip:bob@192.0.2.101>"] + fields))
      world.settle()
      for case .lookup(let ticket, _) in world.events[0] {
        world.command(0, .lookupFinished(ticket, .bytes(Array(TestAuthority.number.utf8))))
      }
      world.settle()
    }
    #expect(world.responses(.ok).count { $0.cseq?.method == .update } == 3)
    let faults = states(world).compactMap { if case .done(let verdict) = $0 { verdict.fault == nil } else { nil } }
    #expect(faults == [true, false])
  }
}
