import SIPMessages
import SIPUserAgent
import SansIO

/// One account while the phone runs.
struct Account: Sendable {
  enum State: Sendable {
    /// Never registers.
    case direct
    case offline
    case registering
    case ready(RegistrationFacts)
    case failed(String, retryAt: Instant?)
    /// The binding is being removed. `isWantedBack`: the user has ordered meanwhile to register again.
    case leaving(isWantedBack: Bool)
  }

  /// From 1, in the order of the file.
  let number: Int
  let settings: AccountConfiguration
  /// False for the stand-in of a phone without accounts: it has no domain of its own.
  let hasDomain: Bool
  var state: State
  /// A new number for each time it is registered afresh; nil while it is not.
  var registration: RegistrationID?
  /// Which of the outbound proxies requests take now.
  private var proxyIndex = 0
  /// How many attempts to register failed on their way since the last one that succeeded.
  private var failedWays = 0

  init(number: Int, settings: AccountConfiguration, hasDomain: Bool = true) {
    self.number = number
    self.settings = settings
    self.hasDomain = hasDomain
    state = settings.registers ? .offline : .direct
  }

  /// For a phone without accounts: it calls directly and tells no address of its own (RFC 3261 section 8.1.1.3).
  static var anonymous: Account {
    var settings = AccountConfiguration(address: SIPURI(user: "anonymous", host: .name("anonymous.invalid")))
    settings.displayName = "Anonymous"
    settings.registers = false
    return Account(number: 1, settings: settings, hasDomain: false)
  }

  var name: String { settings.name }

  /// The address whose domain completes what the user types; nil when there is none.
  var home: SIPURI? { hasDomain ? settings.address : nil }

  var isReady: Bool { facts != nil }

  var facts: RegistrationFacts? {
    if case .ready(let facts) = state { facts } else { nil }
  }

  /// What calls need. The user agent adds the registrar's Service-Route by itself.
  var identity: LocalIdentity {
    identity(registration: registration)
  }

  /// What REGISTER needs.
  var registrationSettings: RegistrationSettings {
    let address = settings.address
    let registrar = settings.registrar ?? SIPURI(host: address.host, port: address.port, isSecure: address.isSecure)
    var parameters = Parameters()
    // A callee capability (RFC 5373 section 4.3.2, RFC 3840 section 10.1), for proxies that choose among devices.
    parameters.setQuoted("extensions", OptionTag.answermode.token)
    var fields = HeaderFields()
    if settings.requiresCalleeCapabilities { fields.append(Require([OptionTag("pref")])) }
    return RegistrationSettings(
      identity: identity(registration: nil), registrar: registrar, expires: settings.expires, contactParameters: parameters,
      fields: fields)
  }

  /// The way into the network: one of the outbound proxies at a time; nil when there are none.
  var proxy: SIPURI? {
    settings.outboundProxies.indices.contains(proxyIndex) ? settings.outboundProxies[proxyIndex] : nil
  }

  /// The present proxy did not lead anywhere. Goes on to the next one, round robin, and returns it; nil when there is no other, and
  /// after each full round, which is the time for a pause.
  mutating func takeNextProxy() -> SIPURI? {
    let count = settings.outboundProxies.count
    guard count > 1 else { return nil }
    failedWays += 1
    guard failedWays % count != 0 else { return nil }
    proxyIndex = (proxyIndex + 1) % count
    return proxy
  }

  /// The present proxy works.
  mutating func keepProxy() {
    failedWays = 0
  }

  private func identity(registration: RegistrationID?) -> LocalIdentity {
    LocalIdentity(
      address: NameAddress(uri: .sip(settings.address), displayName: settings.displayName),
      routes: proxy.map { [NameAddress(uri: .sip($0))] } ?? [], transport: settings.transport,
      pinnedCertificate: settings.certificatePin, registration: registration)
  }

  var snapshot: AccountSnapshot {
    let shown: AccountSnapshot.State =
      switch state {
      case .direct: .direct
      case .offline, .leaving: .offline
      case .registering: .registering
      case .ready: .ready
      case .failed(let why, let retryAt): .failed(why, retryAt: retryAt)
      }
    return AccountSnapshot(
      number: number, address: name, displayName: settings.displayName, state: shown,
      transport: (facts?.transport ?? settings.transport)?.viaToken, flowsReady: isReady ? 1 : 0,
      flowsWanted: settings.registers ? 1 : 0)
  }
}
