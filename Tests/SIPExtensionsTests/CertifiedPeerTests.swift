import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@testable import SIPExtensions

@Suite("Whom the certificate of a direct TLS connection names (RFC 5922)")
struct CertifiedPeerTests {
  private func peer(_ uris: [String] = [], _ dns: [String] = [], _ commonName: String? = nil) -> TLSPeerIdentity {
    TLSPeerIdentity(
      uris: uris, dnsNames: dns, commonName: commonName, fingerprint: [UInt8](repeating: 1, count: 32), isPinned: false)
  }

  @Test(
    "The address itself, its domain, or nothing",
    arguments: [
      (["sip:alice@example.com"], [], "sip:alice@example.com", CertifiedPeer.Proof.address),
      (["sip:alice@Example.COM"], [], "sip:alice@example.com:5071;transport=tls", .address),
      (["sip:example.com"], [], "sip:alice@example.com", .domain), ([], ["example.com"], "sips:alice@example.com", .domain),
      (["sip:alice@example.com"], ["example.com"], "sip:bob@example.com", .domain),
      (["sip:alice@example.com"], [], "sip:bob@example.com", nil), (["sip:alice@example.com"], [], "sip:alice@example.net", nil),
      ([], ["*.example.com"], "sip:alice@a.example.com", nil), (["http://example.com"], [], "sip:alice@example.com", nil),
      (["sip:example.com"], ["example.net"], "sip:alice@example.net", nil), ([], [], "tel:+12155551212", nil),
    ] as [([String], [String], String, CertifiedPeer.Proof?)])
  func proofs(uris: [String], dns: [String], address: String, expected: CertifiedPeer.Proof?) throws {
    #expect(CertifiedPeer.proof(of: try URI(parsing: address), by: peer(uris, dns)) == expected)
  }
}
