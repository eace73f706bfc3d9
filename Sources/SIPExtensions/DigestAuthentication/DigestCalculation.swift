import SIPMessages

/// The hash of RFC 7616 section 3.4.
struct DigestCalculation {
  var algorithm: DigestAlgorithm
  var username: String
  var realm: String
  var password: String
  var nonce: String
  /// nil with servers of RFC 2069.
  var quality: DigestChallenge.Quality?
  var clientNonce: String
  /// Eight hexadecimal digits.
  var nonceCount: String
  var method: Method
  var uri: String
  var body: [UInt8]

  /// The `response` parameter; nil when the library does not offer the hash function.
  func response(by digests: any Digests) -> String? {
    response(firstOfA2: method.token, by: digests)
  }

  /// The `rspauth` parameter that the server proves itself with (section 3.5): the same without the method.
  func serverResponse(by digests: any Digests) -> String? {
    response(firstOfA2: "", by: digests)
  }

  private func response(firstOfA2: String, by digests: any Digests) -> String? {
    let hash = { (text: String) in algorithm.hexadecimalHash(of: Array(text.utf8), by: digests) }
    guard var secret = hash("\(username):\(realm):\(password)") else { return nil }
    if algorithm.isSession {
      guard let session = hash("\(secret):\(nonce):\(clientNonce)") else { return nil }
      secret = session
    }
    var a2 = "\(firstOfA2):\(uri)"
    if quality == .authInt {
      guard let bodyHash = algorithm.hexadecimalHash(of: body, by: digests) else { return nil }
      a2 += ":\(bodyHash)"
    }
    guard let request = hash(a2) else { return nil }
    guard let quality else { return hash("\(secret):\(nonce):\(request)") }
    return hash("\(secret):\(nonce):\(nonceCount):\(clientNonce):\(quality.rawValue):\(request)")
  }

  /// `00000001` and on.
  static func text(ofCount count: UInt32) -> String {
    let digits = String(count, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
  }
}
