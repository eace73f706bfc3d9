import Cryptography

/// The hash by which a certificate is pinned.
enum Fingerprint {
  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    OpenSSLDigests().sha256(bytes)
  }
}
