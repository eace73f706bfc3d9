public import SIPUserAgent

/// The extensions that this phone installs, in the order in which they see messages.
public enum StandardExtensions {
  /// - Parameters:
  ///   - digests: the hash functions.
  ///   - credentials: what is known from the start; more can be set in `userAgent[DigestAuthentication.self]?.credentials`.
  ///   - connectedIdentity: whether a peer that wants to know is told who was reached, and when that changes (RFC 4916).
  public static func make(
    digests: any Digests, credentials: CredentialStore = CredentialStore(), connectedIdentity: Bool = true
  ) -> [any UserAgentExtension] {
    var extensions: [any UserAgentExtension] = [
      // Before session timers: what it refuses needs no timer.
      ReplacesCheck(),
      Refer(),
      AnswerModes(),
      // Before digest: it answers 422 by itself, and its fields belong to what is sent again.
      SessionTimer(),
    ]
    // After those that may refuse: what is refused says nothing about who is there.
    if connectedIdentity { extensions.append(ConnectedIdentity()) }
    // Last: it hashes the Request-URI and the body, which nobody may change after it.
    extensions.append(DigestAuthentication(digests: digests, credentials: credentials))
    return extensions
  }
}
