import NIOSSL
import SIPUserAgent

/// What Offhook reads in a certificate.
struct PeerCertificate {
  /// SHA-256 over the DER form.
  let fingerprint: [UInt8]
  /// Seconds since 1970.
  let notBefore: Int64
  let notAfter: Int64
  let isSelfIssued: Bool
  private let commonName: String?
  private let issuerName: String?
  private let uris: [String]
  private let dnsNames: [String]

  init(_ certificate: NIOSSLCertificate) throws {
    let bytes = try certificate.toDERBytes()
    fingerprint = Fingerprint.sha256(bytes)
    notBefore = Int64(certificate.notValidBefore)
    notAfter = Int64(certificate.notValidAfter)
    let names = CertificateNames(der: bytes)
    commonName = names?.subject
    issuerName = names?.issuer
    isSelfIssued = names?.isSelfIssued ?? false
    var uris: [String] = []
    var dnsNames: [String] = []
    for name in certificate._subjectAlternativeNames() {
      let text = String(decoding: name.contents, as: UTF8.self)
      if name.nameType == .uri { uris.append(text) }
      if name.nameType == .dnsName { dnsNames.append(text) }
    }
    self.uris = uris
    self.dnsNames = dnsNames
  }

  /// The best name for a person.
  var subject: String {
    commonName ?? dnsNames.first ?? uris.first ?? "the server"
  }

  var issuer: String {
    issuerName ?? "unnamed"
  }

  func identity(isPinned: Bool) -> TLSPeerIdentity {
    TLSPeerIdentity(uris: uris, dnsNames: dnsNames, commonName: commonName, fingerprint: fingerprint, isPinned: isPinned)
  }
}
