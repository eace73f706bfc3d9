import SIPMessages
import SansIO

/// The flows of an account together (RFC 5626 section 4): which one a request takes, and what happens to the others when one dies.
extension UserAgent {
  /// From whom and through where, for requests along the flow of this registration.
  func flowIdentity(of id: RegistrationID) -> LocalIdentity? {
    guard let registration = registrations[id] else { return nil }
    var identity = registration.settings.identity
    if registration.settings.outbound != nil { identity.registration = id }
    return identity
  }

  /// The other registrations of the same address of record and the same instance, in the order of their numbers.
  func otherFlows(of id: RegistrationID) -> [RegistrationID] {
    guard registrations.count > 1, let own = registrations[id], let outbound = own.settings.outbound else { return [] }
    let address = own.settings.identity.address.uri
    return registrations.keys.sorted().filter { other in
      guard other != id, let candidate = registrations[other], candidate.settings.outbound?.instance == outbound.instance else {
        return false
      }
      return candidate.settings.identity.address.uri.matches(address)
    }
  }

  /// The registrar reaches us along it, and we can send along it.
  func isAlive(_ id: RegistrationID) -> Bool {
    guard let registration = registrations[id], let until = registration.boundUntil, until > now.instant,
      let flow = registration.flow
    else { return false }
    return layer.isUsable(flow)
  }

  /// The same user by a flow that lives: the given one, or the first other one. Unchanged when none does.
  func living(_ identity: LocalIdentity, without dead: [RegistrationID] = []) -> LocalIdentity {
    guard let id = identity.registration, registrations[id]?.settings.outbound != nil else { return identity }
    if isAlive(id), !dead.contains(id) { return identity }
    guard let other = otherFlows(of: id).first(where: { isAlive($0) && !dead.contains($0) }) else { return identity }
    return taking(other, identity)
  }

  private func taking(_ id: RegistrationID, _ identity: LocalIdentity) -> LocalIdentity {
    guard let other = registrations[id] else { return identity }
    var identity = identity
    identity.registration = id
    identity.routes = other.settings.identity.routes
    identity.transport = other.settings.identity.transport
    return identity
  }

  // MARK: Where a request goes

  /// Where to, for the layer. Along the account's own flow when the next hop is the one to which that flow leads; when another flow
  /// could take over, a dead one fails the request at once.
  func hop(to target: SIPURI, of identity: LocalIdentity, _ owner: ClientExchange.Owner) -> NextHop {
    var hop = NextHop(uri: target, transport: identity.transport, pinnedCertificate: identity.pinnedCertificate)
    hop.credential = identity.credential
    guard let id = identity.registration ?? owner.registration, let registration = registrations[id] else { return hop }
    if case .registration = owner {
      if registration.hop == target, !isRetired(registration.flow) { hop.flow = registration.flow }
      hop.offersKeepAlives = registration.settings.outbound != nil
      hop.excluded = otherFlows(of: id).filter { isAlive($0) }.compactMap { registrations[$0]?.peer }
      return hop
    }
    if registration.settings.outbound == nil {
      if registration.hop == target { hop.flow = registration.flow }
    } else if let known = ([id] + otherFlows(of: id)).first(where: { isAlive($0) && leads(to: $0, target) }) {
      hop.flow = registrations[known]?.flow
      hop.isFlowRequired = otherFlows(of: known).contains { isAlive($0) }
    }
    return hop
  }

  /// Whether a URI names the server to which a flow leads or led: as it was configured, or by its address, which is what edge
  /// proxies write into Record-Route.
  func leads(to id: RegistrationID, _ uri: SIPURI) -> Bool {
    guard let registration = registrations[id] else { return false }
    if let hop = registration.hop, hop.host == uri.host, hop.port == uri.port, hop.isSecure == uri.isSecure,
      hop.transportParameter == uri.transportParameter
    {
      return true
    }
    guard case .address(let address) = uri.host, let peer = registration.peer, peer.address == address else { return false }
    let isSecure = uri.isSecure || uri.transportParameter == "tls"
    return peer.port == uri.port ?? (isSecure ? 5061 : 5060)
  }

