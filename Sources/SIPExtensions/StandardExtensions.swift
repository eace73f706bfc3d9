public import SIPUserAgent

/// The extensions that this phone installs, in the order in which they see messages.
public enum StandardExtensions {
  /// - Parameters:
  ///   - digests: the hash functions.
  ///   - credentials: what is known from the start; more can be set in `userAgent[DigestAuthentication.self]?.credentials`.
  public static func make(digests: any Digests, credentials: CredentialStore = CredentialStore()) -> [any UserAgentExtension] {
    [
      // Before session timers: what it refuses needs no timer.
      ReplacesCheck(),
      Refer(),
      AnswerModes(),
      // Before digest: it answers 422 by itself, and its fields belong to what is sent again.
      SessionTimer(),
      // Last: it hashes the Request-URI and the body, which nobody may change after it.
      DigestAuthentication(digests: digests, credentials: credentials),
    ]
  }
}
