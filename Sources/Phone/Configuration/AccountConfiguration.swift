public import SIPMessages
public import SIPUserAgent

/// One `[[accounts]]` table: an address that the user has.
public struct AccountConfiguration: Hashable, Sendable {
  /// The address of record, without parameters.
  public var address: SIPURI
  /// What the other side is shown; nil for nothing.
  public var displayName: String?
  /// The name to sign in with, when it is not the user part of the address.
  public var authenticationUser: String?
  public var password: String?
  /// A shell command whose first line of output is the password. The world runs it and sets `password` before the phone starts.
  public var passwordCommand: String?
  /// Where to register; nil is the domain of the address.
  public var registrar: SIPURI?
  /// Ways into the network, each of them complete. They are alternatives and no chain: each flow takes one of its own, and what is
  /// left over is tried when registering through one fails on the way. Each has the `lr` parameter. Empty when the domain's own
  /// servers are asked.
  public var outboundProxies: [SIPURI] = []
  /// For targets that name no transport; nil lets the domain's DNS records decide (RFC 3263).
  public var transport: TransportProtocol?
  /// False for an account that only calls, and is called, directly.
  public var registers = true
  /// SHA-256 of the only certificate that this account's server may show, 32 bytes; nil for the usual trust roots.
  public var certificatePin: [UInt8]?
  /// What this account shows to a TLS server that asks who it is; nil for the certificate of `[tls]`.
  public var credential: ClientCredential?
  /// What the account's own server writes into calls is believed: how vendors' servers ask for a ring or an answer. Such a server
  /// must take away what callers have made up themselves.
  public var trustsServer = false
  /// REGISTER is refused by a registrar that knows nothing of callee capabilities (RFC 5373 section 4.3.2, RFC 3840).
  public var requiresCalleeCapabilities = false
  /// Whom this account calls unless the user says otherwise: numbers and addresses with `*`, `domain:…`.
  public var callsTo: [CallingAccounts.Rule] = []
  /// How many ways are kept open at once (RFC 5626), from 1 to 4, as far as there are so many servers.
  public var flows = Self.usualFlows
  /// The pauses between attempts to register that fail.
  public var recovery = FlowRecoveryTimes()
  /// False: no GRUU (RFC 5627), for providers that give some out and do not route to them.
  public var usesGRUU = true
  /// Whether the provider is asked to tell when a registration is taken away (RFC 3680); nil: when it offers that.
  public var registrationEvents: Bool?
  /// False: registers as RFC 3261 has it, for providers that take offence at more.
  public var usesOutbound = true
  /// False: nothing is sent to keep the way open that the server has not asked for. Without a NAT on the way nobody needs it.
  public var keepsFlowOpen = true
  /// What a Service-Route of the registrar does to the outbound proxy; nil: it replaces it when it begins there, else it follows.
  public var serviceRoute: ServiceRouteUse?
  public var experiments = RoutingExperiments()
  /// Wanted lifetime of the registration.
  public var expires: Duration = .seconds(3600)

  public init(address: SIPURI) {
    self.address = address
  }

  public static let usualFlows = 2
  public static let mostFlows = 4

  /// How many flows there can be: as many as outbound proxies, and where a name may stand for several servers (SRV records), as
  /// many as are wanted.
  var greatestFlowCount: Int {
    guard registers else { return 0 }
    guard usesOutbound else { return 1 }
    let wanted = min(max(flows, 1), Self.mostFlows)
    if outboundProxies.count > 1 { return min(wanted, outboundProxies.count) }
    let way = outboundProxies.first ?? registrar ?? address
    if case .name = way.host, way.port == nil { return wanted }
    return 1
  }

  /// `alice@example.com`.
  public var name: String {
    Self.name(of: address)
  }

  static func name(of uri: SIPURI) -> String {
    let host = uri.port.map { "\(uri.host.description):\($0)" } ?? uri.host.description
    guard let user = uri.user else { return host }
    return "\(user)@\(host)"
  }
}
