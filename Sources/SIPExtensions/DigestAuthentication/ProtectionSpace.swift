import SIPMessages

/// A challenge that we know how to answer, kept so that later requests carry credentials without being asked (RFC 3261 section 22.1
/// and 22.3; RFC 7616 section 3.6).
struct ProtectionSpace: Sendable {
  /// The account that was challenged, as `CredentialStore` names it.
  let account: String
  let isProxy: Bool
  /// For a user agent server's challenge: the host of the Request-URI that it stood for. Proxies are on the account's every path.
  let host: String?
  /// The Call-IDs in which it was asked, the newest few: what a proxy's credentials are used for (see `covers`).
  private(set) var callIDs: [String]
  var challenge: DigestChallenge
  let clientNonce: String
  /// How often the nonce has been used.
  private(set) var count: UInt32 = 0

  /// More calls at once than this through proxies of strangers are asked again.
  private static let maximumCallIDs = 32

  init(
    account: String, isProxy: Bool, host: String?, callIDs: [String], challenge: DigestChallenge, clientNonce: String
  ) {
    self.account = account
    self.isProxy = isProxy
    self.host = host
    self.callIDs = callIDs.suffix(Self.maximumCallIDs)
    self.challenge = challenge
    self.clientNonce = clientNonce
  }

  func isSame(as other: ProtectionSpace) -> Bool {
    account == other.account && isProxy == other.isProxy && challenge.realm == other.challenge.realm
      && (isProxy || host == other.host)
  }

  /// Whether a request gets these credentials without being asked. Those of a proxy "MUST NOT be cached across dialogs; however, if
  /// a UA is configured with the realm of its local outbound proxy, when one exists, then the UA MAY cache credentials for that
  /// realm across dialogs" (RFC 3261 section 22.3). The account's own domain and its outbound proxies are such realms.
  func covers(_ request: Request, host: String?, homes: [String]) -> Bool {
    guard isProxy else { return self.host == host }
    if homes.contains(challenge.realm.lowercased()) { return true }
    return request.callID.map { callIDs.contains($0) } ?? false
  }

  /// RFC 7616 section 3.5: the server wants this nonce next.
  mutating func replaceNonce(_ nonce: String) {
    challenge.nonce = nonce
    count = 0
  }

  /// The parameters of Authorization or Proxy-Authorization for a request; nil when the hash function is missing.
  mutating func answer(_ request: Request, as credentials: DigestCredentials, by digests: any Digests) -> Parameters? {
    count &+= 1
    let quality = challenge.chosenQuality
    // Our own quotes and backslashes need escapes, and what stands between the quotes is what both ends hash.
    let username = Self.escaped(credentials.username)
    let calculation = DigestCalculation(
      algorithm: challenge.algorithm, username: username, realm: challenge.realm, password: credentials.password,
      nonce: challenge.nonce, quality: quality, clientNonce: clientNonce, nonceCount: DigestCalculation.text(ofCount: count),
      method: request.method, uri: request.uri.description, body: request.body)
    guard let response = calculation.response(by: digests) else { return nil }
    var parameters = Parameters.list
    parameters.setBetweenQuotes("username", username)
    parameters.setBetweenQuotes("realm", challenge.realm)
    parameters.setBetweenQuotes("nonce", challenge.nonce)
    parameters.setBetweenQuotes("uri", calculation.uri)
    parameters.setBetweenQuotes("response", response)
    if challenge.namesAlgorithm { parameters.setRaw("algorithm", challenge.algorithm.token) }
    if let quality {
      parameters.setBetweenQuotes("cnonce", clientNonce)
      parameters.setRaw("qop", quality.rawValue)
      parameters.setRaw("nc", calculation.nonceCount)
    }
    if let opaque = challenge.opaque { parameters.setBetweenQuotes("opaque", opaque) }
    return parameters
  }

  static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == 0x22 || byte == 0x5C { bytes.append(0x5C) }
      // A line end would end the header field.
      bytes.append(byte == 0x0D || byte == 0x0A ? 0x20 : byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
