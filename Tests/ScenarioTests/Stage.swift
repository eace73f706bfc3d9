import Exchange
import Phone
import SIPMessages
import SIPUserAgent
import SansIO
import Simulation

/// Places, names and configurations that scenarios share.
enum Stage {
  static func udp(_ last: UInt32, port: UInt16 = 5060) -> SimulatedHost.Listener {
    SimulatedHost.Listener(.udp, SocketAddress(.v4(0x7F00_0000 + last), port: port))
  }

  static func host(_ name: String, _ last: UInt32) -> SimulatedHost { SimulatedHost(name: name, listeners: [udp(last)]) }

  /// An account that calls directly and is called at its address.
  static func direct(_ name: String, _ last: Int) -> Configuration {
    configuration("address = \"sip:\(name)@127.0.0.\(last)\"\nregister = false")
  }

  /// An account at a domain, behind the proxy at 127.0.0.`proxy`.
  static func account(_ name: String, at domain: String, proxy: Int, registers: Bool = true) -> Configuration {
    configuration(
      """
      address = "sip:\(name)@\(domain)"
      password = "\(name)"
      outbound_proxies = ["sip:127.0.0.\(proxy);lr"]
      register = \(registers)
      """)
  }

  static func configuration(_ account: String) -> Configuration {
    var configuration = ConfigurationParser.parse(Array("[[accounts]]\n\(account)\n".utf8), file: "scenario").0
    // RFC 3665 and RFC 5359 draw their flows without the UPDATE of RFC 4916.
    configuration.identity.tellsConnected = false
    return configuration
  }

  static func home(
    _ domain: String, _ users: [String], authenticates: Bool = false, role: ExchangeConfiguration.Role = .home
  ) -> ExchangeConfiguration {
    ExchangeConfiguration(
      role: role, domain: domain, users: users.map { ExchangeUser(name: $0, password: $0) },
      authenticatesRegistrations: authenticates,
      authenticatesCalls: authenticates)
  }

  static let checkers: [any Checker] = [BranchChecker(), SequenceChecker(), AcknowledgementChecker(), MicrophoneChecker()]
}

extension World {
  /// The state of a phone's newest call; nil when there is none.
  func call(at node: NodeID) -> CallSnapshot.State? { snapshot(of: node).calls.last?.state }

  /// The words that ended a phone's newest call; nil while it is not over.
  func ending(at node: NodeID) -> String? {
    guard case .ended(let words)? = call(at: node) else { return nil }
    return words
  }
}
