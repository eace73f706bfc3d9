internal import SIPExtensions
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// Request validation, route preprocessing and the choice of targets: RFC 3261 sections 16.3 to 16.5.
extension Exchange {
  mutating func route(_ received: ReceivedRequest, _ id: ServerTransactionID, now: Moment, into outputs: inout [ExchangeOutput]) {
    var request = received.request
    if let left = request.maxForwards, left <= 0 { return respond(id, to: request, .tooManyHops, now: now) }
    // RFC 5393 section 4: without this a forking loop doubles a request with every round.
    let isLoop = loops.isLoop(request) { via in
      listeners.contains { $0.address.address == via.host.address && $0.address.port == via.port ?? $0.transport.defaultPort }
    }
    if isLoop { return respond(id, to: request, .loopDetected, now: now) }
    let required = request.fields.optionTags(ProxyRequire.self)
    guard required.isEmpty else {
      return respond(id, to: request, .badExtension, now: now) { $0.fields.set(Unsupported(required)) }
    }
    guard contexts.count < Self.greatestNumberOfContexts else { return respond(id, to: request, .serviceUnavailable, now: now) }
    guard let uri = addressed(request.uri) else { return respond(id, to: request, .unsupportedURIScheme, now: now) }

    var tokenFlow: FlowReference?
    switch takeOwnRoutes(from: &request, cameBy: received.flow) {
    case .none: break
    case .forged: return respond(id, to: request, .forbidden, reason: "Flow Token Is Not Ours", now: now)
    case .dead: return respond(id, to: request, .flowFailed, now: now)
    case .flow(let flow): tokenFlow = flow
    }
    let isInDialog = request.to?.tag != nil
    let isOurs = isOwn(uri)
    // RFC 3325 section 5: what somebody outside of the exchange asserts is removed; an edge stands before it and leaves it alone.
    if configuration.role.isRegistrar, !isFromRobots(received) { request.fields.removeAll(.pAssertedIdentity) }

    if request.method == .register, isOurs, request.routes.isEmpty, configuration.role.isRegistrar {
      return register(request, received, id, now: now, into: &outputs)
    }
    if !isInDialog, tokenFlow == nil, configuration.role.isRegistrar, configuration.authenticatesCalls, !isFromRobots(received),
      isFromOurUser(request), request.method != .register
    {
      guard let name = authenticate(request, id, at: .proxy, now: now) else { return }
      request.fields.removeAll(.proxyAuthorization)
      request.fields.append(PAssertedIdentity(NameAddress(uri: .sip(SIPURI(user: name, host: .name(configuration.domain))))))
    }

    let groups: [[Target]]
    if let tokenFlow {
      groups = [[Target(uri: uri, flow: tokenFlow)]]
    } else if !request.routes.isEmpty || !isOurs || (isInDialog && uri.user == nil) {
      groups = [[Target(uri: uri)]]
    } else {
      switch configuration.role {
      case .edge(let home):
        let routeHome = NameAddress(uri: .sip(home.loose))
        if request.method == .register { addPath(to: &request, received) }
        groups = [[Target(uri: uri, routes: [routeHome])]]
      case .redirect:
        return redirect(request, uri, id, now: now)
      case .home:
        guard let user = uri.decodedUser else { return answerForTheExchange(request, id, now: now) }
        if hall != nil, Robot(user: user) != nil {
          groups = [[Target(uri: RobotHall.contact(user: user))]]
        } else if let found = registrar.targets(for: uri, now: now.instant) {
          guard !found.isEmpty else { return respond(id, to: request, .temporarilyUnavailable, now: now) }
          groups = found
        } else {
          return respond(id, to: request, .notFound, now: now)
        }
      }
    }
    forward(request, received, id, to: groups, now: now, into: &outputs)
  }

  /// The SIP URI that a Request-URI asks for; a `tel:` number is looked for among our own users.
  private func addressed(_ uri: URI) -> SIPURI? {
    switch uri {
    case .sip(let uri): uri
    case .tel(let tel): SIPURI(user: tel.number, host: .name(configuration.domain))
    case .other: nil
    }
  }

  func isFromRobots(_ received: ReceivedRequest) -> Bool { hall != nil && received.source == RobotHall.address }

  private func isFromOurUser(_ request: Request) -> Bool {
    guard case .name(let name)? = request.from?.address.uri.sip?.host else { return false }
    return name.lowercased() == configuration.domain.lowercased()
  }

  /// What the flow token of our own Route said.
  private enum TakenRoute {
    case none, forged, dead
    case flow(FlowReference)
  }

