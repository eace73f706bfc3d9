import Cryptography
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import SIPExtensions

@Suite("RFC 7616 and RFC 8760: the digest itself")
struct DigestCalculationTests {
  private let digests = OpenSSLDigests()

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  @Test("The library's functions give the published hashes of \"abc\"")
  func functions() {
    let text = Array("abc".utf8)
    #expect(hexadecimal(digests.md5(text)) == "900150983cd24fb0d6963f7d28e17f72")
    #expect(hexadecimal(digests.sha256(text)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(hexadecimal(digests.sha512_256(text)) == "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")
    #expect(hexadecimal(digests.md5([])) == "d41d8cd98f00b204e9800998ecf8427e")
  }

  private func calculation(_ function: DigestAlgorithm.Function) -> DigestCalculation {
    DigestCalculation(
      algorithm: DigestAlgorithm(function), username: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life",
      nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", quality: .auth,
      clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", nonceCount: "00000001", method: Method("GET"),
      uri: "/dir/index.html", body: [])
  }

  @Test("RFC 7616 section 3.9.1 with MD5 and with SHA-256")
  func example() {
    #expect(calculation(.md5).response(by: digests) == "8ca523f5e9506fed4657c9700eebdbec")
    #expect(
      calculation(.sha256).response(by: digests) == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
  }

  @Test("Without qop the older form is used, and auth-int hashes the body")
  func forms() {
    var plain = calculation(.md5)
    plain.quality = nil
    let withoutQuality = plain.response(by: digests)
    var integrity = calculation(.md5)
    integrity.quality = .authInt
    let empty = integrity.response(by: digests)
    integrity.body = Array("v=0".utf8)
    let full = integrity.response(by: digests)
    #expect(Set([withoutQuality, empty, full, calculation(.md5).response(by: digests)]).count == 4)
  }

  @Test("The session form differs, and depends on the client nonce of its start")
  func session() {
    var session = calculation(.sha256)
    session.algorithm = DigestAlgorithm(.sha256, isSession: true)
    #expect(session.response(by: digests) != calculation(.sha256).response(by: digests))
  }

  @Test("Algorithm names are read in any case; an unknown one is not guessed")
  func names() {
    #expect(DigestAlgorithm(token: nil) == DigestAlgorithm(.md5))
    #expect(DigestAlgorithm(token: "sha-512-256-SESS") == DigestAlgorithm(.sha512_256, isSession: true))
    #expect(DigestAlgorithm(token: "SHA-1") == nil)
    for function in [DigestAlgorithm.Function.md5, .sha256, .sha512_256] {
      for isSession in [false, true] {
        let algorithm = DigestAlgorithm(function, isSession: isSession)
        #expect(DigestAlgorithm(token: algorithm.token) == algorithm)
      }
    }
  }

  @Test("Quotes and backslashes stay as they stand between the quotes; a line end never gets into a field")
  func quoting() throws {
    let challenge = try #require(
      DigestChallenge(try WWWAuthenticate(#"Digest realm="the \"best\" realm", nonce="a\\b""#)))
    #expect(challenge.realm == #"the \"best\" realm"#)
    #expect(challenge.nonce == #"a\\b"#)
    #expect(ProtectionSpace.escaped("a\"b\\c\r\nd") == #"a\"b\\c  d"#)
  }

  @Test("Challenges that are no use: Basic, unknown algorithm, unknown qop only, no nonce")
  func unusable() throws {
    for text in [
      #"Basic realm="x""#, #"Digest realm="x", nonce="n", algorithm=FOO"#, #"Digest realm="x", nonce="n", qop="token""#,
      #"Digest realm="x""#,
    ] {
      #expect(DigestChallenge(try WWWAuthenticate(text)) == nil)
    }
  }

  @Test("auth is chosen where it is offered, auth-int where it is all there is")
  func quality() throws {
    #expect(DigestChallenge(try WWWAuthenticate(#"Digest realm="x", nonce="n", qop="auth-int,auth""#))?.chosenQuality == .auth)
    #expect(DigestChallenge(try WWWAuthenticate(#"Digest realm="x", nonce="n", qop="auth-int""#))?.chosenQuality == .authInt)
  }

  @Test("Credentials of the account and realm go before those of the account, of the realm, and of everybody")
  func store() {
    var store = CredentialStore()
    let account = try? URI(parsing: "sip:alice@Example.com:5070;transport=tcp")
    let same = try? URI(parsing: "sip:alice@example.com")
    store.set(DigestCredentials(username: "anyone", password: ""), account: nil, realm: nil)
    #expect(store.credentials(account: same, realm: "r")?.username == "anyone")
    store.set(DigestCredentials(username: "realm", password: ""), account: nil, realm: "r")
    #expect(store.credentials(account: same, realm: "r")?.username == "realm")
    store.set(DigestCredentials(username: "account", password: ""), account: account, realm: nil)
    #expect(store.credentials(account: same, realm: "r")?.username == "account")
    store.set(DigestCredentials(username: "both", password: ""), account: account, realm: "r")
    #expect(store.credentials(account: same, realm: "r")?.username == "both")
    #expect(store.credentials(account: same, realm: "other")?.username == "account")
    store.remove(account: account ?? .other(scheme: "", rest: ""))
    #expect(store.credentials(account: same, realm: "other")?.username == "anyone")
  }
}
