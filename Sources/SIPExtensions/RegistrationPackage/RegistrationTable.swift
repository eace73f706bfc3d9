import SIPMessages

/// What one subscription has said so far, put together from its documents (RFC 3680 section 5.2).
struct RegistrationTable: Sendable {
  enum Reading: Hashable, Sendable {
    /// Older than what is known.
    case outdated
    case read
    /// Documents before this one are missing, so that what is known may be wrong.
    case readWithGap
  }

  private struct Row: Sendable {
    var registration: String
    var contact: RegistrationInformation.Contact
  }

  private var version: UInt32?
  private var rows: [Row] = []

  /// Those that are bound.
  var contacts: [RegistrationInformation.Contact] { rows.map(\.contact) }

  mutating func read(_ document: RegistrationInformation) -> Reading {
    let former = version
    if let former, document.version < former { return .outdated }
    version = document.version
    if document.isFull { rows = [] }
    for registration in document.registrations {
      for contact in registration.contacts {
        rows.removeAll { $0.registration == registration.id && $0.contact.id == contact.id }
        if contact.isActive, rows.count < RegistrationInformation.mostContacts {
          rows.append(Row(registration: registration.id, contact: contact))
        }
      }
    }
    // A full document mends a gap by itself.
    guard let former, !document.isFull else { return .read }
    return document.version > former && document.version - former > 1 ? .readWithGap : .read
  }

  /// A new subscription counts anew.
  mutating func forgetVersion() { version = nil }
}
