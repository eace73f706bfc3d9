import SIPMessages

/// Who a provider says is there, in a message that came from it (RFC 3325, and Remote-Party-ID before that).
struct AssertedIdentity: Sendable {
  var address: NameAddress
  var source: IdentitySource

  init(_ address: NameAddress, _ source: IdentitySource) {
    self.address = address
    self.source = source
  }

  /// nil when the message asserts nothing, or asks to keep it from people (RFC 3323, RFC 3325 section 9.3). The caller of this
  /// makes sure that the message is the provider's: anybody can write these fields.
  init?(_ fields: HeaderFields, isRequest: Bool) {
    guard !fields.withholdsIdentity else { return nil }
    if let asserted = ((try? fields.all(PAssertedIdentity.self)) ?? []).first?.address {
      self.init(asserted, .assertedIdentity)
      return
    }
    // In a response `party=called` is the other side, in a request it is us.
    let parties = (try? fields.all(RemotePartyID.self)) ?? []
    guard let party = parties.prefix(8).first(where: { !isRequest || !$0.isCalled }), !party.wantsPrivacy else { return nil }
    var address = NameAddress(uri: party.address.uri)
    address.displayName = party.address.displayName
    self.init(address, .remotePartyID)
  }
}
