public import SIPMessages
public import SIPUserAgent

/// The extensions that this phone installs, in the order in which they see messages.
public enum StandardExtensions {
  /// - Parameters:
  ///   - digests: the hash functions.
  ///   - credentials: what is known from the start; more can be set in `userAgent[DigestAuthentication.self]?.credentials`.
  ///   - connectedIdentity: whether a peer that wants to know is told who was reached, and when that changes (RFC 4916); what
  ///     the peer's side says of that is heard anyway.
  ///   - registrationEvents: for which addresses the registrar is asked to tell what becomes of them (RFC 3680); for those that
  ///     are not listed where it offers that.
  ///   - responseIdentity: whether responses say who made them, as an expired draft has it.
  ///   - signed: how signatures are computed, whose are believed, and with what we sign (RFC 8224); nil for none of that.
  public static func make(
    digests: any Digests, credentials: CredentialStore = CredentialStore(), connectedIdentity: Bool = true,
    registrationEvents: [(address: URI, use: RegistrationEvents.Use)] = [], responseIdentity: Bool = false,
    signed: SignedIdentity? = nil
  ) -> [any UserAgentExtension] {
    var extensions: [any UserAgentExtension] = []
    // First: what others make of a request may depend on who sent it.
    if let signed { extensions.append(VerificationService(signatures: signed.signatures, policy: signed.policy)) }
    extensions += [
      // Before session timers: what it refuses needs no timer.
      ReplacesCheck(),
      Refer(),
      AnswerModes(),
      RegistrationEvents(uses: registrationEvents),
      // Before digest: it answers 422 by itself, and its fields belong to what is sent again.
      SessionTimer(),
    ]
    extensions.append(CertifiedPeer())
    // After those that may refuse: what is refused says nothing about who is there.
    extensions.append(ConnectedIdentity(tells: connectedIdentity))
    if responseIdentity { extensions.append(ResponseIdentity()) }
    // It hashes the Request-URI and the body, which nobody may change after it.
    extensions.append(DigestAuthentication(digests: digests, credentials: credentials))
    // Last: it signs over From, To, Date and the body.
    if let signed, !signed.signers.isEmpty {
      extensions.append(AuthenticationService(signatures: signed.signatures, signers: signed.signers))
    }
    return extensions
  }
}

/// What RFC 8224 needs of the world: cryptography, trust and keys.
public struct SignedIdentity: Sendable {
  public var signatures: any Signatures
  public var policy: VerificationPolicy
  public var signers: [IdentitySigner]

  public init(signatures: any Signatures, policy: VerificationPolicy, signers: [IdentitySigner] = []) {
    self.signatures = signatures
    self.policy = policy
    self.signers = signers
  }
}
