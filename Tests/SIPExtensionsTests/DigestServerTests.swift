import Cryptography
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 22, the server's side: a challenge and its answer")
struct DigestServerTests {
  private func moment(_ seconds: Int64) -> Moment {
    Moment(instant: Instant(nanoseconds: seconds * 1_000_000_000), wallTime: WallTime(secondsSince1970: 1_700_000_000 + seconds))
  }

  private func server(_ algorithms: [DigestAlgorithm] = [DigestAlgorithm(.sha256), DigestAlgorithm(.md5)]) -> DigestServer {
    DigestServer(realm: "example.com", digests: OpenSSLDigests(), random: RandomSource(seed: 9), algorithms: algorithms)
  }

  /// Our own client answers the server's challenge; returns what it sends then.
  private func answered(_ server: inout DigestServer, password: String = "secret", isStale: Bool = false) throws -> Request {
    var store = CredentialStore()
    store.set(DigestCredentials(username: "alice", password: password), account: nil, realm: nil)
    var world = World(agents: 1, extensions: [DigestAuthentication(digests: OpenSSLDigests(), credentials: store)])
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let first = try #require(world.request(.invite))
    world.send(bytes: server.challenge(first, at: .server, isStale: isStale, toTag: "t", now: moment(100)).serialized())
    world.settle()
    return try #require(world.request(.invite))
  }

  private let passwords: (String) -> String? = { $0 == "alice" ? "secret" : nil }

  // Proves: rfc3261-22.2-02 rfc3261-22.4-06
  @Test(
    "What our client answers, our server accepts, with every algorithm",
    arguments: [
      DigestAlgorithm(.md5), DigestAlgorithm(.sha256), DigestAlgorithm(.sha512_256), DigestAlgorithm(.md5, isSession: true),
      DigestAlgorithm(.sha256, isSession: true),
    ])
  func accepted(_ algorithm: DigestAlgorithm) throws {
    var server = server([algorithm])
    let request = try answered(&server)
    #expect(server.verify(request, at: .server, now: moment(101), password: passwords) == .accepted(username: "alice"))
  }

  @Test("A wrong password, an unknown user and no credentials at all get a challenge that is not stale")
  func refused() throws {
    var server = server()
    let wrong = try answered(&server, password: "guess")
    #expect(server.verify(wrong, at: .server, now: moment(101), password: passwords) == .challenge(isStale: false))
    let right = try answered(&server)
    #expect(server.verify(right, at: .server, now: moment(101), password: { _ in nil }) == .challenge(isStale: false))
    #expect(server.verify(right, at: .proxy, now: moment(101), password: passwords) == .challenge(isStale: false))
  }

  @Test("There is one challenge for each algorithm, in the order in which the server prefers them (RFC 8760 section 2.3)")
  func preference() throws {
    let request = Request(method: .invite, uri: try URI(parsing: "sip:peer@192.0.2.101"))
    for algorithms in [[DigestAlgorithm(.sha256), DigestAlgorithm(.md5)], [DigestAlgorithm(.md5), DigestAlgorithm(.sha512_256)]] {
      var server = server(algorithms)
      let response = server.challenge(request, at: .server, isStale: false, toTag: "t", now: moment(100))
      #expect(response.values(WWWAuthenticate.self).map { $0.parameters["algorithm"] } == algorithms.map(\.token))
    }
  }

  // Proves: rfc3261-22-03 rfc3261-22.4-02
  @Test("Basic is neither asked for nor accepted, and every challenge offers qop")
  func basic() throws {
    var server = server()
    var request = Request(method: .invite, uri: try URI(parsing: "sip:peer@192.0.2.101"))
    // "alice:secret" in base64.
    request.fields.append(name: .authorization, value: "Basic YWxpY2U6c2VjcmV0")
    #expect(server.verify(request, at: .server, now: moment(101), password: passwords) == .challenge(isStale: false))
    for gate in [DigestServer.Gate.server, .proxy] {
      let response = server.challenge(request, at: gate, isStale: false, toTag: "t", now: moment(101))
      let challenges =
        response.values(WWWAuthenticate.self).map(\.parameters) + response.values(ProxyAuthenticate.self).map(\.parameters)
      #expect(challenges.count == 2 && challenges.allSatisfy { $0["qop"] == "auth,auth-int" })
      #expect(response.values(WWWAuthenticate.self).allSatisfy { $0.scheme == "Digest" })
      #expect(response.values(ProxyAuthenticate.self).allSatisfy { $0.scheme == "Digest" })
    }
  }

  @Test("The same count again is a replay: stale, not accepted")
  func replay() throws {
    var server = server()
    let request = try answered(&server)
    #expect(server.verify(request, at: .server, now: moment(101), password: passwords) == .accepted(username: "alice"))
    #expect(server.verify(request, at: .server, now: moment(102), password: passwords) == .challenge(isStale: true))
  }

  @Test("Two who are challenged at the same moment both get in: each has a nonce of its own")
  func together() throws {
    var server = server()
    let (one, other) = (try answered(&server), try answered(&server))
    #expect(server.verify(one, at: .server, now: moment(101), password: passwords) == .accepted(username: "alice"))
    #expect(server.verify(other, at: .server, now: moment(101), password: passwords) == .accepted(username: "alice"))
  }

  @Test("A nonce is too old after its lifetime, and one from another server was never ours")
  func age() throws {
    var server = server()
    let request = try answered(&server)
    #expect(server.verify(request, at: .server, now: moment(100 + 301), password: passwords) == .challenge(isStale: true))
    var other = DigestServer(realm: "example.com", digests: OpenSSLDigests(), random: RandomSource(seed: 10))
    #expect(other.verify(request, at: .server, now: moment(101), password: passwords) == .challenge(isStale: true))
  }

  @Test("A request whose method was changed on the way is refused")
  func tampered() throws {
    var server = server()
    var request = try answered(&server)
    request.method = .register
    #expect(server.verify(request, at: .server, now: moment(101), password: passwords) == .challenge(isStale: false))
  }
}
