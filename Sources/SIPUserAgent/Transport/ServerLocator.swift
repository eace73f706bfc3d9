public import SIPMessages
public import SansIO

/// Finds the servers of a SIP URI, one after the other, after RFC 3263 section 4 and RFC 7984.
///
/// `start` and every later event append either questions for the Domain Name System, or the next server to try, or the news that
/// there are no more. Names are looked up only when they are needed: the second SRV target costs nothing while the first one works.
///
///     NAPTR (no transport, no port) -> SRV of each service -> A and AAAA of each target -> attempts
///          \ no NAPTR: SRV of each transport we speak ^  \ no SRV: A and AAAA of the host itself ^
public struct ServerLocator: Sendable {
  public enum Output: Hashable, Sendable {
    case resolve(DNSQuestion)
    /// Try this server. `attemptFailed` asks for the next one.
    case attempt(Destination)
    /// There is no server, or no further one; a sentence when none was ever found, for a person.
    case exhausted(String?)
  }

  /// What this host can do.
  public struct Abilities: Hashable, Sendable {
    /// The transports that can be used, the preferred one first.
    public var transports: [TransportProtocol]
    public var hasIPv4: Bool
    public var hasIPv6: Bool

    public init(transports: [TransportProtocol] = [.udp, .tcp, .tls], hasIPv4: Bool = true, hasIPv6: Bool = true) {
      self.transports = transports
      self.hasIPv4 = hasIPv4
      self.hasIPv6 = hasIPv6
    }
  }

  /// A name in the DNS may carry any number of records; more than these are not worth trying and could keep a call busy for hours.
  public static let serviceLimit = 8
  public static let targetLimit = 16
  public static let addressLimit = 8

  /// A service to ask SRV records for.
  private struct Service: Hashable, Sendable {
    var name: String
    var transport: TransportProtocol
  }

  /// A host to ask addresses for.
  private struct Target: Hashable, Sendable {
    var name: String
    var port: UInt16
    var transport: TransportProtocol
  }

  private enum State: Sendable {
    case idle
    case waitingForServices
    case waitingForTargets(Service)
    /// `nil` while that family's answer is outstanding.
    case waitingForAddresses(Target, v4: [IPAddress]?, v6: [IPAddress]?)
    case attempting
    case exhausted
  }

  private let uri: SIPURI
  private let wantedTransport: TransportProtocol?
  private let abilities: Abilities
  private var state = State.idle
  private var services: [Service] = []
  private var targets: [Target] = []
  private var destinations: [Destination] = []
  /// The host itself, used when no service has a record.
  private var lastResort: Target?
  /// Servers that failed a short while ago: they come last.
  private let avoided: [SocketAddress]
  /// Servers that are not to be tried.
  private let excluded: [SocketAddress]
  /// One of those was found.
  public private(set) var hasMetExcluded = false
  private var postponed: [Destination] = []
  private var attempts = 0
  private var problem: String?

  /// A locator for `uri`; `transport` overrides the URI's own parameter, `avoided` are tried after all others, `excluded` never.
  public init(
    uri: SIPURI, transport: TransportProtocol? = nil, abilities: Abilities, avoided: [SocketAddress] = [],
    excluded: [SocketAddress] = []
  ) {
    self.avoided = avoided
    self.excluded = excluded
    self.uri = uri
    wantedTransport = transport
    self.abilities = abilities
  }

  /// The host whose servers are wanted: `maddr` when the URI has one (RFC 3263 section 4).
  private var targetHost: Host {
    if let text = uri.parameters["maddr"], let host = Host(text) { host } else { uri.host }
  }

  private var domain: String? {
    switch uri.host {
    case .name(let name): name
    case .address: nil
    }
  }

