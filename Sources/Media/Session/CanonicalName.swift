public import SansIO

/// The name that tells receivers which sources belong together (RFC 3550 section 6.5.1).
public enum CanonicalName {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// A short-term name after RFC 7022 section 4.2: 96 random bits in base64, which tell nothing about person or machine. One per
  /// call.
  public static func make(random: inout RandomSource) -> String {
    let characters = (0..<16).map { _ in alphabet[Int(random.next(below: 64))] }
    return String(decoding: characters, as: UTF8.self)
  }
}
