import Foundation
import Testing

/// The phone as a program, with an account over the two edges of an `EdgeNetwork` and without sound.
enum EdgePhone {
  /// A phone so many of whose flows stand.
  static func start(
    _ workplace: Workplace, _ network: EdgeNetwork, transport: String = "tcp", links: TwoLinks? = nil, flows: Int = 2
  ) throws -> HeadlessPhone {
    try workplace.write("</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 99 }\n", to: "asoundrc")
    let configuration = account(network, transport: transport, addresses: links == nil ? ["127.0.0.1"] : ["0.0.0.0", "[::]"])
    let environment = ["ALSA_CONFIG_PATH": workplace.path("asoundrc")]
    let phone: HeadlessPhone
    if let links {
      try workplace.write(configuration, to: "phone.toml")
      phone = HeadlessPhone(
        try ChildProcess(
          "/usr/bin/env", links.phonePrefix + [Workplace.program, "--headless", "--config", workplace.path("phone.toml")],
          environment: try workplace.homes("phone").merging(environment) { $1 }))
    } else {
      phone = try HeadlessPhone(workplace, configuration: configuration, environment: environment)
    }
    try #require(phone.next("flow", ["state": "up", "flows_ready": "\(flows)"], within: 15) != nil, "\(phone.child.transcript)")
    return phone
  }

  private static func account(_ network: EdgeNetwork, transport: String, addresses: [String]) -> String {
    let listeners = addresses.flatMap { ["\"udp:\($0):0\"", "\"tcp:\($0):0\""] }.joined(separator: ", ")
    let port = transport == "tls" ? network.securePort : network.port
    let proxies = network.edges.map { "\"sip:\($0):\(port);transport=\(transport);lr\"" }.joined(separator: ", ")
    return """
      [[accounts]]
      address = "sip:alice@example.test"
      password = "secret-alice"
      outbound_proxies = [\(proxies)]
      base_time_all_failed = 1
      base_time_not_failed = 1
      [network]
      listen = [\(listeners)]
      rtp_ports = "32000-32100"
      [tls]
      ca_file = "\(network.certificate)"

      """
  }
}