  public mutating func start(into outputs: inout [Output]) {
    guard case .idle = state else { return }
    var transport = wantedTransport
    if transport == nil, let parameter = uri.transportParameter {
      guard let named = TransportProtocol(named: parameter) else {
        return giveUp("The transport \(parameter) of \(uri) is not one of UDP, TCP and TLS.", into: &outputs)
      }
      transport = named
    }
    // "sips" means TLS whatever the parameter says: `transport=tcp` names what TLS runs over (RFC 3261 section 26.2.2).
    if uri.isSecure, transport != nil { transport = .tls }
    if let transport, !abilities.transports.contains(transport) {
      return giveUp("\(uri) wants \(transport), and there is no \(transport) socket.", into: &outputs)
    }
    let usual = transport ?? usualTransport
    let host = targetHost
    switch host {
    case .address(let address):
      // Section 4.1: a numeric target is contacted directly.
      let remote = SocketAddress(address, port: uri.port ?? usual.defaultPort)
      destinations = [Destination(transport: usual, remote: remote, domain: domain)]
      advance(into: &outputs)
    case .name(let name):
      if let port = uri.port {
        targets = [Target(name: name, port: port, transport: usual)]
        advance(into: &outputs)
        return
      }
      lastResort = Target(name: name, port: usual.defaultPort, transport: usual)
      if let transport {
        services = [service(of: transport, at: name)]
        advance(into: &outputs)
      } else {
        state = .waitingForServices
        outputs.append(.resolve(DNSQuestion(name: name, type: .naptr)))
      }
    }
  }

  /// UDP for sip and TLS for sips (section 4.1), or what there is when there is no UDP socket.
  private var usualTransport: TransportProtocol {
    if uri.isSecure { return .tls }
    return abilities.transports.contains(.udp) ? .udp : abilities.transports.first ?? .udp
  }

  private func service(of transport: TransportProtocol, at name: String) -> Service {
    let prefix = transport == .tls ? "_sips._tcp." : transport == .tcp ? "_sip._tcp." : "_sip._udp."
    return Service(name: prefix + name, transport: transport)
  }

  /// The answer to a question that was put. One that nobody waits for is ignored.
  public mutating func receive(
    _ result: LookupResult, to question: DNSQuestion, random: inout RandomSource, into outputs: inout [Output]
  ) {
    var records: [DNSRecord] = []
    switch result {
    case .records(let found): records = found
    case .failed(let why): problem = why
    }
    switch (state, question.type) {
    case (.waitingForServices, .naptr):
      services = services(from: records)
      if services.isEmpty, case .name(let name) = targetHost {
        // Section 4.1: no NAPTR record, so ask for SRV records of every transport we speak.
        let transports = uri.isSecure ? abilities.transports.filter(\.isSecure) : abilities.transports
        services = transports.map { service(of: $0, at: name) }
      }
      advance(into: &outputs)
    case (.waitingForTargets(let service), .srv) where service.name == question.name:
      targets = targets(from: records, transport: service.transport, random: &random)
      if records.contains(where: { if case .srv = $0 { true } else { false } }) { lastResort = nil }
      advance(into: &outputs)
    case (.waitingForAddresses(let target, let known4, let known6), .a) where target.name == question.name && known4 == nil,
      (.waitingForAddresses(let target, let known4, let known6), .aaaa) where target.name == question.name && known6 == nil:
      let found = addresses(from: records)
      let v4 = question.type == .a ? found.filter { !$0.isV6 } : known4
      let v6 = question.type == .a ? known6 : found.filter(\.isV6)
      state = .waitingForAddresses(target, v4: v4, v6: v6)
      guard let v4, let v6 else { return }
      // RFC 7984 section 4: addresses of one target are ordered by RFC 6724, whose default policy puts IPv6 first, and never mixed
      // with those of another target.
      destinations = (v6.prefix(Self.addressLimit) + v4.prefix(Self.addressLimit)).map {
        Destination(transport: target.transport, remote: SocketAddress($0, port: target.port), domain: domain)
      }
      advance(into: &outputs)
    case (.idle, _), (.waitingForServices, _), (.waitingForTargets, _), (.waitingForAddresses, _), (.attempting, _),
      (.exhausted, _):
      break
    }
  }

  /// The last server that was named did not work: section 4.3 asks for the next one.
  public mutating func attemptFailed(into outputs: inout [Output]) {
    guard case .attempting = state else { return }
    advance(into: &outputs)
  }

  /// True when a failed attempt would lead to another one or at least to another look-up.
  public var hasMore: Bool {
    !destinations.isEmpty || !postponed.isEmpty || !targets.isEmpty || !services.isEmpty || lastResort != nil && attempts == 0
  }

