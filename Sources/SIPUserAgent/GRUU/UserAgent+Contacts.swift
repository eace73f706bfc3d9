import SIPMessages

/// The one place where Contact is chosen (RFC 3261 section 8.1.1.8, RFC 5626 section 4.3, RFC 5627 section 4.4).
extension UserAgent {
  /// How a peer of ours is to reach us.
  ///
  /// A GRUU of the registration when there is one: it leads to this phone by whatever flow lives. Else our address, with `ob` where
  /// the registrar keeps the flow, so that the edge proxy sends later requests along it; `+sip.instance` and `reg-id` stand beside
  /// it, because some edge proxies look for them before they mark the flow. Never `ob` on a GRUU.
  func contact(for identity: LocalIdentity, isSecure: Bool) -> NameAddress {
    guard let id = identity.registration, let registration = registrations[id], let outbound = registration.settings.outbound,
      isAlive(id)
    else { return plainContact(of: identity, isSecure: isSecure) }
    if let gruu = registration.gruus.contact(isAnonymous: identity.isAnonymous), gruu.isSecure || !isSecure {
      return NameAddress(uri: .sip(gruu))
    }
    var address = plainContact(of: identity, isSecure: isSecure)
    guard registration.isOutbound, case .sip(var uri) = address.uri else { return address }
    uri.parameters.set("ob")
    address.uri = .sip(uri)
    // Who wants to stay unknown does not show what is the same in all of his calls.
    if !identity.isAnonymous {
      address.parameters.setQuoted("+sip.instance", outbound.instanceValue)
      address.parameters.set("reg-id", String(outbound.flow))
    }
    return address
  }

  /// Our address as it is. The layer puts it in, which depends on the way that the message takes.
  func plainContact(of identity: LocalIdentity, isSecure: Bool) -> NameAddress {
    let user = identity.isAnonymous ? "anonymous" : identity.address.uri.sip?.decodedUser
    return NameAddress(uri: .sip(SIPURI(user: user, host: .name(TransactionLayer.contactPlaceholder), isSecure: isSecure)))
  }

  /// RFC 5626 section 4.3 and RFC 5627 section 4.4: `outbound` and `gruu` are claimed for accounts that can do it, and not for
  /// others: a server that believes an empty claim loses calls.
  func addOutboundTags(to fields: inout HeaderFields, of identity: LocalIdentity) {
    guard let registration = identity.registration.flatMap({ registrations[$0] }), registration.settings.outbound != nil else {
      return
    }
    var tags = fields.optionTags(Supported.self)
    let own: [OptionTag] = (registration.asksForOutbound ? [.outbound] : []) + (registration.settings.usesGRUU ? [.gruu] : [])
    for tag in own where !tags.contains(tag) { tags.append(tag) }
    fields.set(Supported(tags))
  }
}
