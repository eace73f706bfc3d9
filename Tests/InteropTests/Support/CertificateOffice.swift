import Foundation

/// An authority for telephone numbers, made by openssl, and the https server that hands out its certificate (openssl's own).
///
/// `root.pem` certifies `number.pem` for 12155551212 and 12155551213, whose key is `number.key`; `web.pem` is the server's.
final class CertificateOffice {
  let port = Workplace.freePort()
  private let child: ChildProcess

  /// Where the certificate is to be had.
  var address: String { "https://127.0.0.1:\(port)/number.pem" }

  init(_ workplace: Workplace) throws {
    func openssl(_ arguments: String...) throws {
      let (code, transcript) = try Workplace.run("openssl", arguments)
      guard code == 0 else { throw PeerProblem(name: "openssl", transcript: transcript) }
    }
    let curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
    try openssl(
      "req", "-x509", "-newkey", "ec", curve[0], curve[1], "-nodes", "-days", "2", "-subj", "/O=Test/CN=numbers", "-keyout",
      workplace.path("root.key"), "-out", workplace.path("root.pem"))
    try openssl(
      "req", "-newkey", "ec", curve[0], curve[1], "-nodes", "-subj", "/O=Test Telephone Company/CN=telco.example", "-keyout",
      workplace.path("number.key"), "-out", workplace.path("number.csr"))
    // TNAuthorizationList (RFC 8226 section 9): a range of two numbers from 12155551212 on.
    try workplace.write(
      "1.3.6.1.5.5.7.1.26=DER:30:14:A1:12:30:10:16:0B:31:32:31:35:35:35:35:31:32:31:32:02:01:02\n", to: "number.ext")
    try openssl(
      "x509", "-req", "-in", workplace.path("number.csr"), "-CA", workplace.path("root.pem"), "-CAkey", workplace.path("root.key"),
      "-CAcreateserial", "-days", "2", "-extfile", workplace.path("number.ext"), "-out", workplace.path("number.pem"))
    try openssl(
      "req", "-x509", "-newkey", "ec", curve[0], curve[1], "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
      "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", workplace.path("web.key"), "-out", workplace.path("web.pem"))
    // It serves the files of its working folder.
    child = try ChildProcess(
      "/bin/sh",
      [
        "-c",
        "cd '\(workplace.folder.path)' && exec openssl s_server -accept 127.0.0.1:\(port) -cert web.pem -key web.key -WWW -quiet",
      ])
    guard Workplace.accepts(port, within: 10) else { throw PeerProblem(name: "openssl s_server", transcript: child.transcript) }
  }

  /// What the server has said.
  var transcript: String { child.transcript }

  func stop() { child.stop() }
}
