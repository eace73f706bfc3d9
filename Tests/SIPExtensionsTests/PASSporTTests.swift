import Cryptography
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import SIPExtensions

@Suite("RFC 8225: the token and its signature")
struct PASSporTTests {
  /// Appendix A.
  private static let example =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9."
    + "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6MTQ3MTM3NTQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19."
    + "VLBCIVDCaeK6M4hLJb6SHQvacAQVvoiiEOWQ_iUkqk79UD81fHQ0E1b3_GluIkba7UWYRM47ZbNFdOJquE35cw"

  // Proves: rfc8225-5.1.1-01 rfc8225-5.2.1-02 rfc8225-5.2.1-03 rfc8225-5.2.1-04 rfc8225-6-01 rfc8225-9-01 rfc8225-9-02
  @Test("The example of appendix A: read, and written byte for byte")
  func example() throws {
    let passport = try PASSporT(Self.example)
    #expect(passport.orig == .telephoneNumber("12155551212") && passport.dest == [.uri("sip:alice@example.com")])
    #expect(passport.issuedAt == 1_471_375_418 && passport.x5u == "https://cert.example.org/passport.cer" && passport.ppt == nil)
    let text = PASSporT.signingText(
      x5u: passport.x5u, orig: passport.orig, dest: passport.dest[0], issuedAt: passport.issuedAt)
    #expect(text == passport.signedText)
    #expect(Self.example.hasPrefix(String(decoding: text, as: UTF8.self)))
  }

  // Proves: rfc8225-4.2-01 rfc8225-4.2-02
  @Test("Signatures are those of RFC 6979 section A.2.5: the same message and key give the same bytes")
  func deterministic() throws {
    let key = """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
      Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
      +mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
      -----END PRIVATE KEY-----

      """
    let expected =
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
      + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    let signature = try #require(OpenSSLSignatures().sign(Array("sample".utf8), privateKey: Array(key.utf8)))
    #expect(signature.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == expected)
    #expect(OpenSSLSignatures().sign(Array("sample".utf8), privateKey: Array("junk".utf8)) == nil)
    #expect(OpenSSLSignatures().sign(Array("sample".utf8), privateKey: []) == nil)
  }

  @Test("One flipped bit anywhere in what was signed, or in the signature, and it does not hold")
  func flipped() throws {
    let signatures = OpenSSLSignatures()
    let certificate = try signatures.examine(
      Array(TestAuthority.number.utf8), anchors: Array(TestAuthority.root.utf8), at: 1_700_000_000
    ).get()
    let message = Array("what was said".utf8)
    let signature = try #require(signatures.sign(message, privateKey: Array(TestAuthority.Key.number.utf8)))
    #expect(signatures.verify(signature, of: message, publicKey: certificate.publicKey))
    for place in signature.indices {
      var other = signature
      other[place] ^= 1
      #expect(!signatures.verify(other, of: message, publicKey: certificate.publicKey))
    }
    #expect(!signatures.verify(signature, of: message + [0], publicKey: certificate.publicKey))
    #expect(!signatures.verify(Array(repeating: 0, count: 64), of: message, publicKey: certificate.publicKey))
    #expect(!signatures.verify([], of: message, publicKey: certificate.publicKey))
  }

