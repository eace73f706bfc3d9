import SIPMessages
import SIPUserAgent
import SansIO
import Testing

/// One agent with flows over scripted edge proxies at 192.0.2.101 and 192.0.2.102, and the STUN requests that it sends.
struct FlowBench {
  struct Probe {
    var message: STUNMessage
    var to: SocketAddress
    var at: Instant
  }

  var world = World(agents: 1)

  init() {}

  private func settings(_ flow: UInt32, usesGRUU: Bool) -> RegistrationSettings {
    let registrar = World.uri("sip:example.com").sip ?? SIPURI(host: .name("example.com"))
    var settings = RegistrationSettings(
      identity: World.identity(routes: ["sip:192.0.2.\(100 + flow);lr"]), registrar: registrar,
      outbound: OutboundSettings(instance: OutboundTests.instance, flow: flow))
    settings.usesGRUU = usesGRUU
    return settings
  }

  mutating func register(_ flow: UInt32, usesGRUU: Bool = true) {
    world.command(0, .register(RegistrationID(UInt64(flow)), settings(flow, usesGRUU: usesGRUU)))
    world.settle()
  }

  /// Those that arrived at a proxy, retransmissions left out.
  func registers(at peer: Int) -> [Request] {
    var seen: [String] = []
    return world.requests(.register).filter { request in
      guard request.routes.first?.address.uri.sip?.host == .address(World.peer(peer).address), let branch = request.topVia?.branch,
        !seen.contains(branch)
      else { return false }
      seen.append(branch)
      return true
    }
  }

  /// The registrar behind a proxy confirms the last REGISTER.
  mutating func confirm(
    _ peer: Int, isOutbound: Bool = true, expires: UInt32 = 3600, flowTimer: UInt32? = nil, extra: [(HeaderName, String)] = [],
    contact change: (inout Contact) -> Void = { _ in }
  ) {
    guard let request = registers(at: peer).last else { return }
    world.answer(request, .ok, from: World.peer(peer)) { response in
      var contact = request.contacts.first ?? .wildcard
      contact.expires = expires
      change(&contact)
      response.fields.set(contact)
      if isOutbound { response.fields.set(Require([.outbound])) }
      if let flowTimer { response.fields.set(FlowTimer(flowTimer)) }
      for (name, value) in extra { response.fields.append(name: name, value: value) }
    }
    world.settle()
  }

  mutating func bringUp(flows: Int = 2, expires: UInt32 = 3600) throws {
    for flow in 0..<flows {
      register(UInt32(flow + 1))
      confirm(flow, expires: expires)
    }
  }

  /// Agent 0 calls by its first flow.
  mutating func call(_ session: UInt64 = 1, isAnonymous: Bool = false) {
    var identity = World.identity(routes: ["sip:192.0.2.101;lr"])
    identity.registration = RegistrationID(1)
    identity.isAnonymous = isAnonymous
    world.command(
      0,
      .invite(SessionID(session), InviteOrder(identity: identity, target: World.uri("sip:bob@example.com"), offer: World.sdp("o"))))
    world.settle()
  }

  /// The network says that a proxy is not there any more.
  mutating func kill(_ peer: Int) {
    world.input(0, .network(.datagramFailed(to: World.peer(peer), from: World.listener)))
  }

  mutating func deliver(_ bytes: [UInt8], from peer: SocketAddress) {
    world.input(0, .network(.datagram(bytes, from: peer, to: World.listener)))
  }

  /// Lets time pass until the agent asks whether a proxy lives.
  mutating func nextProbe(within limit: Duration = .seconds(30)) throws -> Probe {
    let end = world.now + limit
    let known = probeCount
    while world.now < end, probeCount == known { world.run(for: .milliseconds(100)) }
    return try #require(probes.count > known ? probes[known] : nil, "no STUN request came")
  }

  private var probeCount: Int { world.strays.count { STUNMessage(parsing: $0.bytes) != nil } }

  var probes: [Probe] {
    world.strays.compactMap { stray in
      STUNMessage(parsing: stray.bytes).map { Probe(message: $0, to: stray.to, at: stray.at) }
    }
  }

  mutating func answer(_ probe: Probe, as kind: STUNMessage.Kind = .success, port: UInt16 = 5060) {
    let address = SocketAddress(.v4(0xC000_0201), port: port)
    let answer = STUNMessage(
      kind, transactionID: probe.message.transactionID, mappedAddress: kind == .success ? address : nil,
      errorCode: kind == .failure ? 500 : nil)
    deliver(answer.serialized(), from: probe.to)
  }

  /// How often the agent said that a flow answered.
  var keptAlive: Int {
    world.events[0].count { if case .keptAlive = $0 { true } else { false } }
  }
}
