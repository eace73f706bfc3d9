public import SIPMessages
public import SIPUserAgent
public import SansIO

/// Tells the application who the certificate of a direct TLS connection names, when a call over it was answered (RFC 5922).
///
/// Direct means that nobody stands between: no route, no Record-Route, and one Via, which is ours. Whoever calls us is in
/// `IncomingSession.tlsPeer`.
public struct CertifiedPeer: UserAgentExtension {
  public init() {}

  public mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
    guard request.method == .invite, request.to?.tag == nil, response.status.isSuccess, let peer = context.tlsPeer,
      let session = context.session, let address = request.to?.address.uri, request.routes.isEmpty, response.vias.count == 1,
      !response.fields.contains(.recordRoute)
    else { return .proceed }
    context.report(CertifiedPeerEvent(session: session, address: address, peer: peer))
    return .proceed
  }

  /// How far a certificate speaks for an address.
  public enum Proof: Hashable, Sendable {
    /// It names the very address.
    case address
    /// It names the domain, which speaks for all its addresses.
    case domain
  }

  /// What `peer`'s certificate proves of `address`; nil when nothing.
  public static func proof(of address: URI, by peer: TLSPeerIdentity) -> Proof? {
    guard let wanted = address.sip else { return nil }
    let host = wanted.host.description.lowercased()
    let named = peer.uris.compactMap { try? SIPURI(parsing: $0) }
    if named.contains(where: { $0.user != nil && $0.decodedUser == wanted.decodedUser && $0.host.description.lowercased() == host })
    {
      return .address
    }
    return DomainMatch.identities(in: peer).contains { $0.lowercased() == host } ? .domain : nil
  }
}

/// What `CertifiedPeer` tells the application.
public struct CertifiedPeerEvent: ExtensionEvent {
  public var session: SessionID
  /// Who was called.
  public var address: URI
  public var peer: TLSPeerIdentity
}