  /// Takes our own entries off the top of Route (section 16.4) and reads their flow tokens (RFC 5626 section 5.3). A token that
  /// names the flow by which the request came says nothing: the request is on its way out.
  private func takeOwnRoutes(from request: inout Request, cameBy flow: FlowReference) -> TakenRoute {
    var result = TakenRoute.none
    while let route = request.value(Route.self)?.address.uri.sip, isOwn(route) {
      request.fields.removeFirstElement(Route.self)
      guard let user = route.user else { continue }
      guard let named = tokens.flow(of: user) else { return .forged }
      guard named != flow else { continue }
      if case .stream(let id) = named, streams[id] == nil { result = .dead } else { result = .flow(named) }
    }
    return result
  }

  /// RFC 3327 section 5.2 and RFC 5626 section 5.1: so that the registrar's requests come back here and go down the same flow.
  private func addPath(to request: inout Request, _ received: ReceivedRequest) {
    guard let own = listener(for: received.transport) else { return }
    let comesStraight = request.vias.count <= 1
    var uri = routeURI(of: own, token: comesStraight ? tokens.token(for: received.flow) : nil)
    if comesStraight { uri.parameters.set("ob") }
    request.fields.prepend(Path(NameAddress(uri: .sip(uri))))
    let supported = request.fields.optionTags(Supported.self)
    if !supported.contains(.path) { request.fields.set(Supported(supported + [.path])) }
  }

  func listener(for transport: TransportProtocol) -> OwnListener? {
    listeners.first { $0.transport == transport } ?? listeners.first
  }

  /// A URI that leads back to one of our sockets, for Path and Record-Route.
  func routeURI(of own: OwnListener, token: String?) -> SIPURI {
    var uri = SIPURI(user: token, host: .address(own.address.address), port: own.address.port)
    if own.transport != .udp { uri.parameters.set("transport", own.transport.parameter) }
    return uri.loose
  }

  private mutating func redirect(_ request: Request, _ uri: SIPURI, _ id: ServerTransactionID, now: Moment) {
    guard let groups = registrar.targets(for: uri, now: now.instant) else { return respond(id, to: request, .notFound, now: now) }
    guard !groups.isEmpty else { return respond(id, to: request, .temporarilyUnavailable, now: now) }
    respond(id, to: request, .movedTemporarily, now: now) { response in
      response.fields.set(groups.compactMap(\.first).map { Contact(.sip($0.uri)) })
    }
  }

  /// A request for the domain itself: OPTIONS is a ping, nothing else makes sense.
  private mutating func answerForTheExchange(_ request: Request, _ id: ServerTransactionID, now: Moment) {
    guard request.method == .options else { return respond(id, to: request, .notFound, now: now) }
    respond(id, to: request, .ok, now: now) { response in
      response.fields.set(Allow([.register, .options]))
      response.fields.set(Supported([.path, .outbound, .gruu]))
    }
  }

  private mutating func register(
    _ request: Request, _ received: ReceivedRequest, _ id: ServerTransactionID, now: Moment, into outputs: inout [ExchangeOutput]
  ) {
    let required = request.fields.optionTags(Require.self).filter { ![.path, .outbound, .gruu].contains($0) }
    guard required.isEmpty else {
      return respond(id, to: request, .badExtension, now: now) { $0.fields.set(Unsupported(required)) }
    }
    if configuration.authenticatesRegistrations {
      guard let name = authenticate(request, id, at: .server, now: now) else { return }
      // Step 4 of section 10.3: nobody registers for somebody else.
      guard name == addressOfRecord(request)?.name else { return respond(id, to: request, .forbidden, now: now) }
    }
    guard let user = addressOfRecord(request) else { return respond(id, to: request, .notFound, now: now) }
    let verdict = registrar.register(request, of: user, by: received.from, now: now)
    var response = verdict.response
    if let to = response.to, to.tag == nil {
      var tagged = to
      tagged.tag = random.token(bits: 64)
      response.fields.set(tagged)
    }
    layer.respond(id, with: response, now: now, into: &work)
    for event in verdict.events { outputs.append(.event(event)) }
  }

  /// The user whose address stands in To.
  private func addressOfRecord(_ request: Request) -> ExchangeUser? {
    guard let uri = request.to?.address.uri.sip, isOwn(uri), let name = uri.decodedUser else { return nil }
    return registrar.user(named: name)
  }
}

extension ExchangeConfiguration.Role {
  /// Whether bindings are kept here.
  var isRegistrar: Bool {
    switch self {
    case .home, .redirect: true
    case .edge: false
    }
  }
}

extension SIPURI {
  /// The same with the `lr` parameter.
  var loose: SIPURI {
    var uri = self
    if !uri.isLooseRouter { uri.parameters.set("lr") }
    return uri
  }
}
