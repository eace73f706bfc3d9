internal import SIPMessages
public import SansIO

/// Whether a TLS server is the one that was wanted (RFC 5922 section 7).
public enum DomainMatch: Hashable, Sendable {
  case matches
  /// The sentence says what was wanted and what the certificate names instead.
  case differs(String)

  /// Compares what the certificate names with the domain that the URI named before any look-up.
  ///
  /// `domain` is nil when the next hop was given as an address; then `remote`'s address must be named. `pin` is the SHA-256 of the
  /// only certificate to accept; it takes the place of the names, because its owner has chosen this very certificate.
  public init(peer: TLSPeerIdentity?, domain: String?, remote: SocketAddress, pin: [UInt8]?) {
    let wanted = domain ?? Host.address(remote.address).description
    guard let peer else {
      self = .differs("The server at \(remote) showed no certificate.")
      return
    }
    if let pin {
      self =
        peer.fingerprint == pin
        ? .matches
        : .differs(
          "The certificate of \(remote) has the fingerprint \(Self.hexadecimal(peer.fingerprint)); pinned is \(Self.hexadecimal(pin))."
        )
      return
    }
    let identities = Self.identities(in: peer)
    if identities.contains(where: { Self.canonical($0) == Self.canonical(wanted) }) {
      self = .matches
      return
    }
    let names = identities.isEmpty ? "no SIP domain at all" : identities.map { "“\($0)”" }.joined(separator: ", ")
    self = .differs("The certificate of \(remote) is for \(names), not for “\(wanted)”.")
  }

  /// The SIP domain identities of a certificate, in the order in which it names them (section 7.1).
  public static func identities(in peer: TLSPeerIdentity) -> [String] {
    let fromURIs = peer.uris.compactMap(domain(ofURI:))
    if !fromURIs.isEmpty { return fromURIs }
    // "An implementation MUST accept a domain name system identifier [...] if and only if no other identity is found that matches
    // the "sip" URI type".
    if !peer.dnsNames.isEmpty { return peer.dnsNames }
    // The common name counts only when there is no subjectAltName at all.
    guard peer.uris.isEmpty, let commonName = peer.commonName, isDomainName(commonName) else { return [] }
    return [commonName]
  }

  /// The host of a `sip` URI without userinfo; nil for everything else. `sips` is not accepted: "if the scheme of the URI is not
  /// "sip", then the implementation MUST NOT accept the value".
  private static func domain(ofURI text: String) -> String? {
    guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == "sip", !text.contains("@"),
      let uri = try? SIPURI(parsing: text)
    else { return nil }
    return uri.host.description
  }

  /// DNS names compare without case and without the root's dot; nothing else is folded, no wildcard is honoured.
  private static func canonical(_ name: String) -> String {
    let lower = name.lowercased()
    return lower.count > 1 && lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }

  private static func isDomainName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
      }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return bytes.prefix(32).map { String(decoding: [digits[Int($0 >> 4)], digits[Int($0 & 15)]], as: UTF8.self) }.joined(
      separator: ":")
  }
}
