import Foundation

/// A network of two links between a phone and its servers, in namespaces of the kernel: links can be taken down and addresses can
/// change, and nothing of the machine's own network is touched.
final class TwoLinks {
  /// Where the servers are, whichever link leads there.
  static let server = "10.9.0.1"

  enum Family { case v4, v6 }

  /// The servers' further addresses, from 2 to 4; one of IPv6 stands in brackets.
  static func server(_ number: Int, _ family: Family) -> String { family == .v4 ? "10.9.0.\(number)" : "[fd00:9::\(number)]" }

  enum Link: Int, CaseIterable {
    case wifi = 1
    case cable = 2

    /// The phone's address on it.
    var address: String { "10.9.\(rawValue).2" }
    fileprivate var gateway: String { "10.9.\(rawValue).1" }
    fileprivate var name: String { self == .wifi ? "wifi" : "cable" }
  }

  private let servers: ChildProcess
  private let phone: Int

  /// True where a user may make namespaces.
  static let isPossible = (try? Workplace.run("unshare", ["-rn", "true"]).0) == 0

  init() throws {
    servers = try ChildProcess(
      "/usr/bin/env",
      [
        "unshare", "-rn", "sh", "-c",
        "ip link set lo up; unshare -n sh -c 'ip link set lo up; echo inner $$; exec sleep 900' & wait",
      ])
    guard let line = servers.nextLine(where: { $0.hasPrefix("inner ") }), let inner = Int(line.dropFirst(6)) else {
      throw PeerProblem(name: "unshare", transcript: servers.transcript)
    }
    phone = inner
    for number in 1...4 {
      try atServers("ip addr add 10.9.0.\(number)/32 dev lo", "ip -6 addr add fd00:9::\(number)/128 dev lo nodad")
    }
    // Rules can come before the table of the host's own addresses.
    try atServers("ip rule add pref 100 lookup local", "ip rule del pref 0")
    for link in Link.allCases {
      try atServers(
        "ip link add s\(link.rawValue) type veth peer name \(link.name) netns \(phone)",
        "ip addr add \(link.gateway)/24 dev s\(link.rawValue)",
        "ip -6 addr add fd00:9:\(link.rawValue)::1/64 dev s\(link.rawValue) nodad", "ip link set s\(link.rawValue) up")
    }
  }

  /// What stands before a program and its arguments so that it runs where the servers are, or where the phone is.
  var serverPrefix: [String] { Self.prefix(Int(servers.identifier)) }
  var phonePrefix: [String] { Self.prefix(phone) }

  private static func prefix(_ process: Int) -> [String] {
    ["nsenter", "-t", "\(process)", "-U", "-n", "--preserve-credentials"]
  }

  private func run(_ prefix: [String], _ commands: [String]) throws {
    let (code, said) = try Workplace.run(prefix[0], prefix.dropFirst() + ["sh", "-ec", commands.joined(separator: "\n")])
    guard code == 0 else { throw PeerProblem(name: commands.joined(separator: "; "), transcript: said) }
  }

  private func atServers(_ commands: String...) throws { try run(serverPrefix, commands) }

  /// The link comes up and leads to the servers, as a DHCP client would set it up.
  func bringUp(_ link: Link, _ family: Family = .v4) throws {
    let network = "fd00:9:\(link.rawValue)"
    let commands =
      switch family {
      case .v4: ["ip addr add \(link.address)/24 dev \(link.name)", "ip route replace default via \(link.gateway)"]
      case .v6: ["ip -6 addr add \(network)::2/64 dev \(link.name) nodad", "ip -6 route replace default via \(network)::1"]
      }
    try run(phonePrefix, ["ip link set \(link.name) up"] + commands)
  }

  /// The link comes up beside the other one and leads to the servers alone, as a tunnel into a company's network does; the servers
  /// know nothing of the phone's other address.
  func bringUpTunnel(_ link: Link, beside other: Link) throws {
    try run(
      phonePrefix,
      [
        "ip link set \(link.name) up", "ip addr add \(link.address)/24 dev \(link.name)",
        "ip route add 10.9.0.0/24 via \(link.gateway)",
      ])
    try atServers("ip rule add pref 1 to \(other.address) blackhole")
  }

  /// What is left are the networks that the phone is in, and those that it has routes to.
  func takeDefaultRoute() throws { try run(phonePrefix, ["ip route del default"]) }

  /// The link is gone, with its address and its routes.
  func takeDown(_ link: Link) throws {
    try run(phonePrefix, ["ip addr flush dev \(link.name)", "ip link set \(link.name) down"])
  }

  /// From now on what the phone and this server send to one another vanishes on its way; nobody is told.
  func swallow(_ address: String) throws { try atServers(rules("add", address).joined(separator: "\n")) }

  /// And now it does not any more.
  func letThrough(_ address: String) throws { try atServers(rules("del", address).joined(separator: "\n")) }

  private func rules(_ verb: String, _ address: String) -> [String] {
    Link.allCases.flatMap { link in
      [
        "ip rule \(verb) pref 1 iif s\(link.rawValue) to \(address) blackhole",
        "ip rule \(verb) pref 1 from \(address) to \(link.address) blackhole",
      ]
    }
  }

  func stop() { servers.stop() }

  // A test that gives up half-way must leave no namespace behind.
  deinit { servers.stop() }
}
