import SIPMessages
import SansIO

/// Says who is at the other end, and on whose word.
enum PeerIdentification {
  /// - Parameters:
  ///   - asserted: what our provider says; nil when it says nothing or is not the one who told us.
  ///   - home: the account's address, whose domain need not be shown.
  static func identify(
    _ said: NameAddress, asserted: AssertedIdentity?, contacts: [ContactConfiguration], home: SIPURI?
  ) -> PeerSnapshot {
    guard let asserted else { return identify(said, trust: .saidByPeer, source: .from, contacts: contacts, home: home) }
    var address = asserted.address
    if address.displayName == nil { address.displayName = said.displayName }
    return identify(address, trust: .saidByProvider, source: asserted.source, contacts: contacts, home: home)
  }

  /// One address on one authority. The name of a contact goes before any other.
  static func identify(
    _ address: NameAddress, trust: IdentityTrust, source: IdentitySource, contacts: [ContactConfiguration], home: SIPURI?
  ) -> PeerSnapshot {
    let contact = contacts.first { isSame($0.uri, address.uri, home: home) }
    let name = contact?.name ?? address.displayName.flatMap { DisplayText.bounded($0) }
    var peer = PeerSnapshot(
      name: name, nameIsOurs: contact != nil, address: shortAddress(address.uri, home: home),
      uri: shown(address.uri), trust: trust)
    peer.source = source
    if contact == nil, let name { peer.imitates = NameCheck.imitated(name, contacts: contacts) }
    return peer
  }

  /// The address as a user would type it: without the scheme, and without the domain when it is our own.
  static func shortAddress(_ uri: URI, home: SIPURI?) -> String {
    switch uri {
    case .sip(let sip):
      guard let user = sip.decodedUser else { return shown(hostAndPort(sip)) }
      if let home, home.host == sip.host { return shown(user) }
      return shown("\(user)@\(hostAndPort(sip))")
    case .tel(let tel): return shown(tel.number)
    case .other: return shown(uri.description)
    }
  }

  /// A URI as a person sees it: a GRUU without what makes it one (RFC 5627 section 4.6).
  static func shown(_ uri: URI) -> String {
    guard case .sip(var sip) = uri, sip.parameters.has("gr") else { return shown(uri.description) }
    sip.parameters.remove("gr")
    return shown(sip.description)
  }

  /// Any address, cleaned and bounded.
  static func shown(_ text: String) -> String {
    DisplayText.bounded(text, to: DisplayText.longestAddress) ?? "?"
  }

  /// Whether two addresses reach the same person: same user at the same host, or the same telephone number. Ports and parameters
  /// tell the way, not the person.
  static func isSame(_ one: URI, _ two: URI, home: SIPURI?) -> Bool {
    if let left = one.globalNumber, left == two.globalNumber { return true }
    guard let left = one.sip, let right = two.sip, left.user != nil, left.decodedUser == right.decodedUser else { return false }
    return left.host == right.host
  }

  private static func hostAndPort(_ uri: SIPURI) -> String {
    uri.port.map { "\(uri.host):\($0)" } ?? uri.host.description
  }
}
