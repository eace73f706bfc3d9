import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 7616 section 3: the small print of credentials")
struct DigestSmallPrintTests {
  private func answer(_ challenges: [String], proxy: Bool = false, user: String = "alice", password: String = "secret") throws -> (
    World, Request?
  ) {
    var store = CredentialStore()
    store.set(DigestCredentials(username: user, password: password), account: nil, realm: nil)
    var world = World(agents: 1, extensions: [DigestAuthentication(digests: OpenSSLDigests(), credentials: store)])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let first = try #require(world.request(.invite))
    world.answer(first, proxy ? .proxyAuthenticationRequired : .unauthorized) { response in
      for text in challenges { response.fields.append(name: proxy ? .proxyAuthenticate : .wwwAuthenticate, value: text) }
    }
    world.settle()
    let second = try #require(world.request(.invite))
    return (world, second.cseq == first.cseq ? nil : second)
  }

  // Proves: rfc7616-3.4-03 rfc7616-3.4-04 rfc7616-3.4-06 rfc7616-3.4-07 rfc7616-3.5-13 rfc7616-3.3-09 rfc7616-3.3-04
  @Test("Credentials hold cnonce, nc of eight digits and qop; what has quotes and what has none is as the RFC says")
  func quotes() throws {
    let (_, request) = try answer([#"Digest realm="r", nonce="n", opaque="o", algorithm=SHA-256, qop="auth""#])
    let given = try #require(request?.value(Authorization.self)?.parameters)
    for name in ["username", "realm", "nonce", "uri", "response", "cnonce", "opaque"] {
      let raw = try #require(given.rawValue(name))
      #expect(raw.hasPrefix("\"") && raw.hasSuffix("\"") && raw.utf8.count > 2, "\(name)")
    }
    #expect(given.rawValue("algorithm") == "SHA-256" && given.rawValue("qop") == "auth" && given.rawValue("nc") == "00000001")
    #expect(given["opaque"] == "o")
  }

  // Proves: rfc3261-7.3.1-01
  @Test("What proxies need stands above everything else, in the INVITE, its ACK and its BYE")
  func order() throws {
    var store = CredentialStore()
    store.set(DigestCredentials(username: "alice", password: "secret"), account: nil, realm: nil)
    var world = World(agents: 1, extensions: [DigestAuthentication(digests: OpenSSLDigests(), credentials: store)])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    world.answer(try #require(world.request(.invite)), .proxyAuthenticationRequired) { response in
      for realm in ["one", "two"] {
        response.fields.append(name: .proxyAuthenticate, value: "Digest realm=\"\(realm)\", nonce=\"n\", qop=\"auth\"")
      }
    }
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ok, body: "answer") { $0.fields.append(name: .recordRoute, value: "<sip:192.0.2.101;lr>") }
    world.settle()
    world.command(0, .end(SessionID(1), reason: nil))
    world.settle()
    #expect(invite.values(ProxyAuthorization.self).map { $0.parameters["realm"] } == ["one", "two"])
    let needed: [HeaderName] = [.via, .route, .recordRoute, .proxyRequire, .maxForwards, .proxyAuthorization]
    for request in [invite, try #require(world.request(.ack)), try #require(world.request(.bye))] {
      let names = (0..<request.fields.count).map { request.fields[$0].name }
      #expect(names.first == .via && names.contains(.proxyAuthorization))
      #expect(names.drop { needed.contains($0) }.allSatisfy { !needed.contains($0) }, "\(names)")
    }
    #expect(world.request(.ack)?.fields.values(.proxyAuthorization) == invite.fields.values(.proxyAuthorization))
  }

  // Proves: rfc7616-3.4-02 rfc7616-3.3-10
  @Test(
    "The qop is one that was offered, and unknown ones and unknown parameters are passed over",
    arguments: [("token,auth", "auth"), ("auth-int", "auth-int"), ("x, auth-int ,y", "auth-int"), ("auth-int,auth", "auth")])
  func qualities(_ offered: String, _ chosen: String) throws {
    let (_, request) = try answer([#"Digest realm="r", nonce="n", qop="\#(offered)", future=1, other="x, y""#])
    #expect(request?.value(Authorization.self)?.parameters.rawValue("qop") == chosen)
  }

  // Proves: rfc7616-3.3-03 rfc7616-3.8-02
  @Test("A proxy's challenge is answered in Proxy-Authorization, whatever its domain parameter says")
  func domain() throws {
    let (_, request) = try answer(
      [#"Digest realm="r", nonce="n", qop="auth", domain="sip:elsewhere.example""#], proxy: true)
    let second = try #require(request)
    #expect(second.value(ProxyAuthorization.self)?.parameters["realm"] == "r")
    #expect(!second.fields.contains(.authorization))
  }

  // Proves: rfc7616-5.6-02 rfc8760-2.6-01
  @Test("Of Basic and Digest only Digest is answered, in whatever order they stand")
  func strongest() throws {
    for challenges in [
      [#"Basic realm="r""#, #"Digest realm="r", nonce="n""#], [#"Digest realm="r", nonce="n""#, #"Basic realm="r""#],
    ] {
      let (_, request) = try answer(challenges)
      #expect(try #require(request).fields.values(.authorization).map { $0.hasPrefix("Digest ") } == [true])
    }
  }

  // Proves: rfc7616-4-02 rfc7616-4-03
  @Test("Names and passwords may hold any character, in UTF-8, quotes and backslashes too")
  func characters() throws {
    let (user, password) = ("jürgen \"the\\ 電話\"", "pa:ss\"wörd\\ 秘密 ")
    var server = DigestServer(realm: "example.com", digests: OpenSSLDigests(), random: RandomSource(seed: 9))
    let now = Moment(instant: Instant(nanoseconds: 100_000_000_000), wallTime: WallTime(secondsSince1970: 1_700_000_000))
    var store = CredentialStore()
    store.set(DigestCredentials(username: user, password: password), account: nil, realm: nil)
    var world = World(agents: 1, extensions: [DigestAuthentication(digests: OpenSSLDigests(), credentials: store)])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let first = try #require(world.request(.invite))
    world.send(bytes: server.challenge(first, at: .server, isStale: false, toTag: "t", now: now).serialized())
    world.settle()
    let second = try #require(world.request(.invite))
    var asked: [String] = []
    let verdict = server.verify(second, at: .server, now: now) { name in
      asked.append(name)
      return password
    }
    // The hash is made of the name as it stands between the quotes, escapes and all.
    #expect(second.fields.contains(.authorization))
    #expect(asked.first == user)
    #expect(verdict == .accepted(username: user))
  }
}
