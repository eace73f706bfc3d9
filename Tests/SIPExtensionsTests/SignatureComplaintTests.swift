import Cryptography
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import SIPExtensions

@Suite("RFC 9410: whoever signed learns what does not hold")
struct SignatureComplaintTests {
  private static let caller = "<sip:+1-215-555-1212@telco.example;user=phone>;tag=bob"
  private static let called = "<sip:+12155551213@example.com;user=phone>"

  private func verifier(_ refusal: VerificationPolicy.Refusal = .never) -> VerificationService {
    VerificationService(
      signatures: OpenSSLSignatures(), policy: VerificationPolicy(anchors: Array(TestAuthority.root.utf8), refusal: refusal))
  }

  /// Sends an INVITE with these fields, hands out the certificate, and lets the call be answered.
  private func responses(_ fields: [String], _ refusal: VerificationPolicy.Refusal = .never) throws -> [Response] {
    var world = World(agents: 1, extensions: [verifier(refusal)])
    world.send(
      Script.request(
        "INVITE", branch: "z9hG4bK1", from: Self.caller, to: Self.called, callID: "call1",
        extra: ["Contact: <sip:bob@192.0.2.101>", "Content-Type: application/sdp", VerificationTests.date]
          + fields.map { "Identity: \($0)" }, body: "offer"))
    world.settle()
    for case .lookup(let ticket, .fetch(uri: _)) in world.events[0] {
      world.command(0, .lookupFinished(ticket, .bytes(Array(TestAuthority.number.utf8))))
    }
    world.settle()
    if let session = world.incoming(0) { world.command(0, .accept(session, World.sdp("answer"))) }
    world.settle()
    return world.mail.compactMap { $0.message.response }
  }

  private func complaints(_ response: Response?) -> [Reason] { response?.values(Reason.self) ?? [] }

  @Test("One field that does not hold: the answer says which error it was, and the call goes on")
  func one() throws {
    let forged = TokenWriter(key: TestAuthority.Key.called).field
    let answer = try responses([forged]).last { $0.status == .ok }
    let reason = try #require(complaints(answer).first)
    #expect(complaints(answer).count == 1 && reason.protocol == "STIR" && reason.cause == 438)
    #expect(reason.reasonText == "Invalid Identity Header" && !reason.parameters.has("ppi"))
    let stale = try responses([TokenWriter(issuedAt: 1_600_000_000).field]).last { $0.status == .ok }
    #expect(complaints(stale).first?.cause == 403 && complaints(stale).first?.reasonText == "Stale Date")
  }

  @Test("A refusal says it too; what holds, and what is not signed at all, is answered without a word of it")
  func refusal() throws {
    let refused = try #require(try responses([TokenWriter(key: TestAuthority.Key.called).field], .whenInvalid).last)
    #expect(refused.status == .invalidIdentityHeader && complaints(refused).first?.cause == 438)
    for fields in [[TokenWriter().field], []] {
      let answers = try responses(fields)
      #expect(answers.contains { $0.status == .ok })
      #expect(answers.allSatisfy { !$0.fields.contains(.reason) })
    }
  }

  @Test("Of several fields each that does not hold has a Reason of its own, known by its signature alone (sections 5 and 6)")
  func several() throws {
    let bad = TokenWriter(key: TestAuthority.Key.called), old = TokenWriter(issuedAt: 1_600_000_000)
    let answer = try responses([bad.field, TokenWriter().field, old.field]).last { $0.status == .ok }
    #expect(complaints(answer).map(\.cause) == [438, 403])
    for (reason, writer) in zip(complaints(answer), [bad, old]) {
      #expect(reason.parameters["ppi"] == writer.compact)
    }
  }

  @Test("The signer is told once for each response that says so; other Reasons are not its business")
  func heard() throws {
    let signer = IdentitySigner(
      address: World.uri("sip:+12155551212@telco.example;user=phone"), privateKey: Array(TestAuthority.Key.number.utf8),
      certificateURI: "https://certs.example.net/cert.pem")
    var world = World(
      agents: 1, extensions: [AuthenticationService(signatures: OpenSSLSignatures(), signers: [signer])])
    let order = InviteOrder(
      identity: World.identity("sip:+12155551212@telco.example;user=phone"), target: World.uri("sip:peer@192.0.2.101"),
      offer: World.sdp("offer"))
    world.command(0, .invite(SessionID(1), order))
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ringing) { $0.fields.append(Reason(protocol: "Q.850", cause: 16, text: nil)) }
    world.answer(invite, .ok, body: "answer") {
      $0.fields.append(Reason(protocol: "STIR", cause: 436, text: "Bad Identity Info"))
    }
    world.settle()
    let told = world.events[0].compactMap { event -> SignatureComplaint? in
      if case .extended(let event) = event { event as? SignatureComplaint } else { nil }
    }
    #expect(told.count == 1 && told.first?.status == .badIdentityInfo && told.first?.text == "Bad Identity Info")
    #expect(told.first?.session == SessionID(1))
  }

  // Proves: rfc8224-4.1-10
  @Test("The fingerprints of the call's sound are signed with it (mky), in order")
  func mediaKeys() throws {
    let signer = IdentitySigner(
      address: World.uri("sip:+12155551212@telco.example;user=phone"), privateKey: Array(TestAuthority.Key.number.utf8),
      certificateURI: "https://certs.example.net/cert.pem")
    var world = World(
      agents: 1, extensions: [AuthenticationService(signatures: OpenSSLSignatures(), signers: [signer])])
    let description = "v=0\r\na=fingerprint:sha-256 0B:0A\r\na=fingerprint:sha-1 AB:CD\r\n"
    let order = InviteOrder(
      identity: World.identity("sip:+12155551212@telco.example;user=phone"), target: World.uri("sip:peer@192.0.2.101"),
      offer: Body(contentType: .sdp, bytes: Array(description.utf8)))
    world.command(0, .invite(SessionID(1), order))
    world.settle()
    let token = try PASSporT(try #require(world.request(.invite)?.value(Identity.self)).digest)
    #expect(
      token.claims["mky"]?.text == #"[{"alg":"sha-1","dig":"ABCD"},{"alg":"sha-256","dig":"0B0A"}]"#, "\(token.claims.text)")
  }

  // Proves: rfc8225-5-01 rfc8225-5.2.1-01 rfc8225-9-03
  @Test("A token with two callers, with none, with a claim twice, or with a claim whose name is not ASCII, is none")
  func claims() {
    for claims in [
      #"{"dest":{"tn":["1"]},"iat":1,"orig":{"tn":"12155551212","uri":"sip:a@b"}}"#,
      #"{"dest":{"tn":["1"]},"iat":1,"orig":{"tn":["12155551212","12155551213"]}}"#, #"{"dest":{"tn":["1"]},"iat":1,"orig":{}}"#,
      #"{"dest":{"tn":["1"]},"iat":1}"#, #"{"dest":{"tn":["1"]},"iat":1,"orig":{"tn":"1"},"orig":{"tn":"2"}}"#,
      #"{"dest":{"tn":["1"]},"iat":1,"orig":{"tn":"12155551212"},"für":1}"#,
    ] {
      let head = #"{"alg":"ES256","typ":"passport","x5u":"https://certs.example.net/cert.pem"}"#
      let text = [head, claims].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".") + "."
      #expect(throws: PASSporT.Fault.self, "\(claims)") {
        try PASSporT(text + Base64URL.encode([UInt8](repeating: 1, count: 64)))
      }
    }
  }
}
