public import SIPMessages

/// A personal assertion token (RFC 8225): who calls whom, when, and a signature over that.
public struct PASSporT: Sendable {
  /// Why a token is none.
  public enum Fault: Error, Hashable, Sendable {
    case malformed(String)
    /// Another algorithm than ES256, `none` among them.
    case algorithm(String)
  }

  public var algorithm: String
  public var x5u: String
  public var ppt: String?
  public var orig: PartyIdentity
  public var dest: [PartyIdentity]
  /// Seconds since 1970.
  public var issuedAt: Int64
  /// All claims, those that have no place of their own here too.
  public var claims: JSONValue
  /// What was signed: the two encoded parts and the dot between them.
  public var signedText: [UInt8]
  public var signature: [UInt8]

  static let limits = JSONLimits(bytes: Identity.longestDigest, values: 512)

  /// Reads the full form.
  public init(_ text: String) throws(Fault) {
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { throw .malformed("it is no token of three parts") }
    guard let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2])
    else { throw .malformed("it is no base64url") }
    guard signature.count == 64 else { throw .malformed("its signature is not 64 bytes long") }
    let head: JSONValue
    do {
      head = try JSONValue(parsing: header, limits: Self.limits)
      claims = try JSONValue(parsing: payload, limits: Self.limits)
    } catch {
      throw .malformed(error.code == .duplicateName ? "a claim stands twice in it" : "its parts are no JSON")
    }
    guard let algorithm = head["alg"]?.string else { throw .malformed("it names no algorithm") }
    guard algorithm == "ES256" else { throw .algorithm(algorithm) }
    guard head["typ"]?.string?.lowercased() == "passport" else { throw .malformed("it is no PASSporT") }
    guard let x5u = head["x5u"]?.string, !x5u.isEmpty else { throw .malformed("it does not say where its certificate is") }
    // What must be understood and is not (RFC 7515 section 4.1.11).
    guard head["crit"] == nil else { throw .malformed("it wants something understood that this phone does not know") }
    self.algorithm = algorithm
    self.x5u = x5u
    ppt = head["ppt"]?.string?.lowercased()
    // Section 5: "Any claim names MUST use the ASCII character set."
    guard (claims.members ?? []).allSatisfy({ $0.name.utf8.allSatisfy { $0 < 0x80 } }) else {
      throw .malformed("a claim's name in it is not ASCII")
    }
    // Section 5.2.1: exactly one originator.
    guard let orig = PartyIdentity.list(claims["orig"]), orig.count == 1 else { throw .malformed("it does not say who calls") }
    guard let dest = PartyIdentity.list(claims["dest"]) else { throw .malformed("it does not say who is called") }
    // Section 5.1.1 wants a number; the example of RFC 8224 has it in quotes.
    guard let issuedAt = claims["iat"]?.integer ?? claims["iat"]?.string.flatMap({ Int64($0) }) else {
      throw .malformed("it does not say when it was signed")
    }
    self.orig = orig[0]
    self.dest = dest
    self.issuedAt = issuedAt
    signedText = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    self.signature = signature
  }

  /// What is signed, in the form of section 9: names in order, no blanks.
  public static func signingText(
    x5u: String, ppt: String? = nil, orig: PartyIdentity, dest: PartyIdentity, issuedAt: Int64, more: [JSONValue.Member] = []
  ) -> [UInt8] {
    var header: [JSONValue.Member] = [
      .init(name: "alg", value: .string("ES256")), .init(name: "typ", value: .string("passport")),
      .init(name: "x5u", value: .string(x5u)),
    ]
    if let ppt { header.append(.init(name: "ppt", value: .string(ppt))) }
    let payload: [JSONValue.Member] =
      [
        .init(name: "dest", value: dest.jsonList), .init(name: "iat", value: .integer(issuedAt)),
        .init(name: "orig", value: orig.json),
      ] + more
    let parts = [header, payload].map { Base64URL.encode(Array(JSONValue.object($0).canonical.text.utf8)) }
    return Array(parts.joined(separator: ".").utf8)
  }

  /// The `mky` claim of a session description (RFC 8225 section 5.2.2); nil when it has no fingerprints.
  static func mediaKeys(_ description: [UInt8]) -> JSONValue? {
    var keys: [(algorithm: String, digest: String)] = []
    for line in description.split(whereSeparator: { $0 == 10 || $0 == 13 }).prefix(1024) {
      let text = String(decoding: line, as: UTF8.self)
      guard text.lowercased().hasPrefix("a=fingerprint:"), keys.count < 32 else { continue }
      let parts = text.dropFirst(14).split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = (String(parts[0]).lowercased(), parts[1].filter { $0 != ":" && $0 != " " }.uppercased())
      if !keys.contains(where: { $0 == key }) { keys.append(key) }
    }
    guard !keys.isEmpty else { return nil }
    // Section 5.2.2: by algorithm, then by digest.
    let sorted = keys.sorted { ($0.algorithm, $0.digest) < ($1.algorithm, $1.digest) }
    return .array(
      sorted.map {
        .object([.init(name: "alg", value: .string($0.algorithm)), .init(name: "dig", value: .string($0.digest))])
      })
  }
}
