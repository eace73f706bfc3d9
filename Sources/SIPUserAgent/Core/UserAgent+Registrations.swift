import SIPMessages
import SansIO

/// Registrations, and which of them an incoming call means.
extension UserAgent {
  mutating func register(_ id: RegistrationID, _ settings: RegistrationSettings) {
    if registrations[id] == nil {
      registrations[id] = Registration(
        settings: settings, callID: random.token(bits: 128), localTag: random.token(bits: 64),
        firstSequence: UInt32(random.next(below: 1 << 16)))
    }
    withRegistration(id) { $0.replace(settings, &$1) }
  }

  mutating func unregister(_ id: RegistrationID) {
    guard registrations[id] != nil else {
      outputs.append(.event(.registration(id, .unregistered)))
      return
    }
    withRegistration(id) { $0.stop(&$1) }
  }

  mutating func withRegistration(_ id: RegistrationID, _ body: (inout Registration, inout Registration.Step) -> Void) {
    guard registrations[id] != nil else { return }
    var step = Registration.Step(
      now: now.instant, othersLive: otherFlows(of: id).contains { isAlive($0) }, random: random, nextExchange: nextExchange)
    if registrations[id] != nil { body(&registrations[id]!, &step) }
    random = step.random
    nextExchange = step.nextExchange
    for action in step.actions {
      switch action {
      case .status(let status):
        outputs.append(.event(.registration(id, status)))
        registrationChanged(id, status)
      case .send(let exchange, let request, let routing): sendRegister(request, routing, exchange, id)
      }
    }
    closeRetired()
    guard let registration = registrations[id] else { return }
    if registration.isEnded {
      registrations[id] = nil
      reviewKeepAlives()
      if registrars.removeValue(forKey: id) != nil { trustRegistrars() }
      deadlines.schedule(.registration(id), at: nil)
    } else {
      deadlines.schedule(.registration(id), at: registration.nextDeadline)
    }
  }

  private mutating func sendRegister(_ request: Request, _ routing: RequestRouting, _ exchange: ExchangeID, _ id: RegistrationID) {
    guard let registration = registrations[id], let identity = flowIdentity(of: id) else { return }
    var request = request
    var address = plainContact(of: identity, isSecure: request.uri.sip?.isSecure == true)
    // As written: the value of a feature tag is a string and keeps its quotes (RFC 3840 section 9).
    for element in registration.settings.contactParameters.elements { address.parameters.setRaw(element.name, element.rawValue) }
    if let outbound = registration.settings.outbound {
      // The instance alone is for GRUUs (RFC 5627 section 4.1).
      address.parameters.setQuoted("+sip.instance", outbound.instanceValue)
      if registration.asksForOutbound { address.parameters.set("reg-id", String(outbound.flow)) }
    }
    if registration.settings.experiments.offersLooseRouting, case .sip(var uri) = address.uri {
      // draft-rosenberg-sip-ua-loose-route: requests for us may name the address of record and carry this in Route.
      uri.parameters.set("lr")
      address.uri = .sip(uri)
    }
    if let expires = request.expires?.seconds { address.parameters.set("expires", String(expires)) }
    request.fields.append(Contact(address))
    send(request, exchange: exchange, owner: .registration(id), identity: identity, routing: routing)
  }

  mutating func receive(
    _ response: Response, registration id: RegistrationID, exchange: ClientExchange, _ exchangeID: ExchangeID, from: ReceivedFrom
  ) {
    let user = exchange.identity.address.uri.sip?.decodedUser
    let contact = layer.contact(for: from.flow, user: user)
    withRegistration(id) { $0.receive(response, exchange: exchangeID, contact: contact.map { .sip($0) }, from: from, &$1) }
    if response.status.isSuccess, registrations[id] != nil {
      registrars[id] = from.source.address
      trustRegistrars()
      keepAlive(id, via: response.topVia)
    }
  }

  /// Through them comes what everybody calls us with, so the limit for strangers is not theirs.
  private mutating func trustRegistrars() {
    layer.trustedSources = registrars.keys.sorted().compactMap { registrars[$0] }
  }

  /// The registration whose contact the Request-URI names, or whose address of record To names; the better match first.
  /// - Parameter flow: the way that the request came: of several flows of one account it is the one with that way.
  func registration(calledBy request: Request, by flow: FlowReference) -> RegistrationID? {
    var best: (id: RegistrationID, score: Int)?
    let target = request.uri.sip
    let called = request.to?.address.uri.sip
    for id in registrations.keys.sorted() {
      guard let registration = registrations[id] else { continue }
      var score = 0
      let own = registration.settings.identity.address.uri.sip
      if let target, let contact = registration.contact?.sip, contact.decodedUser == target.decodedUser {
        score += contact.host == target.host && contact.port == target.port ? 4 : 1
      }
      if let called, let own, called.decodedUser == own.decodedUser, called.host == own.host { score += 3 }
      if let target, let own, target.decodedUser == own.decodedUser, target.host == own.host { score += 3 }
      if score > 1, registration.flow == flow { score += 1 }
      if score > (best?.score ?? 1) { best = (id, score) }
    }
    return best?.id
  }
}
