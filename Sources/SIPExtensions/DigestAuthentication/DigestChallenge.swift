public import SIPMessages

/// What a server wants to have hashed (RFC 7616 section 3.3). The texts are as they stand between the quotes: the RFC's `unq` takes
/// away the quotes and nothing else, so a backslash is hashed and sent back as it came.
public struct DigestChallenge: Hashable, Sendable {
  public enum Quality: String, Hashable, Sendable {
    case auth = "auth"
    case authInt = "auth-int"
  }

  public var realm: String
  public var nonce: String
  public var opaque: String?
  public var algorithm: DigestAlgorithm
  /// The challenge named its algorithm, so that the answer must too.
  public var namesAlgorithm: Bool
  /// What the server offers, in its order; empty for a server of RFC 2069.
  public var qualities: [Quality]
  /// The nonce was too old, and the password was right.
  public var isStale: Bool

  /// nil for another scheme than Digest (Basic would give the password away), an unknown algorithm, unknown qualities only, and for
  /// a challenge without realm or nonce.
  public init?(_ header: some ChallengeHeader) {
    let parameters = header.parameters
    guard header.scheme.lowercased() == "digest", let realm = parameters.betweenQuotes("realm"),
      let nonce = parameters.betweenQuotes("nonce"), let algorithm = DigestAlgorithm(token: parameters["algorithm"])
    else { return nil }
    self.realm = realm
    self.nonce = nonce
    self.algorithm = algorithm
    opaque = parameters.betweenQuotes("opaque")
    namesAlgorithm = parameters.has("algorithm")
    isStale = parameters["stale"]?.lowercased() == "true"
    let offered = parameters["qop"].map { $0.split { $0 == "," || $0 == " " || $0 == "\t" }.map { $0.lowercased() } } ?? []
    qualities = offered.compactMap { Quality(rawValue: $0) }
    if !offered.isEmpty, qualities.isEmpty { return nil }
    // The session form hashes the client nonce, which must not be sent without a qop (RFC 3261 section 22.4): such a challenge has
    // no right answer.
    if algorithm.isSession, qualities.isEmpty { return nil }
  }

  /// `auth` where it is offered: some devices on the way change bodies. nil without any quality.
  public var chosenQuality: Quality? {
    qualities.contains(.auth) ? .auth : qualities.first
  }
}

extension Parameters {
  /// The value as it stands between its quotes, escapes untouched; the whole value when it has no quotes.
  func betweenQuotes(_ name: String) -> String? {
    guard let raw = rawValue(name) else { return nil }
    let bytes = Array(raw.utf8)
    guard bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 else { return raw }
    return String(decoding: bytes[1..<(bytes.count - 1)], as: UTF8.self)
  }

  /// Sets a value that already is what stands between quotes.
  mutating func setBetweenQuotes(_ name: String, _ text: String) {
    setRaw(name, "\"" + text + "\"")
  }
}
