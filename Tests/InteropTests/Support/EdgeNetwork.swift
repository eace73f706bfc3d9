import Foundation

/// Two edge proxies of RFC 5626 and a registrar behind them, each a Kamailio on an address of its own, of this machine or in the
/// namespace of `TwoLinks`; the domain is `example.test` and the password of a user is `secret-USER`.
final class EdgeNetwork {
  let port = Workplace.freePort()
  let securePort = Workplace.freePort()
  let certificate: String
  private let workplace: Workplace
  private let modules: String
  private var children: [String: ChildProcess] = [:]
  private let flowTimer: Int
  private let patience: Int

  let edges: [String]
  let registrar: String
  /// Its IPv6 address.
  private let secondRegistrar: String?
  /// What stands before a program so that it runs where the servers are.
  let prefix: [String]

  /// - Parameters:
  ///   - flowTimer: what the edges tell the phone, in seconds (RFC 5626 section 5.4).
  ///   - patience: how long the registrar waits for an edge before it tries another binding, in milliseconds.
  ///   - links: where they are; nil: at loopback addresses of this machine.
  ///   - families: with links, the IP versions by which the two edges can be reached.
  init(
    _ workplace: Workplace, flowTimer: Int = 10, patience: Int = 1500, links: TwoLinks? = nil,
    families: [TwoLinks.Family] = [.v4, .v4]
  ) throws {
    if links != nil {
      edges = families.enumerated().map { TwoLinks.server($0.offset + 2, $0.element) }
      registrar = TwoLinks.server(4, .v4)
      secondRegistrar = families.contains(.v6) ? TwoLinks.server(4, .v6) : nil
    } else {
      edges = ["127.0.0.2", "127.0.0.3"]
      registrar = "127.0.0.4"
      secondRegistrar = nil
    }
    prefix = links?.serverPrefix ?? []
    self.workplace = workplace
    self.flowTimer = flowTimer
    self.patience = patience
    certificate = workplace.path("server.pem")
    let names = edges.map { "URI:sip:\($0),IP:\($0.trimmingCharacters(in: ["[", "]"]))" }.joined(separator: ",")
    try Workplace.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=example.test", "-addext", "subjectAltName=URI:sip:example.test,\(names)", "-keyout", workplace.path("server.key"),
        "-out",
        certificate,
      ])
    modules = try Workplace.run(Workplace.interopScript, ["modules", "kamailio"]).1 + "/"
    try workplace.write(template: "kamailio-tls.cfg", to: "tls.cfg", replacing: ["DIR": workplace.folder.path])
    try start(registrar, template: "kamailio-registrar.cfg")
    for edge in edges { try start(edge) }
  }

  deinit { stop() }

  /// Starts an edge, for the first time or again.
  func start(_ edge: String) throws { try start(edge, template: "kamailio-edge.cfg") }

  private func start(_ address: String, template: String) throws {
    let home = address.hasPrefix("[") ? secondRegistrar ?? registrar : registrar
    let words = [
      "ADDRESS": address, "TLSPORT": "\(securePort)", "PORT": "\(port)",
      "REGISTRAR": "\(home):\(port)", "HOME": home,
      "ALSO": address == registrar ? secondRegistrar.map { "listen=udp:\($0):\(port)" } ?? "" : "",
      "FLOWTIMER": "\(flowTimer)", "PATIENCE": "\(patience)", "LONGEST": "600", "DIR": workplace.folder.path, "MODULES": modules,
    ]
    try workplace.write(template: template, to: "\(address).cfg", replacing: words)
    let folder = workplace.path(address)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let child = try ChildProcess(
      "/usr/bin/env",
      prefix + [
        Workplace.interopScript, "exec", "kamailio", "-f", workplace.path("\(address).cfg"), "-DD", "-E", "-Y", folder, "-m", "64",
        "-M", "8",
      ])
    children[address] = child
    // In another namespace only its first user can tell whether it is there.
    guard prefix.isEmpty else { return }
    guard SIPProbe.answers(address, port: port, within: 10) else {
      throw PeerProblem(name: "kamailio at \(address)", transcript: child.transcript)
    }
  }

  /// SIGKILL for all processes of this edge: the kernel resets its connections.
  func kill(_ edge: String) {
    guard let child = children.removeValue(forKey: edge) else { return }
    Foundation.kill(-child.identifier, SIGKILL)
    _ = child.waitForExit(within: 5)
  }

  /// Stops it from doing anything, without closing a connection: what it was sent is acknowledged by the kernel and never read.
  func freeze(_ edge: String) {
    if let child = children[edge] { Foundation.kill(-child.identifier, SIGSTOP) }
  }

  func thaw(_ edge: String) {
    if let child = children[edge] { Foundation.kill(-child.identifier, SIGCONT) }
  }

  func stop() {
    for address in children.keys.sorted() {
      thaw(address)
      children[address]?.stop()
    }
    children = [:]
  }
}
