import SIPMessages
import SIPUserAgent
import SansIO

/// One account while the phone runs.
struct Account: Sendable {
  /// From 1, in the order of the file.
  let number: Int
  let settings: AccountConfiguration
  /// False for the stand-in of a phone without accounts: it has no domain of its own.
  let hasDomain: Bool
  /// The instance-id of this phone.
  let instance: String
  /// As many as are wanted; empty for an account that never registers.
  var flows: [AccountFlow]
  /// The registrar keeps flows, as far as is known.
  var keepsFlows = false
  /// How many contacts of other phones the registrar says there are now; nil while it does not say such things by itself.
  var otherPhones: Int?
  /// The further flows do not wait longer than this for the first one.
  var othersStartAt: Instant?

  init(number: Int, settings: AccountConfiguration, instance: String, hasDomain: Bool = true) {
    self.number = number
    self.settings = settings
    self.instance = instance
    self.hasDomain = hasDomain
    let proxies = settings.outboundProxies.count
    flows = (0..<settings.greatestFlowCount).map { place in
      AccountFlow(number: place + 1, proxyIndex: proxies == 0 ? nil : place % proxies)
    }
  }

  /// For a phone without accounts: it calls directly and tells no address of its own (RFC 3261 section 8.1.1.3).
  static func anonymous(instance: String) -> Account {
    var settings = AccountConfiguration(address: SIPURI(user: "anonymous", host: .name("anonymous.invalid")))
    settings.displayName = "Anonymous"
    settings.registers = false
    return Account(number: 1, settings: settings, instance: instance, hasDomain: false)
  }

  var name: String { settings.name }

  /// The address whose domain completes what the user types; nil when there is none.
  var home: SIPURI? { hasDomain ? settings.address : nil }

  var isReady: Bool { flows.contains { $0.isReady } }

  var isLeaving: Bool { flows.contains { $0.isLeaving } }

  /// Of the first flow that works.
  var facts: RegistrationFacts? { flows.lazy.compactMap(\.facts).first }

  var readyCount: Int { flows.count { $0.isReady } }

  /// How many flows there should be: those that are not idle, and one at least.
  var wantedCount: Int { settings.registers ? max(1, flows.count { !$0.isIdle }) : 0 }

  /// What calls need. The user agent goes over to another flow by itself, and adds the registrar's Service-Route.
  var identity: LocalIdentity {
    let flow = flows.first { $0.isReady } ?? flows.first { $0.registration != nil } ?? flows.first
    return identity(by: flow?.proxyIndex ?? (settings.outboundProxies.isEmpty ? nil : 0), registration: flow?.registration)
  }

  /// What REGISTER needs for the flow at that place.
  func registrationSettings(of place: Int) -> RegistrationSettings {
    let address = settings.address
    let registrar = settings.registrar ?? SIPURI(host: address.host, port: address.port, isSecure: address.isSecure)
    var parameters = Parameters()
    // A callee capability (RFC 5373 section 4.3.2, RFC 3840 section 10.1), for proxies that choose among devices.
    parameters.setQuoted("extensions", OptionTag.answermode.token)
    var fields = HeaderFields()
    if settings.requiresCalleeCapabilities { fields.append(Require([OptionTag("pref")])) }
    var registration = RegistrationSettings(
      identity: identity(by: flows[place].proxyIndex, registration: nil), registrar: registrar, expires: settings.expires,
      contactParameters: parameters, fields: fields,
      outbound: settings.usesOutbound ? OutboundSettings(instance: instance, flow: UInt32(flows[place].number)) : nil)
    registration.recovery = settings.recovery
    registration.keepsFlowOpen = settings.keepsFlowOpen
    registration.usesGRUU = settings.usesGRUU
    registration.serviceRoute = settings.serviceRoute
    registration.experiments = settings.experiments
    return registration
  }

  /// The way into the network that the flow at that place takes; nil when there are no outbound proxies.
  func proxy(of place: Int) -> SIPURI? {
    guard let index = flows[place].proxyIndex, settings.outboundProxies.indices.contains(index) else { return nil }
    return settings.outboundProxies[index]
  }

  /// The present proxy of a flow did not lead anywhere. Goes on to the next one that no other flow takes, round robin, and returns
  /// it; nil when there is no other, and after each full round, which is the time for a pause.
  mutating func takeNextProxy(of place: Int) -> SIPURI? {
    let count = settings.outboundProxies.count
    let taken = flows.indices.filter { $0 != place && !flows[$0].isIdle }.compactMap { flows[$0].proxyIndex }
    guard count > 1, let present = flows[place].proxyIndex else { return nil }
    let free = (1..<count).map { (present + $0) % count }.filter { !taken.contains($0) }
    guard let next = free.first else { return nil }
    flows[place].failedWays += 1
    guard flows[place].failedWays % (free.count + 1) != 0 else { return nil }
    flows[place].proxyIndex = next
    return proxy(of: place)
  }

  private func identity(by proxy: Int?, registration: RegistrationID?) -> LocalIdentity {
    let proxies = settings.outboundProxies
    let route = proxy.flatMap { proxies.indices.contains($0) ? proxies[$0] : nil }
    var identity = LocalIdentity(
      address: NameAddress(uri: .sip(settings.address), displayName: settings.displayName),
      routes: route.map { [NameAddress(uri: .sip($0))] } ?? [], transport: settings.transport,
      pinnedCertificate: settings.certificatePin, registration: registration)
    identity.credential = settings.credential
    return identity
  }
}
