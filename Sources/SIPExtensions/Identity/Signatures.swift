/// The cryptography of signed identity (RFC 8225, 8226), computed by whatever library the program is built with.
///
/// Nothing here reads a clock: the time at which a certificate must hold is given.
public protocol Signatures: Sendable {
  /// Reads a chain of certificates, PEM or DER, the signer's own first, and follows it to one of `anchors`.
  /// - Parameters:
  ///   - anchors: trusted certificates as PEM, one after the other.
  ///   - time: seconds since 1970.
  func examine(_ chain: [UInt8], anchors: [UInt8], at time: Int64) -> Result<SigningCertificate, CertificateFault>
  /// Whether `signature`, 64 bytes, is one of ES256 (RFC 7518 section 3.4) over `message` by the key at this point of P-256.
  func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool
  /// The number that a private key of P-256 is, 32 bytes; nil when the PEM text holds none. Reading costs several times what
  /// signing does.
  func readPrivateKey(_ text: [UInt8]) -> [UInt8]?
  /// The 64 bytes of ES256 with the deterministic nonce of RFC 6979: the same message and key give the same signature. nil when the
  /// key, PEM or what `readPrivateKey` made of it, is no private key of P-256.
  func sign(_ message: [UInt8], privateKey: [UInt8]) -> [UInt8]?
}

public enum CertificateFault: Error, Hashable, Sendable {
  /// It is no certificate.
  case unreadable
  /// Its key is none of P-256.
  case wrongKey
  /// No chain leads to a trusted certificate.
  case untrusted
  case expired
  case notYetValid

  var words: String {
    switch self {
    case .unreadable: "what is at its address is no certificate"
    case .wrongKey: "its certificate has a key that ES256 cannot use"
    case .untrusted: "its certificate comes from nobody that this phone trusts"
    case .expired: "its certificate has expired"
    case .notYetValid: "its certificate is not valid yet"
    }
  }
}

/// What a certificate says that was found good.
public struct SigningCertificate: Hashable, Sendable {
  /// 65 bytes: the uncompressed point.
  public var publicKey: [UInt8]
  /// For a person: the organization, else the common name.
  public var subject: String
  /// The domains of subjectAltName (RFC 5922 section 7.1), in lower case.
  public var domains: [String]
  public var notBefore: Int64
  public var notAfter: Int64
  /// DER of the extensions; nil when they are not there. See `TelephoneNumberAuthority` and `ClaimConstraints`.
  public var telephoneNumbers: [UInt8]?
  /// The same extension of those who certified it, each of which must have the number too (RFC 8226 section 9).
  public var issuerNumbers: [[UInt8]] = []
  public var constraints: [UInt8]?
  public var enhancedConstraints: [UInt8]?

  public init(
    publicKey: [UInt8], subject: String, domains: [String], notBefore: Int64, notAfter: Int64, telephoneNumbers: [UInt8]?,
    constraints: [UInt8]?, enhancedConstraints: [UInt8]?
  ) {
    self.publicKey = publicKey
    self.subject = subject
    self.domains = domains
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.telephoneNumbers = telephoneNumbers
    self.constraints = constraints
    self.enhancedConstraints = enhancedConstraints
  }
}
