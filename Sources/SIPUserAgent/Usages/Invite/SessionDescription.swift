import SIPMessages

extension MessageAccessors {
  /// The body as a session's offer or answer (RFC 5621 section 8.2, RFC 3261 section 13.2.1): `application/sdp` with the
  /// disposition `session`, alone or as a part of a multipart body.
  var sessionDescription: Body? {
    content.flatMap { $0.sessionDescription(depth: 0) }
  }

  /// Where the sender wants further requests to go; nil when it does not say, or says `*`.
  var contactURI: URI? { contacts.first?.uri }
}

extension Body {
  /// Multipart bodies may nest; four levels are more than any phone writes and keep hostile ones cheap.
  fileprivate func sessionDescription(depth: Int) -> Body? {
    if contentType.type.lowercased() == "multipart" {
      guard depth < 4, let multipart = Multipart(self) else { return nil }
      for part in multipart.parts {
        if let found = part.body.sessionDescription(depth: depth + 1) { return found }
      }
      return nil
    }
    guard contentType.isSameType(as: .sdp), effectiveDisposition.type.lowercased() == "session" else { return nil }
    return self
  }
}

extension Reason {
  var isSIP: Bool { self.protocol.uppercased() == "SIP" }

  /// `SIP;cause=…;text="…"` (RFC 3326 section 2).
  init(sipCause status: StatusCode) {
    self.init(protocol: "SIP", cause: status.rawValue, text: status.defaultReason)
  }
}
