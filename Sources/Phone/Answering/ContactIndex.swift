import SIPMessages

/// Finds the contacts of an address among ten thousand without walking them.
///
/// Names and groups become numbers, so that a rule compares numbers.
struct ContactIndex: Sendable {
  /// What an address is, as far as contacts are concerned. One address has up to two keys: as it stands, and as a global number.
  enum Key: Hashable, Sendable {
    /// The host in lower case, without port and parameters: they tell the way, not the person.
    case address(user: String, host: String)
    /// `+4930…`
    case number(String)
  }

  /// What rules ask about a contact.
  struct Membership: Sendable {
    var name: Int32
    var groups: [Int32]
  }

  private var memberships: [Key: [Membership]] = [:]
  private var names: [String: Int32] = [:]
  private var groups: [String: Int32] = [:]

  init(_ contacts: [ContactConfiguration]) {
    memberships.reserveCapacity(contacts.count)
    for contact in contacts {
      let membership = Membership(
        name: Self.number(of: contact.name.lowercased(), in: &names),
        groups: contact.groups.map { Self.number(of: $0.lowercased(), in: &groups) })
      for key in Self.keys(of: contact.uri) { memberships[key, default: []].append(membership) }
    }
  }

  private static func number(of text: String, in table: inout [String: Int32]) -> Int32 {
    if let known = table[text] { return known }
    let next = Int32(table.count)
    table[text] = next
    return next
  }

  /// nil when no contact has that name; names are compared without regard to case.
  func name(_ text: String) -> Int32? { names[text.lowercased()] }

  func group(_ text: String) -> Int32? { groups[text.lowercased()] }

  func memberships(of uri: URI) -> [Membership] {
    Self.keys(of: uri).flatMap { memberships[$0] ?? [] }
  }

  static func keys(of uri: URI) -> [Key] {
    var keys: [Key] = []
    if let sip = uri.sip, let user = sip.decodedUser {
      keys.append(.address(user: user, host: sip.host.description.lowercased()))
    }
    if let number = uri.globalNumber { keys.append(.number(number)) }
    return keys
  }
}