  // Proves: rfc8224-8.1-01 rfc8224-8.3-01 rfc8224-8.5-01 rfc8224-8.5-02
  @Test("RFC 8224 sections 8.1, 8.3 and 8.5: one form for every way to write who calls")
  func canonicalForms() throws {
    let forms: [(String, PartyIdentity?)] = [
      ("sip:+1-(215).555-1212@a.example;user=phone", .telephoneNumber("12155551212")),
      ("tel:+1-215-555-1212;ext=1", .telephoneNumber("12155551212")),
      ("sip:+12155551212@a.example", .telephoneNumber("12155551212")),
      ("sip:12155551212@a.example;user=phone", .telephoneNumber("12155551212")),
      ("sip:201@a.example", .uri("sip:201@a.example")),
      ("sip:Alice:secret@EXAMPLE.com:5070;x=y?Subject=z", .uri("sip:alice@example.com")),
      ("sip:%61lice@example.com", .uri("sip:alice@example.com")), ("sips:bob@example.com", .uri("sips:bob@example.com")),
      ("sip:example.com", nil),
    ]
    for (text, identity) in forms { #expect(PartyIdentity(World.uri(text)) == identity, "\(text)") }
    #expect(PartyIdentity.canonicalNumber("*67#") == "*67#" && PartyIdentity.canonicalNumber("12a") == nil)
  }

  @Test("Date is read in its one form, and written so that it is read back")
  func dates() {
    #expect(SIPDate("Sat, 13 Nov 2010 23:29:00 GMT")?.secondsSince1970 == 1_289_690_940)
    #expect(SIPDate(secondsSince1970: 1_289_690_940).description == "Sat, 13 Nov 2010 23:29:00 GMT")
    for seconds in [0, 951_782_400, 1_700_000_001, 4_102_444_799] as [Int64] {
      #expect(SIPDate(SIPDate(secondsSince1970: seconds).description)?.secondsSince1970 == seconds)
    }
    for text in ["", "now", "Sat, 13 Nov 2010 23:29:00 CET", "Sat, 32 Nov 2010 23:29:00 GMT", "13 Nov 2010"] {
      #expect(SIPDate(text) == nil)
    }
  }

  // MARK: Signing

  private func signing(_ isFull: Bool = true, verifies: Bool = true) -> World {
    let signer = IdentitySigner(
      address: World.uri("sip:+12155551212@telco.example;user=phone"), privateKey: Array(TestAuthority.Key.number.utf8),
      certificateURI: "https://certs.example.net/cert.pem", isFull: isFull)
    let policy = VerificationPolicy(anchors: Array(TestAuthority.root.utf8))
    var world = World(agents: 0)
    world.add(
      UserAgentConfiguration(),
      [
        VerificationService(signatures: OpenSSLSignatures(), policy: policy),
        AuthenticationService(signatures: OpenSSLSignatures(), signers: [signer]),
      ], seed: 1)
    let called = IdentitySigner(
      address: World.uri("sip:+12155551213@192.0.2.2;user=phone"), privateKey: Array(TestAuthority.Key.called.utf8),
      certificateURI: "https://certs.example.net/called.pem")
    world.add(
      UserAgentConfiguration(),
      [
        VerificationService(signatures: OpenSSLSignatures(), policy: policy),
        AuthenticationService(signatures: OpenSSLSignatures(), signers: [called]),
      ], seed: 2)
    return world
  }

  private func call(_ world: inout World, to target: String, from: String = "sip:+12155551212@telco.example;user=phone") {
    world.command(
      0,
      .invite(SessionID(1), InviteOrder(identity: World.identity(from), target: World.uri(target), offer: World.sdp("offer"))))
    world.settle()
  }

  private func deliverCertificates(_ world: inout World) {
    for index in 0..<2 {
      for case .lookup(let ticket, .fetch(uri: let uri)) in world.events[index] {
        let text = uri.hasSuffix("called.pem") ? TestAuthority.called : TestAuthority.number
        world.command(index, .lookupFinished(ticket, .cacheable(Array(text.utf8), lifetime: .seconds(600))))
      }
    }
    world.settle()
  }

  private func verdicts(_ world: World, _ index: Int) -> [(isResponse: Bool, verdict: VerificationVerdict)] {
    world.events[index].compactMap { event in
      guard case .extended(let told) = event, let event = told as? VerificationEvent, case .done(let verdict) = event.state else {
        return nil
      }
      return (event.message.isResponse, verdict)
    }
  }

  // Proves: rfc8224-4-01 rfc8224-4.1-01 rfc8224-4.1-02 rfc8224-4.1-03 rfc8224-4.1-04 rfc8224-4.1-05
  // Proves: rfc8224-4.1-06 rfc8224-4.1-07 rfc8224-4.1-11
  @Test("Two agents: the call is signed and verified, and its answer too, by the one who was called")
  func bothWays() throws {
    for isFull in [true, false] {
      var world = signing(isFull)
      call(&world, to: "sip:+12155551213@192.0.2.2;user=phone")
      world.command(1, .accept(try #require(world.incoming(1)), World.sdp("answer")))
      world.settle()
      deliverCertificates(&world)
      let atCalled = try #require(verdicts(world, 1).first)
      #expect(atCalled.verdict.fault == nil && !atCalled.isResponse)
      let atCaller = try #require(verdicts(world, 0).last)
      #expect(atCaller.verdict.fault == nil && atCaller.isResponse)
      #expect(atCaller.verdict.proved == World.uri("sip:+12155551213@192.0.2.2;user=phone"))
    }
  }

  // Proves: rfc8224-4.1-08 rfc8224-6.1-01 rfc8224-6.1-02 rfc8224-6.1-04 rfc8224-6.1-06
  @Test("INVITE, UPDATE, re-INVITE and BYE are signed, ACK is not; an address without a key is not, and nobody else's name is")
  func whatIsSigned() throws {
    var world = signing()
    call(&world, to: "sip:peer@192.0.2.101")
    world.answer(try #require(world.request(.invite)), .ok, body: "answer")
    world.settle()
    world.command(0, .offer(SessionID(1), World.sdp("hold")))
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, body: "held")
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    for request in world.mail.compactMap({ $0.message.request }) {
      #expect(request.fields.contains(.identity) == (request.method != .ack), "\(request.method.token)")
      #expect(request.method == .ack || request.value(DateHeader.self).flatMap { SIPDate($0.value) } != nil)
    }
    var other = signing()
    call(&other, to: "sip:peer@192.0.2.101", from: "sip:+12155559999@telco.example;user=phone")
    #expect(try #require(other.request(.invite)).fields.contains(.identity) == false)
  }

  // Proves: rfc8224-6.1.1-01 rfc8224-6.1.1-02
  @Test("After 438 a compact token goes out whole, once")
  func repair() throws {
    var world = signing(false)
    call(&world, to: "sip:peer@192.0.2.101")
    let first = try #require(world.request(.invite))
    #expect(first.value(Identity.self)?.digest.hasPrefix("..") == true)
    world.answer(first, .invalidIdentityHeader)
    world.settle()
    let second = try #require(world.request(.invite))
    #expect(second.value(Identity.self)?.digest.hasPrefix("..") == false && second.callID == first.callID)
    _ = try PASSporT(try #require(second.value(Identity.self)).digest)
    world.answer(second, .invalidIdentityHeader)
    world.settle()
    #expect(world.attempts(.invite) == 2 && world.story(0) == ["ended refused 438"])
  }

  @Test("Answered by somebody else: what another one signs for its own number is not the answer of the called")
  func foreignAnswer() throws {
    var world = signing()
    call(&world, to: "sip:peer@192.0.2.101")
    let invite = try #require(world.request(.invite))
    let forged = TokenWriter(
      ppt: "rsp", dest: .telephoneNumber("12155551213"), key: TestAuthority.Key.called
    ).field
    world.answer(invite, .ok, body: "answer") { $0.fields.append(name: .identity, value: forged) }
    world.settle()
    deliverCertificates(&world)
    let verdict = try #require(verdicts(world, 0).last?.verdict)
    #expect(verdict.proved == nil && verdict.fault == .invalid("it is signed for a call to somebody else"))
    #expect(world.story(0).contains("established"))
  }
}
