internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// The registrar and location service of one domain: RFC 3261 section 10.3, with Path (3327), outbound (5626 section 6) and
/// GRUU (5627 section 5).
///
/// Credentials have been checked before; what is left is which bindings an address of record has.
struct Registrar: Sendable {
  let configuration: ExchangeConfiguration
  /// In the order of their first registration, so that forking is the same in every run.
  private(set) var bindings: [Binding] = []
  private var gruus: GRUUTable
  private var nextID: UInt64 = 0

  /// More contacts for one address than this are refused with 503: nobody has so many phones.
  private static let greatestNumberOfBindings = 10

  init(configuration: ExchangeConfiguration, random: RandomSource) {
    self.configuration = configuration
    gruus = GRUUTable(domain: configuration.domain, random: random)
  }

  /// The address of record that a user part names; nil for nobody of ours.
  func user(named name: String) -> ExchangeUser? {
    configuration.users.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// Steps 5 to 8 of section 10.3: all of a request's changes are made, or none.
  mutating func register(_ request: Request, of user: ExchangeUser, by received: ReceivedFrom, now: Moment) -> RegistrationVerdict {
    expire(now: now.instant)
    let contacts = request.contacts
    let callID = request.callID ?? ""
    let sequence = request.cseq?.number ?? 0
    guard contacts.count <= Self.greatestNumberOfBindings else {
      return RegistrationVerdict(response: Response(to: request, status: .serviceUnavailable))
    }
    if contacts.contains(where: \.isWildcard) {
      guard contacts.count == 1, request.expires?.seconds == 0 else {
        return RegistrationVerdict(response: Response(to: request, status: .badRequest, reason: "Wildcard Needs Expires 0"))
      }
      return removeAll(request, of: user, callID: callID, sequence: sequence, now: now)
    }

    let path = request.values(Path.self).map(\.address)
    let supported = request.fields.optionTags(Supported.self)
    let cameStraight = request.vias.count <= 1
    var changed = bindings
    var events: [ExchangeEvent] = []
    var outbound = false
    for contact in contacts {
      guard let address = contact.address, let uri = address.uri.sip else {
        return RegistrationVerdict(response: Response(to: request, status: .badRequest, reason: "Contact Is No SIP URI"))
      }
      let wanted = contact.expires ?? request.expires?.seconds ?? UInt32(configuration.maximumExpires)
      let lifetime = min(Int(wanted), configuration.maximumExpires)
      guard lifetime == 0 || lifetime >= configuration.minimumExpires else {
        var response = Response(to: request, status: .intervalTooBrief)
        response.fields.set(MinExpires(UInt32(configuration.minimumExpires)))
        return RegistrationVerdict(response: response)
      }
      let instance = contact.parameters["+sip.instance"]
      var flowNumber = contact.parameters["reg-id"].flatMap { Int($0) }
      if flowNumber != nil {
        if instance == nil || !supported.contains(.outbound) {
          flowNumber = nil
        } else if !cameStraight, path.first?.uri.sip?.parameters.has("ob") != true {
          // RFC 5626 section 6: the first hop must know how to keep the flow.
          return RegistrationVerdict(response: Response(to: request, status: .firstHopLacksOutboundSupport))
        } else {
          outbound = true
        }
      }
      let position = changed.firstIndex { known in
        guard known.user == user.name else { return false }
        // RFC 5626 section 6: with a reg-id, instance and reg-id together name the binding, whatever the URI.
        if let flowNumber { return known.instance == instance && known.flowNumber == flowNumber }
        return known.flowNumber == nil && known.contact.matches(uri)
      }
      if let position, changed[position].callID == callID, changed[position].sequence >= sequence {
        // Section 10.3 step 7: out of order; a retransmission never gets here.
        return RegistrationVerdict(response: Response(to: request, status: .serverInternalError, reason: "Out Of Order"))
      }
      if lifetime == 0 {
        if let position {
          changed.remove(at: position)
          events.append(.unregistered(address: user.name, contact: uri.description))
        }
        continue
      }
      nextID += 1
      var parameters = contact.parameters
      parameters.remove("expires")
      parameters.remove("pub-gruu")
      parameters.remove("temp-gruu")
      let flow = cameStraight && (flowNumber != nil || received.transport.isReliable) ? received.flow : nil
      let binding = Binding(
        id: nextID, user: user.name, contact: uri, instance: instance, flowNumber: flowNumber, callID: callID, sequence: sequence,
        expiresAt: now.instant + .seconds(lifetime), refreshedAt: now.instant, path: path, flow: flow, parameters: parameters)
      if let position { changed[position] = binding } else { changed.append(binding) }
      events.append(.registered(address: user.name, contact: uri.description))
      // RFC 5627 section 5.1: temporary GRUUs live until the instance registers with another Call-ID.
      if let instance { gruus.instanceRegistered(user: user.name, instance: instance, callID: callID) }
    }
    guard changed.count(where: { $0.user == user.name }) <= Self.greatestNumberOfBindings else {
      return RegistrationVerdict(response: Response(to: request, status: .serviceUnavailable))
    }
    bindings = changed
    return RegistrationVerdict(
      response: success(request, user: user, path: path, isOutbound: outbound, cameStraight: cameStraight, now: now), events: events
    )
  }

  private mutating func removeAll(
    _ request: Request, of user: ExchangeUser, callID: String, sequence: UInt32, now: Moment
  ) -> RegistrationVerdict {
    let own = bindings.filter { $0.user == user.name }
    guard !own.contains(where: { $0.callID == callID && $0.sequence >= sequence }) else {
      return RegistrationVerdict(response: Response(to: request, status: .serverInternalError, reason: "Out Of Order"))
    }
    bindings.removeAll { $0.user == user.name }
    return RegistrationVerdict(
      response: success(request, user: user, path: [], isOutbound: false, cameStraight: true, now: now),
      events: own.map { .unregistered(address: user.name, contact: $0.contact.description) })
  }

  /// Step 8: the 200 lists every binding there is now.
  private mutating func success(
    _ request: Request, user: ExchangeUser, path: [NameAddress], isOutbound: Bool, cameStraight: Bool, now: Moment
  ) -> Response {
    var response = Response(to: request, status: .ok)
    // A redirect server passes on nothing, so nobody would be reached by a GRUU of its.
    let supportsGRUU = configuration.role == .home && request.fields.optionTags(Supported.self).contains(.gruu)
    for binding in bindings where binding.user == user.name {
      var parameters = binding.parameters
      parameters.set("expires", String(max(0, (binding.expiresAt - now.instant).wholeMilliseconds / 1000)))
      if supportsGRUU, let instance = binding.instance {
        parameters.setQuoted("pub-gruu", gruus.publicGRUU(user: user.name, instance: instance).description)
        parameters.setQuoted("temp-gruu", gruus.temporaryGRUU(user: user.name, instance: instance).description)
      }
      response.fields.append(Contact(NameAddress(uri: .sip(binding.contact), parameters: parameters)))
    }
    if !path.isEmpty {
      response.fields.set(path.map { Path($0) })
      response.fields.set(Supported([.path]))
    }
    if isOutbound {
      response.fields.set(Require([.outbound]))
      if cameStraight { response.fields.set(FlowTimer(UInt32(configuration.flowTimer))) }
    }
    return response
  }

  // MARK: The location service

  mutating func expire(now: Instant) {
    bindings.removeAll { $0.expiresAt <= now }
  }

  /// Where a request for this URI goes, in groups: members of one group are flows to the same instance and are tried one after
  /// the other, the newest first; groups are tried at once (RFC 5626 section 7). nil when the user is not one of ours.
  mutating func targets(for uri: SIPURI, now: Instant) -> [[Target]]? {
    expire(now: now)
    var candidates: [Binding]
    if uri.parameters.has("gr") {
      guard let (user, instance) = gruus.instance(of: uri) else { return nil }
      candidates = bindings.filter { $0.user == user && $0.instance == instance }
    } else {
      guard let name = uri.decodedUser, let user = user(named: name) else { return nil }
      candidates = bindings.filter { $0.user == user.name }
    }
    candidates.sort { ($0.refreshedAt, $0.id) > ($1.refreshedAt, $1.id) }
    var groups: [[Target]] = []
    var instances: [String] = []
    for binding in candidates {
      let target = Target(uri: binding.contact, routes: binding.path, flow: binding.flow, binding: binding.id)
      if let instance = binding.instance, binding.flowNumber != nil {
        if let position = instances.firstIndex(of: instance) {
          groups[position].append(target)
          continue
        }
        instances.append(instance)
      } else {
        instances.append("")
      }
      groups.append([target])
    }
    return groups
  }

  /// A binding whose flow answered with 430 or is gone (RFC 5626 section 7).
  mutating func drop(_ id: UInt64) -> ExchangeEvent? {
    guard let position = bindings.firstIndex(where: { $0.id == id }) else { return nil }
    let binding = bindings.remove(at: position)
    return .flowLost(address: binding.user, contact: binding.contact.description)
  }

  /// A connection closed: bindings that were reached by it cannot be reached any more.
  mutating func flowClosed(_ flow: FlowID) -> [ExchangeEvent] {
    let lost = bindings.filter { $0.flow == .stream(flow) && $0.flowNumber != nil }
    bindings.removeAll { binding in lost.contains { $0.id == binding.id } }
    return lost.map { .flowLost(address: $0.user, contact: $0.contact.description) }
  }
}
