public import SIPMessages
public import SIPUserAgent

/// What `DigestAuthentication` tells the application.
public enum DigestEvent: ExtensionEvent {
  /// A server's Authentication-Info claims to prove that it knows the password, and the proof is wrong (RFC 7616 section 3.5): it
  /// is not the server it says it is, or somebody in between has changed what it said. `account` is the address of record.
  case serverNotProven(account: URI, realm: String)
}