  /// Before a request leaves: in a dialog whose route set begins at an edge proxy that we have lost, it takes another flow.
  /// Returns the next hop.
  func takeLivingFlow(_ request: inout Request, _ nextHop: SIPURI?, _ identity: inout LocalIdentity) -> SIPURI? {
    guard let id = identity.registration, registrations[id]?.settings.outbound != nil else { return nextHop }
    let isInDialog = request.to?.tag != nil
    guard let nextHop else { return nil }
    if !isInDialog {
      return nextHop
    }
    guard let dead = ([id] + otherFlows(of: id)).first(where: { !isAlive($0) && leads(to: $0, nextHop) }) else {
      if !isAlive(id) { identity = living(identity) }
      return nextHop
    }
    let other = living(identity, without: [dead])
    guard let way = other.registration, way != dead, isAlive(way) else { return nextHop }
    identity = other
    return detour(&request, around: dead, by: way) ?? nextHop
  }

  /// The routes that lead to a dead edge proxy give way to those of another flow; the rest of the route set stays.
  private func detour(_ request: inout Request, around dead: RegistrationID, by way: RegistrationID) -> SIPURI? {
    guard let other = registrations[way] else { return nil }
    let routes = request.routes.map(\.address)
    let rest = routes.drop { route in route.uri.sip.map { leads(to: dead, $0) } ?? false }
    guard rest.allSatisfy({ $0.uri.sip?.isLooseRouter == true }) else { return nil }
    let changed = other.settings.identity.routes + rest
    request.fields.removeAll(.route)
    if !changed.isEmpty { request.fields.set(changed.map { Route($0) }) }
    // Without an outbound proxy the flow leads to the domain itself, which the route has to name.
    if changed.isEmpty, var domain = other.hop {
      if !domain.isLooseRouter { domain.parameters.set("lr") }
      request.fields.set([Route(NameAddress(uri: .sip(domain)))])
      return domain
    }
    return changed.first?.uri.sip ?? request.uri.sip
  }

  /// A request did not get anywhere: it goes out again over another flow of the account. False when there is none.
  /// - Parameter isAnswered: the first hop said so itself, and with that ended what an INVITE had made ring.
  mutating func changeFlow(of id: ExchangeID, isAnswered: Bool) -> Bool {
    guard var exchange = exchanges[id], let failed = exchange.identity.registration,
      registrations[failed]?.settings.outbound != nil,
      exchange.attempts < Self.maximumAttempts, mayResend(exchange, id)
    else { return false }
    if case .registration = exchange.owner { return false }
    exchange.deadFlows.append(failed)
    let identity = living(exchange.identity, without: exchange.deadFlows)
    guard let way = identity.registration, !exchange.deadFlows.contains(way), isAlive(way) else { return false }
    var template = exchange.template
    var nextHop: SIPURI?
    if template.to?.tag == nil {
      let routing = RequestRouting(target: exchange.target, routes: routes(of: identity))
      template.uri = routing.requestURI
      template.fields.removeAll(.route)
      if !routing.routes.isEmpty { template.fields.set(routing.routes.map { Route($0) }) }
      nextHop = routing.nextHop ?? domain(of: identity)
    } else {
      guard leads(to: failed, exchange.hop.uri) else { return false }
      nextHop = detour(&template, around: failed, by: way)
    }
    guard let nextHop else { return false }
    // Contact names the flow; it is chosen anew.
    template.fields.removeAll(.contact)
    complete(&template, identity: identity, isSecure: isSecureDialog(of: exchange.owner))
    template.fields.set(CSeq(number: renumber(exchange, id), method: template.method))
    exchange.identity = identity
    exchange.template = template
    exchange.hop = hop(to: nextHop, of: identity, exchange.owner)
    exchanges[id] = exchange
    if case .session(let session) = exchange.owner { sessions[session]?.take(identity) }
    if !isAnswered { leaveEarlyDialogs(of: exchange) }
    layer.transport.statistics.failovers += 1
    transmit(id)
    return true
  }

  // MARK: The end of a flow

  mutating func registrationLostFlow(_ id: RegistrationID, because sentence: String) {
    guard let registration = registrations[id] else { return }
    let wasBound = registration.boundUntil != nil
    withRegistration(id) { $0.flowLost(&$1, because: sentence) }
    reviewKeepAlives()
    guard wasBound, registration.isOutbound else { return }
    // A registrar tries the newest binding first. Refreshed now, those of the living flows are newer than the dead one's.
    for other in otherFlows(of: id) where isAlive(other) { withRegistration(other) { $0.refresh(&$1) } }
  }
}

extension ClientExchange.Owner {
  fileprivate var registration: RegistrationID? {
    if case .registration(let id) = self { id } else { nil }
  }
}
