internal import Exchange
internal import Phone
internal import SIPMessages
internal import SIPUserAgent
internal import SansIO

/// Makes the world that a plan describes.
struct SwarmWorld {
  var world: World
  var phones: [NodeID] = []
  var exchanges: [NodeID] = []
  var liars: [NodeID] = []

  init(_ plan: SwarmPlan, checkers: [any Checker]) {
    var random = RandomSource(seed: plan.seed ^ 0x5A5A_5A5A)
    world = World(seed: random.nextUInt64(), faults: plan.faults, dns: Self.dns(plan.topology), checkers: checkers)
    addExchanges(plan)
    for (index, phone) in plan.phones.enumerated() { add(phone, index, plan) }
    for (index, interval) in plan.liars.enumerated() {
      let address = SocketAddress(SwarmPlan.Place.address(SwarmPlan.Place.liar(index)), port: 5060)
      let host = SimulatedHost(name: "liar\(index)", listeners: [.init(.udp, address), .init(.tcp, address)])
      let liar = LyingPeer(
        name: "liar\(index)", address: address, victims: Self.victims(plan), callInterval: interval, random: random.split())
      liars.append(world.addLiar(host, liar))
    }
  }

  private static func host(_ name: String, _ place: UInt32, domain: String) -> SimulatedHost {
    let address = SwarmPlan.Place.address(place)
    let certificate = TLSPeerIdentity(
      uris: [], dnsNames: [domain, "\(address)"], commonName: nil,
      fingerprint: [UInt8](repeating: UInt8(truncatingIfNeeded: place), count: 32),
      isPinned: false)
    return SimulatedHost(
      name: name,
      listeners: [
        .init(.udp, SocketAddress(address, port: 5060)), .init(.tcp, SocketAddress(address, port: 5060)),
        .init(.tls, SocketAddress(address, port: 5061)),
      ], certificate: certificate)
  }

  private mutating func addExchanges(_ plan: SwarmPlan) {
    guard plan.topology != .direct else { return }
    for (index, domain) in SwarmPlan.domains.enumerated() where index == 0 || plan.topology == .twoDomains {
      let users = Set(plan.phones.filter { $0.domain == index }.map(\.user)).sorted()
      let configuration = ExchangeConfiguration(
        domain: domain, users: users.map { ExchangeUser(name: "u\($0)", password: "p\($0)") },
        authenticatesRegistrations: plan.authenticates, authenticatesCalls: plan.authenticates, hasRobots: index == 0)
      let place = index == 0 ? SwarmPlan.Place.home : SwarmPlan.Place.other
      exchanges.append(world.addExchange(Self.host(domain, place, domain: domain), configuration))
    }
    if plan.topology == .edge {
      let home = SIPURI(host: .address(SwarmPlan.Place.address(SwarmPlan.Place.home)), port: 5060)
      let configuration = ExchangeConfiguration(
        role: .edge(home: home), domain: SwarmPlan.domains[0], authenticatesRegistrations: false, authenticatesCalls: false,
        hasRobots: false)
      exchanges.append(world.addExchange(Self.host("edge", SwarmPlan.Place.edge, domain: SwarmPlan.domains[0]), configuration))
    }
  }

  private mutating func add(_ phone: SwarmPlan.PhonePlan, _ index: Int, _ plan: SwarmPlan) {
    let place = SwarmPlan.Place.phone(index)
    let host = Self.host("phone\(index)", place, domain: "phone\(index).test")
    guard !phone.isAbsent else {
      phones.append(world.addSilentHost(SimulatedHost(name: "absent\(index)", listeners: [])))
      return
    }
    let text = Self.configuration(phone, index, plan)
    let node = world.addPhone(host, ConfigurationParser.parse(Array(text.utf8), file: "swarm").0)
    if phone.isBehindNAT {
      world.network.remap(node, to: SocketAddress(SwarmPlan.Place.address(SwarmPlan.Place.nat(index)), port: 20_000))
    }
    phones.append(node)
  }

  private static func configuration(_ phone: SwarmPlan.PhonePlan, _ index: Int, _ plan: SwarmPlan) -> String {
    let own = SwarmPlan.Place.address(SwarmPlan.Place.phone(index))
    let listen = "listen = [\"udp:\(own):5060\", \"tcp:\(own):5060\", \"tls:\(own):5061\"]"
    let answer = phone.answersAutomatically ? "[answer]\nautomatically = true\n" : ""
    guard plan.topology != .direct else {
      return "[[accounts]]\naddress = \"sip:u\(phone.user)@\(own)\"\nregister = false\n[network]\n\(listen)\n\(answer)"
    }
    let domain = SwarmPlan.domains[phone.domain]
    let place = plan.topology == .edge ? SwarmPlan.Place.edge : phone.domain == 0 ? SwarmPlan.Place.home : SwarmPlan.Place.other
    let transport = phone.transport.parameter
    let proxy =
      phone.usesNames
      ? "sip:\(domain);transport=\(transport);lr"
      : "sip:\(SwarmPlan.Place.address(place)):\(phone.transport == .tls ? 5061 : 5060);transport=\(transport);lr"
    return """
      [[accounts]]
      address = "sip:u\(phone.user)@\(domain)"
      password = "p\(phone.user)"
      outbound_proxies = ["\(proxy)"]
      expires = \(phone.expires)
      [network]
      \(listen)
      \(answer)
      """
  }

  private static func victims(_ plan: SwarmPlan) -> [LyingPeer.Victim] {
    var victims: [LyingPeer.Victim] = []
    for (index, phone) in plan.phones.enumerated() where !phone.isAbsent {
      let own = SwarmPlan.Place.address(SwarmPlan.Place.phone(index))
      victims.append(LyingPeer.Victim(uri: "sip:u\(phone.user)@\(own)", address: SocketAddress(own, port: 5060)))
      guard plan.topology != .direct else { continue }
      let place = phone.domain == 0 ? SwarmPlan.Place.home : SwarmPlan.Place.other
      let exchange = SocketAddress(SwarmPlan.Place.address(place), port: 5060)
      victims.append(LyingPeer.Victim(uri: "sip:u\(phone.user)@\(SwarmPlan.domains[phone.domain])", address: exchange))
    }
    return victims
  }

  private static func dns(_ topology: SwarmPlan.Topology) -> SimulatedDNS {
    var dns = SimulatedDNS()
    for (index, domain) in SwarmPlan.domains.enumerated() {
      let place = index == 1 ? SwarmPlan.Place.other : topology == .edge ? SwarmPlan.Place.edge : SwarmPlan.Place.home
      let server = "proxy.\(domain)"
      for (service, port) in [("_sip._udp", 5060), ("_sip._tcp", 5060), ("_sips._tcp", 5061)] as [(String, UInt16)] {
        dns.set("\(service).\(domain)", .srv, [.srv(priority: 1, weight: 0, port: port, target: server)])
      }
      dns.set(server, .a, [.address(SwarmPlan.Place.address(place))])
    }
    return dns
  }
}
