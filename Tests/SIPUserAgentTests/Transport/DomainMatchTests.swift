import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 5922 section 7: SIP domain identities in certificates")
struct DomainMatchTests {
  static let remote = SocketAddress(.v4(0xC000_0201), port: 5061)

  struct Row: Sendable, CustomTestStringConvertible {
    var uris: [String] = []
    var names: [String] = []
    var commonName: String?
    var wanted: String?
    var matches: Bool
    var testDescription: String { "\(uris) \(names) CN=\(commonName ?? "-") for \(wanted ?? "address")" }
  }

  static let table: [Row] = [
    Row(names: ["example.com"], wanted: "example.com", matches: true),
    Row(names: ["EXAMPLE.com"], wanted: "example.COM", matches: true),
    Row(names: ["example.com."], wanted: "example.com", matches: true),
    Row(uris: ["sip:example.com"], wanted: "example.com", matches: true),
    Row(uris: ["SIP:Example.Com"], wanted: "example.com", matches: true),
    Row(uris: ["sip:example.com;transport=tcp"], wanted: "example.com", matches: true),
    // A value with a userpart identifies an individual user, not a domain.
    Row(uris: ["sip:alice@example.com"], wanted: "example.com", matches: false),
    // Only the scheme "sip" counts.
    Row(uris: ["sips:example.com"], wanted: "example.com", matches: false),
    Row(uris: ["https://example.com"], wanted: "example.com", matches: false),
    Row(uris: ["im:example.com"], names: ["example.com"], wanted: "example.com", matches: true),
    // A DNS identity is accepted if and only if no "sip" URI is found.
    Row(uris: ["sip:other.example"], names: ["example.com"], wanted: "example.com", matches: false),
    Row(uris: ["sip:a.example", "sip:b.example"], wanted: "b.example", matches: true),
    // No suffixes.
    Row(names: ["example.com"], wanted: "foo.example.com", matches: false),
    Row(names: ["foo.example.com"], wanted: "example.com", matches: false),
    Row(names: ["ple.com"], wanted: "example.com", matches: false),
    // No wildcards of any kind.
    Row(names: ["*.example.com"], wanted: "foo.example.com", matches: false),
    Row(names: [".example.com"], wanted: "foo.example.com", matches: false),
    Row(names: ["*.example.com"], wanted: "*.example.com", matches: true),
    Row(names: ["*"], wanted: "example.com", matches: false),
    // The common name only without a subjectAltName.
    Row(commonName: "example.com", wanted: "example.com", matches: true),
    Row(commonName: "Example Incorporated", wanted: "example.com", matches: false),
    Row(names: ["other.example"], commonName: "example.com", wanted: "example.com", matches: false),
    Row(uris: ["sips:example.com"], commonName: "example.com", wanted: "example.com", matches: false),
    Row(wanted: "example.com", matches: false),
    // A next hop given as an address.
    Row(uris: ["sip:192.0.2.1"], matches: true),
    Row(uris: ["sip:192.0.2.2"], matches: false),
    Row(names: ["example.com"], matches: false),
  ]

  // Proves: rfc3261-26.3.2.1-02
  @Test("The domain of the URI is compared with the certificate's identities in their entirety", arguments: table)
  func row(_ row: Row) {
    let peer = TLSPeerIdentity(
      uris: row.uris, dnsNames: row.names, commonName: row.commonName, fingerprint: Array(repeating: 7, count: 32), isPinned: false)
    let match = DomainMatch(peer: peer, domain: row.wanted, remote: Self.remote, pin: nil)
    #expect((match == .matches) == row.matches)
  }

  @Test("The refusal says what the certificate names and what was wanted")
  func sentence() {
    let peer = TLSPeerIdentity(
      uris: [], dnsNames: ["a.example", "b.example"], commonName: nil, fingerprint: [], isPinned: false)
    let match = DomainMatch(peer: peer, domain: "example.com", remote: Self.remote, pin: nil)
    #expect(match == .differs("The certificate of 192.0.2.1:5061 is for “a.example”, “b.example”, not for “example.com”."))
  }

  @Test("A pin accepts exactly one certificate, whatever it names")
  func pins() {
    let pin = [UInt8](repeating: 7, count: 32)
    var peer = TLSPeerIdentity(uris: [], dnsNames: ["private"], commonName: nil, fingerprint: pin, isPinned: true)
    #expect(DomainMatch(peer: peer, domain: "example.com", remote: Self.remote, pin: pin) == .matches)
    peer.fingerprint[0] = 8
    peer.dnsNames = ["example.com"]
    #expect(DomainMatch(peer: peer, domain: "example.com", remote: Self.remote, pin: pin) != .matches)
  }

  @Test("A server without a certificate is not authenticated")
  func noCertificate() {
    #expect(DomainMatch(peer: nil, domain: "example.com", remote: Self.remote, pin: nil) != .matches)
  }
}
