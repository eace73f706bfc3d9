import Foundation

/// A Kamailio of our own on loopback: registrar and proxy for `example.test`; the password of a user is `secret-USER`.
final class Kamailio {
  let port = Workplace.freePort()
  let securePort = Workplace.freePort()
  let certificate: String
  private let child: ChildProcess

  /// - Parameters:
  ///   - prefix: what stands before the program and its arguments, to run it in another network namespace.
  ///   - believesContacts: it calls phones at the address that they name, and not at the one that they come from.
  init(
    _ workplace: Workplace, algorithm: String = "SHA-256", address: String = "127.0.0.1", prefix: [String] = [],
    believesContacts: Bool = false
  ) throws {
    certificate = workplace.path("server.pem")
    try Workplace.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=example.test", "-addext", "subjectAltName=URI:sip:example.test,URI:sip:localhost", "-keyout",
        workplace.path("server.key"), "-out", certificate,
      ])
    let modules = try Workplace.run(Workplace.interopScript, ["modules", "kamailio"]).1
    let words = [
      "DIR": workplace.folder.path, "UDPPORT": "\(port)", "TLSPORT": "\(securePort)", "MODULES": modules + "/",
      "ALGORITHM": algorithm, "ADDRESS": address, "NATHELP": believesContacts ? "" : "fix_nated_register();",
    ]
    try workplace.write(template: "kamailio-tls.cfg", to: "tls.cfg", replacing: words)
    try workplace.write(template: "kamailio.cfg", to: "kamailio.cfg", replacing: words)
    child = try ChildProcess(
      "/usr/bin/env",
      prefix + [
        Workplace.interopScript, "exec", "kamailio", "-f", workplace.path("kamailio.cfg"), "-DD", "-E", "-Y", workplace.folder.path,
        "-m", "64", "-M", "8",
      ])
    // In another namespace only its first user can tell whether it is there.
    guard prefix.isEmpty else { return }
    guard SIPProbe.answers(port: port, within: 10) else { throw PeerProblem(name: "kamailio", transcript: child.transcript) }
  }

  func stop() { child.stop() }
}

/// A real peer that did not come up.
struct PeerProblem: Error, CustomStringConvertible {
  let name: String
  let transcript: String
  var description: String { "\(name) did not start:\n\(transcript)" }
}
