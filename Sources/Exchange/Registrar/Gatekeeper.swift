internal import SIPExtensions
internal import SIPMessages
internal import SansIO

/// Asks for credentials and checks them: the server's side of digest authentication (RFC 3261 section 22, RFC 7616, RFC 8760) with
/// SHA-256 and MD5, qop `auth`.
///
/// A nonce is the time of its making and a keyed hash of that, so that nothing is stored for a challenge that nobody answers.
struct Gatekeeper: Sendable {
  /// Who asks, and with which status and fields.
  enum Gate: Sendable {
    /// 401, WWW-Authenticate.
    case registrar
    /// 407, Proxy-Authenticate.
    case proxy
  }

  enum Verdict: Sendable {
    /// The name of the user whose password was shown to be known.
    case user(String)
    case refused(Response)
  }

  private struct Claim {
    var parameters: Parameters
    var algorithm: DigestAlgorithm
  }

  private let configuration: ExchangeConfiguration
  private let digests: any Digests
  private let secret: String
  /// The highest nonce count seen with each nonce: a lower one is somebody repeating what was overheard.
  private var counts: [String: UInt32] = [:]
  private var countedNonces: [String] = []

  private static let lifetime = Duration.seconds(300)
  private static let greatestNumberOfCounts = 10_000

  init(configuration: ExchangeConfiguration, digests: any Digests, random: RandomSource) {
    var random = random
    self.configuration = configuration
    self.digests = digests
    secret = random.token(bits: 256)
  }

  mutating func admit(_ request: Request, as gate: Gate, now: Moment) -> Verdict {
    var isStale = false
    for claim in claims(of: request, at: gate) {
      guard let user = configuration.users.first(where: { $0.name == claim.parameters["username"] }), isProven(claim, user, request)
      else {
        continue
      }
      guard isFresh(claim, now: now.instant) else {
        isStale = true
        continue
      }
      return .user(user.name)
    }
    return .refused(challenge(request, at: gate, isStale: isStale, now: now.instant))
  }

  private func claims(of request: Request, at gate: Gate) -> [Claim] {
    let all: [(scheme: String, parameters: Parameters)] =
      switch gate {
      case .registrar: request.values(Authorization.self).map { ($0.scheme, $0.parameters) }
      case .proxy: request.values(ProxyAuthorization.self).map { ($0.scheme, $0.parameters) }
      }
    return all.compactMap { scheme, parameters in
      guard scheme.lowercased() == "digest", parameters["realm"] == configuration.domain,
        let algorithm = DigestAlgorithm(token: parameters["algorithm"]), !algorithm.isSession
      else { return nil }
      return Claim(parameters: parameters, algorithm: algorithm)
    }
  }

  /// RFC 7616 section 3.4.1, with `qop=auth` or, from an old client, without any.
  private func isProven(_ claim: Claim, _ user: ExchangeUser, _ request: Request) -> Bool {
    let given = claim.parameters
    guard let nonce = given["nonce"], let uri = given["uri"], let response = given["response"],
      let first = hash("\(user.name):\(configuration.domain):\(user.password)", claim.algorithm),
      let second = hash("\(request.method.token):\(uri)", claim.algorithm)
    else { return false }
    if let quality = given["qop"] {
      guard quality.lowercased() == "auth", let count = given["nc"], let clientNonce = given["cnonce"] else { return false }
      return hash("\(first):\(nonce):\(count):\(clientNonce):auth:\(second)", claim.algorithm) == response.lowercased()
    }
    return hash("\(first):\(nonce):\(second)", claim.algorithm) == response.lowercased()
  }

  /// The nonce is ours, is not too old, and its count rises.
  private mutating func isFresh(_ claim: Claim, now: Instant) -> Bool {
    guard let nonce = claim.parameters["nonce"] else { return false }
    let halves = nonce.split(separator: "-")
    guard halves.count == 2, let made = Int64(halves[0], radix: 16), nonce == self.nonce(madeAt: made) else { return false }
    let age = now - Instant(nanoseconds: made)
    guard age >= .zero, age < Self.lifetime else { return false }
    guard let count = claim.parameters["nc"].flatMap({ UInt32($0, radix: 16) }) else { return true }
    guard count > counts[nonce, default: 0] else { return false }
    if counts.updateValue(count, forKey: nonce) == nil {
      countedNonces.append(nonce)
      if countedNonces.count > Self.greatestNumberOfCounts { counts[countedNonces.removeFirst()] = nil }
    }
    return true
  }

  private func nonce(madeAt nanoseconds: Int64) -> String {
    let time = String(nanoseconds, radix: 16)
    return time + "-" + (hash("\(secret):\(time):\(secret)", DigestAlgorithm(.sha256)) ?? "")
  }

  /// RFC 8760 section 2.4: one challenge for each algorithm, the one we like best on top.
  private func challenge(_ request: Request, at gate: Gate, isStale: Bool, now: Instant) -> Response {
    var response = Response(
      to: request, status: gate == .registrar ? .unauthorized : .proxyAuthenticationRequired,
      // One tag for one request, so that a resent challenge is the same message.
      toTag: String(
        (hash("\(secret)\(request.callID ?? "")\(request.cseq?.number ?? 0)", DigestAlgorithm(.sha256)) ?? "0").prefix(16)))
    for algorithm in [DigestAlgorithm(.sha256), DigestAlgorithm(.md5)] where hash("", algorithm) != nil {
      var value = "Digest realm=\"\(configuration.domain)\", nonce=\"\(nonce(madeAt: now.nanoseconds))\", "
      value += "algorithm=\(algorithm.token), qop=\"auth\""
      if isStale { value += ", stale=true" }
      response.fields.append(name: gate == .registrar ? .wwwAuthenticate : .proxyAuthenticate, value: value)
    }
    return response
  }

  private func hash(_ text: String, _ algorithm: DigestAlgorithm) -> String? {
    let bytes =
      switch algorithm.function {
      case .md5: digests.md5(Array(text.utf8))
      case .sha256: digests.sha256(Array(text.utf8))
      case .sha512_256: digests.sha512_256(Array(text.utf8))
      }
    guard !bytes.isEmpty else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