  private mutating func advance(into outputs: inout [Output]) {
    while true {
      if !excluded.isEmpty, destinations.contains(where: { excluded.contains($0.remote) }) {
        hasMetExcluded = true
        destinations.removeAll { excluded.contains($0.remote) }
      }
      if !avoided.isEmpty, !destinations.isEmpty {
        postponed += destinations.filter { avoided.contains($0.remote) && !postponed.contains($0) }
        destinations.removeAll { avoided.contains($0.remote) }
      }
      if !destinations.isEmpty {
        state = .attempting
        attempts += 1
        outputs.append(.attempt(destinations.removeFirst()))
        return
      }
      if !targets.isEmpty {
        let target = targets.removeFirst()
        if let address = IPAddress(target.name) {
          let remote = SocketAddress(address, port: target.port)
          destinations = [Destination(transport: target.transport, remote: remote, domain: domain)]
          continue
        }
        // RFC 7984 section 3.1: a dual-stack client looks up the addresses of both families.
        state = .waitingForAddresses(target, v4: abilities.hasIPv4 ? nil : [], v6: abilities.hasIPv6 ? nil : [])
        if abilities.hasIPv6 { outputs.append(.resolve(DNSQuestion(name: target.name, type: .aaaa))) }
        if abilities.hasIPv4 { outputs.append(.resolve(DNSQuestion(name: target.name, type: .a))) }
        if !abilities.hasIPv4, !abilities.hasIPv6 { continue }
        return
      }
      if !services.isEmpty {
        let service = services.removeFirst()
        state = .waitingForTargets(service)
        outputs.append(.resolve(DNSQuestion(name: service.name, type: .srv)))
        return
      }
      if let target = lastResort {
        lastResort = nil
        // Once a server was found through SRV the host itself is none of the alternatives (section 4.2).
        if attempts == 0, postponed.isEmpty {
          targets = [target]
          continue
        }
      }
      if !postponed.isEmpty {
        state = .attempting
        attempts += 1
        outputs.append(.attempt(postponed.removeFirst()))
        return
      }
      return giveUp(attempts == 0 ? nothingFound : nil, into: &outputs)
    }
  }

  private var nothingFound: String {
    let sentence = "No address was found for \(targetHost)."
    return problem.map { sentence + " " + $0 } ?? sentence
  }

  private mutating func giveUp(_ sentence: String?, into outputs: inout [Output]) {
    state = .exhausted
    outputs.append(.exhausted(sentence))
  }

  /// The services of NAPTR records that we can use, in the order that the domain prefers (section 4.1).
  private func services(from records: [DNSRecord]) -> [Service] {
    var found: [(order: UInt16, preference: UInt16, service: Service)] = []
    for record in records {
      guard case .naptr(let order, let preference, let flags, let service, let replacement) = record, flags.lowercased() == "s",
        !replacement.isEmpty
      else { continue }
      let transport: TransportProtocol
      switch service.uppercased() {
      case "SIP+D2U": transport = .udp
      case "SIP+D2T": transport = .tcp
      case "SIPS+D2T": transport = .tls
      default: continue
      }
      // "If the URI scheme is sips, records without SIPS are discarded"; so are transports that we do not speak.
      guard abilities.transports.contains(transport), transport.isSecure || !uri.isSecure else { continue }
      found.append((order, preference, Service(name: Self.withoutRootDot(replacement), transport: transport)))
    }
    found.sort { ($0.order, $0.preference) < ($1.order, $1.preference) }
    return found.prefix(Self.serviceLimit).map(\.service)
  }

  private func targets(from records: [DNSRecord], transport: TransportProtocol, random: inout RandomSource) -> [Target] {
    var found: [WeightedTarget] = []
    for record in records {
      guard case .srv(let priority, let weight, let port, let target) = record else { continue }
      let name = Self.withoutRootDot(target)
      // RFC 2782: "a Target of "." means that the service is decidedly not available at this domain".
      guard !name.isEmpty, found.count < Self.targetLimit else { continue }
      found.append(WeightedTarget(priority: priority, weight: weight, port: port, name: name))
    }
    return WeightedTarget.ordered(found, random: &random).map { Target(name: $0.name, port: $0.port, transport: transport) }
  }

  private func addresses(from records: [DNSRecord]) -> [IPAddress] {
    records.compactMap { if case .address(let address) = $0 { address } else { nil } }
  }

  private static func withoutRootDot(_ name: String) -> String {
    name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}
