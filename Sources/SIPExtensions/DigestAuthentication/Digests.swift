/// The hash functions that digest authentication needs (RFC 8760), computed by whatever library the program is built with.
public protocol Digests: Sendable {
  /// The 16 bytes of MD5; empty when the library does not offer it.
  func md5(_ bytes: [UInt8]) -> [UInt8]
  /// The 32 bytes of SHA-256; empty when the library does not offer it.
  func sha256(_ bytes: [UInt8]) -> [UInt8]
  /// The 32 bytes of SHA-512/256; empty when the library does not offer it.
  func sha512_256(_ bytes: [UInt8]) -> [UInt8]
}
