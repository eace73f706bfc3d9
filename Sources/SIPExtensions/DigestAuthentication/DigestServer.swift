public import SIPMessages
public import SansIO

/// The server's side of digest authentication (RFC 3261 sections 22.2 and 22.3, RFC 7616, RFC 8760): for a registrar or a proxy.
///
/// A nonce is the time of its making, a number of its own and a keyed hash of both, so that nothing is stored for a challenge that
/// nobody answers. What is stored is the highest count of each nonce that was used, because a lower one is somebody repeating what
/// was overheard; two who were challenged at the same moment must not count together.
public struct DigestServer: Sendable {
  /// Who asks.
  public enum Gate: Hashable, Sendable {
    /// 401 and WWW-Authenticate.
    case server
    /// 407 and Proxy-Authenticate.
    case proxy
  }

  public enum Verdict: Hashable, Sendable {
    /// The request shows that its sender knows this user's password.
    case accepted(username: String)
    /// Send `challenge`. `isStale`: the password was right and the nonce was too old or used before.
    case challenge(isStale: Bool)
  }

  public let realm: String
  /// What is offered, the most wanted first; a challenge for each (RFC 8760 section 2.4).
  public let algorithms: [DigestAlgorithm]
  /// How long a nonce may be used.
  public let lifetime: Duration
  private let digests: any Digests
  private let secret: String
  /// How many nonces were made.
  private var serial: UInt64 = 0
  private var counts: [String: UInt32] = [:]
  private var countedNonces: [String] = []

  /// Nonces in use at once; the oldest is forgotten, and its user is asked again.
  static let maximumCounts = 10_000

  public init(
    realm: String, digests: any Digests, random: RandomSource,
    algorithms: [DigestAlgorithm] = [DigestAlgorithm(.sha256), DigestAlgorithm(.md5)], lifetime: Duration = .seconds(300)
  ) {
    var random = random
    self.realm = realm
    self.digests = digests
    self.algorithms = algorithms.filter { $0.hexadecimalHash(of: [], by: digests) != nil }
    self.lifetime = lifetime
    secret = random.token(bits: 256)
  }

  /// Whether one of the request's credentials for our realm is right.
  ///
  /// - Parameter password: the password of a user; nil when there is no such user.
  public mutating func verify(_ request: Request, at gate: Gate, now: Moment, password: (String) -> String?) -> Verdict {
    var isStale = false
    for given in credentials(of: request, at: gate) {
      guard given.betweenQuotes("realm") == realm, let algorithm = DigestAlgorithm(token: given["algorithm"]),
        algorithms.contains(algorithm), let username = given["username"], let secret = password(username),
        isProven(given, algorithm, secret, request)
      else { continue }
      guard isFresh(given, now: now.instant) else {
        isStale = true
        continue
      }
      return .accepted(username: username)
    }
    return .challenge(isStale: isStale)
  }

  /// The response that asks for credentials.
  public mutating func challenge(_ request: Request, at gate: Gate, isStale: Bool, toTag: String?, now: Moment) -> Response {
    var response = Response(to: request, status: gate == .server ? .unauthorized : .proxyAuthenticationRequired, toTag: toTag)
    serial &+= 1
    let nonce = nonce(time: String(now.instant.nanoseconds, radix: 16), serial: String(serial, radix: 16))
    for algorithm in algorithms {
      var parameters = Parameters.list
      parameters.setQuoted("realm", realm)
      parameters.setQuoted("nonce", nonce)
      parameters.setRaw("algorithm", algorithm.token)
      parameters.setQuoted("qop", "auth,auth-int")
      if isStale { parameters.setRaw("stale", "true") }
      switch gate {
      case .server: response.fields.append(WWWAuthenticate(scheme: "Digest", parameters: parameters))
      case .proxy: response.fields.append(ProxyAuthenticate(scheme: "Digest", parameters: parameters))
      }
    }
    return response
  }

  private func credentials(of request: Request, at gate: Gate) -> [Parameters] {
    switch gate {
    case .server: request.values(Authorization.self).filter { $0.scheme.lowercased() == "digest" }.map(\.parameters)
    case .proxy: request.values(ProxyAuthorization.self).filter { $0.scheme.lowercased() == "digest" }.map(\.parameters)
    }
  }

  private func isProven(_ given: Parameters, _ algorithm: DigestAlgorithm, _ password: String, _ request: Request) -> Bool {
    guard let username = given.betweenQuotes("username"), let nonce = given.betweenQuotes("nonce"),
      let uri = given.betweenQuotes("uri"), let response = given["response"]
    else { return false }
    var quality: DigestChallenge.Quality?
    if let text = given["qop"] {
      guard let known = DigestChallenge.Quality(rawValue: text.lowercased()), given.has("nc"), given.has("cnonce") else {
        return false
      }
      quality = known
    }
    let calculation = DigestCalculation(
      algorithm: algorithm, username: username, realm: realm, password: password, nonce: nonce, quality: quality,
      clientNonce: given.betweenQuotes("cnonce") ?? "", nonceCount: given["nc"] ?? "", method: request.method, uri: uri,
      body: request.body)
    guard let expected = calculation.response(by: digests) else { return false }
    return Self.isEqual(expected, response.lowercased())
  }

  /// In a time that does not tell where they differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    let (one, other) = (Array(left.utf8), Array(right.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// The nonce is ours and young, and its count is higher than any before.
  private mutating func isFresh(_ given: Parameters, now: Instant) -> Bool {
    guard let nonce = given.betweenQuotes("nonce") else { return false }
    let parts = nonce.split(separator: "-")
    guard parts.count == 3, let made = Int64(parts[0], radix: 16), made >= 0, made <= now.nanoseconds,
      Self.isEqual(nonce, self.nonce(time: String(parts[0]), serial: String(parts[1]))), now - Instant(nanoseconds: made) < lifetime
    else { return false }
    // A client without qop sends no count; its nonce is good for its whole life.
    guard given.has("qop") else { return true }
    guard let count = given["nc"].flatMap({ UInt32($0, radix: 16) }), count > counts[nonce, default: 0] else { return false }
    if counts.updateValue(count, forKey: nonce) == nil {
      countedNonces.append(nonce)
      if countedNonces.count > Self.maximumCounts { counts[countedNonces.removeFirst()] = nil }
    }
    return true
  }

  private func nonce(time: String, serial: String) -> String {
    let function = algorithms.first ?? DigestAlgorithm(.sha256)
    let hash = function.hexadecimalHash(of: Array("\(secret):\(time):\(serial):\(secret)".utf8), by: digests)
    return "\(time)-\(serial)-\(hash ?? "")"
  }
}
