/// In which words the phone was told who is at the other end.
public enum IdentitySource: String, Hashable, Sendable, CaseIterable {
  /// The user typed or chose the address.
  case dialled
  /// The From of a request (RFC 3261 section 20.20, RFC 4916).
  case from
  /// The Responder of a response (draft-cao-sip-response-auth, expired).
  case responder
  /// RFC 3325.
  case assertedIdentity = "p-asserted-identity"
  /// What came before RFC 3325 and is still used.
  case remotePartyID = "remote-party-id"
  /// A PASSporT that this phone verified (RFC 8224).
  case signature
  /// A PASSporT of the called side, in a response (draft-ietf-stir-rfc4916-update).
  case responseSignature = "response-signature"
  /// The certificate of a direct TLS connection (RFC 5922).
  case certificate
  /// A transfer: the call took the place of another (RFC 3891).
  case transfer

  /// For a narrow column: `From`, `P-Asserted-Identity`.
  public var words: String {
    switch self {
    case .dialled: "dialled"
    case .from: "From"
    case .responder: "Responder"
    case .assertedIdentity: "P-Asserted-Identity"
    case .remotePartyID: "Remote-Party-ID"
    case .signature: "signed"
    case .responseSignature: "answer signed"
    case .certificate: "TLS certificate"
    case .transfer: "transfer"
    }
  }
}
