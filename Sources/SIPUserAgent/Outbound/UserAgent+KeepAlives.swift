import SIPMessages
import SansIO

/// Keeps the flows of registrations open, and hears when one of them leads nowhere (RFC 5626 section 4.4, RFC 6223).
extension UserAgent {
  /// A registration was confirmed: its flow is kept open from now on.
  /// - Parameter via: ours, as it came back. Its `keep` promises keep-alives (RFC 6223), nil or empty when the next hop promises
  ///   nothing; its `received` and `rport` say where we were seen (RFC 3581).
  mutating func keepAlive(_ id: RegistrationID, via: Via?) {
    guard let registration = registrations[id], registration.keepsFlowOpen, let flow = registration.flow,
      case .registered = registration.state
    else { return reviewKeepAlives() }
    // RFC 6223 section 4.3: a value says how often, 0 leaves it to us.
    let promised = via?.parameters["keep"].flatMap { UInt32($0) }
    let isPromised = registration.expectsKeepAlives || promised != nil
    let kind: FlowKeepAlive.Kind
    switch flow {
    case .stream: kind = .lines(expectsPong: isPromised)
    // RFC 5626 section 8: "MUST NOT send STUN requests over a flow unless it has an explicit indication".
    case .datagram where isPromised: kind = .stun
    case .datagram:
      // An earlier 2xx may have promised it, and a request may even be on its way: this 2xx counts.
      let others = registrations(over: flow).filter { $0 != id }
      if others.contains(where: { registrations[$0]?.expectsKeepAlives == true }) { return reviewKeepAlives() }
      guard registration.settings.keepsFlowOpen else {
        forgetKeepAlive(of: flow)
        return reviewKeepAlives()
      }
      kind = .options
    }
    let interval = registration.flowTimer ?? promised.flatMap { $0 > 0 ? .seconds(Int64($0)) : nil }
    if let known = keepAlives[flow], known.kind == kind || known.kind == .lines(expectsPong: true) {
      withKeepAlive(flow) { keepAlive, now, random, _ in keepAlive.adopt(flowTimer: interval, now: now, random: &random) }
    } else {
      keepAlives[flow] = FlowKeepAlive(kind, flowTimer: interval, now: now.instant, random: &random)
      deadlines.schedule(.flow(flow), at: keepAlives[flow]?.nextDeadline)
    }
    keepAlives[flow]?.registered(from: via.flatMap { ViaHandling.source($0) })
    reviewKeepAlives()
  }

  /// Flows along which no registration holds any more need not be kept.
  mutating func reviewKeepAlives() {
    guard !keepAlives.isEmpty else { return }
    let used = Set(registrations.values.compactMap { $0.keepsFlowOpen ? $0.flow : nil })
    // The order does not matter: nothing is said.
    for flow in keepAlives.keys where !used.contains(flow) { forgetKeepAlive(of: flow) }
  }

  mutating func forgetKeepAlive(of flow: FlowReference) {
    guard keepAlives.removeValue(forKey: flow) != nil else { return }
    deadlines.schedule(.flow(flow), at: nil)
  }

  mutating func withKeepAlive(
    _ flow: FlowReference, _ body: (inout FlowKeepAlive, Instant, inout RandomSource, inout [FlowKeepAlive.Output]) -> Void
  ) {
    guard var keepAlive = keepAlives[flow] else { return }
    var said: [FlowKeepAlive.Output] = []
    body(&keepAlive, now.instant, &random, &said)
    keepAlives[flow] = keepAlive
    deadlines.schedule(.flow(flow), at: keepAlive.nextDeadline)
    for output in said {
      switch output {
      case .ping: layer.sendKeepAlive(on: flow, now: now, into: &layerOutputs)
      case .probe(let message): layer.send(message, over: flow, into: &layerOutputs)
      case .options: sendOptions(along: flow)
      case .doubted: for id in registrations(over: flow) { withRegistration(id) { $0.refresh(&$1) } }
      case .answered:
        for id in registrations(over: flow) {
          registrations[id]?.proven()
          outputs.append(.event(.keptAlive(id)))
        }
      case .failed(let sentence): keepAliveFailed(flow, sentence)
      }
    }
  }

  private func registrations(over flow: FlowReference) -> [RegistrationID] {
    registrations.keys.sorted().filter { registrations[$0]?.flow == flow }
  }

  private mutating func keepAliveFailed(_ flow: FlowReference, _ sentence: String) {
    forgetKeepAlive(of: flow)
    switch flow {
    case .stream(let id): layer.close(id, because: sentence, now: now, into: &layerOutputs)
    // There is nothing to close; what the server and the NAT remember of it is worth nothing.
    case .datagram: for id in registrations(over: flow) { registrationLostFlow(id, because: sentence) }
    }
  }

  /// OPTIONS to the server where the flow ends, and no further: with Max-Forwards 0 the first hop answers itself (RFC 3261
  /// section 11).
  private mutating func sendOptions(along flow: FlowReference) {
    guard let id = registrations(over: flow).first, let registration = registrations[id], let target = registration.hop else {
      return
    }
    let identity = registration.settings.identity
    let localTag = random.token(bits: 64)
    let callID = random.token(bits: 128)
    var (request, routing) = makeRequest(
      .options, to: .sip(registration.settings.registrar), identity: identity, callID: callID, localTag: localTag,
      sequence: UInt32(random.next(below: 1 << 16)) + 1)
    request.fields.set(MaxForwards(0))
    complete(&request, identity: identity, isSecure: false)
    let hop = NextHop(uri: target, transport: identity.transport, flow: flow, isFlowRequired: true)
    let exchange = makeExchange()
    exchanges[exchange] = ClientExchange(
      owner: .keepAlive(flow), identity: identity, target: routing.target, template: request, sent: request, hop: hop)
    transmit(exchange)
  }

  /// Whatever the answer says, somebody gave it.
  mutating func receive(_ response: Response, keepAliveOf flow: FlowReference) {
    let address = response.topVia.flatMap { ViaHandling.source($0) }
    withKeepAlive(flow) { $0.answered(seenFrom: address, now: $1, random: &$2, into: &$3) }
  }

  /// The network itself says that a UDP flow leads nowhere.
  mutating func flowUnreachable(_ flow: FlowReference) {
    guard keepAlives[flow] != nil else { return }
    keepAliveFailed(flow, FlowFailure.unreachable.reason)
  }

  /// Something that somebody waits for leaves along a connection that may be dead: ask it at once.
  mutating func hurryKeepAlive(of flow: FlowReference?) {
    guard let flow, case .stream = flow else { return }
    withKeepAlive(flow) { $0.hurry(now: $1, random: &$2, into: &$3) }
  }
}
