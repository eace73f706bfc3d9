/// A hash function of digest authentication and whether it is used in its session form (RFC 8760 section 2.1, RFC 7616 section
/// 3.3).
public struct DigestAlgorithm: Hashable, Sendable {
  public enum Function: Hashable, Sendable { case md5, sha256, sha512_256 }

  public let function: Function
  /// The form with the suffix `-sess`, whose secret includes the first nonce and client nonce.
  public let isSession: Bool

  public init(_ function: Function, isSession: Bool = false) {
    self.function = function
    self.isSession = isSession
  }

  /// Reads the `algorithm` parameter in any case; a missing one means MD5, an unknown one gives nil.
  public init?(token: String?) {
    guard let token else {
      self.init(.md5)
      return
    }
    switch token.uppercased() {
    case "MD5": self.init(.md5)
    case "MD5-SESS": self.init(.md5, isSession: true)
    case "SHA-256": self.init(.sha256)
    case "SHA-256-SESS": self.init(.sha256, isSession: true)
    case "SHA-512-256": self.init(.sha512_256)
    case "SHA-512-256-SESS": self.init(.sha512_256, isSession: true)
    default: return nil
    }
  }

  /// The registered name.
  public var token: String {
    let base =
      switch function {
      case .md5: "MD5"
      case .sha256: "SHA-256"
      case .sha512_256: "SHA-512-256"
      }
    return isSession ? base + "-sess" : base
  }

  /// The hash in lower-case hexadecimal digits; nil when the library does not offer the function.
  func hexadecimalHash(of text: [UInt8], by digests: any Digests) -> String? {
    let hash =
      switch function {
      case .md5: digests.md5(text)
      case .sha256: digests.sha256(text)
      case .sha512_256: digests.sha512_256(text)
      }
    guard !hash.isEmpty else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
