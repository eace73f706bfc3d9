public import SIPMessages

/// The globally routable URIs that a registrar gave one instance (RFC 5627 section 4.2), as it wrote them.
public struct GRUUs: Hashable, Sendable {
  /// The same for every registration of the instance; nil when the registrar gives none.
  public var permanent: SIPURI?
  /// Tells nobody whose it is; the newest of this Call-ID. nil when the registrar gives none.
  public var temporary: SIPURI?

  public init(permanent: SIPURI? = nil, temporary: SIPURI? = nil) {
    self.permanent = permanent
    self.temporary = temporary
  }

  /// What the Contact of a 2xx to REGISTER says. Both are SIP URIs in quotes (RFC 5627 section 7); what is none, or holds no `gr`,
  /// is no GRUU.
  init(in contact: Contact) {
    func uri(_ name: String) -> SIPURI? {
      guard let text = contact.parameters[name], let uri = try? SIPURI(parsing: text), uri.parameters.has("gr") else { return nil }
      return uri
    }
    permanent = uri("pub-gruu")
    temporary = uri("temp-gruu")
  }

  /// The one to be reached at. nil when there is none that will do: for an anonymous user only a temporary one will.
  func contact(isAnonymous: Bool) -> SIPURI? {
    isAnonymous ? temporary : permanent ?? temporary
  }
}
