import Foundation
import Testing

/// Two phones and nobody between them: each sees the other's certificate.
@Suite("A direct call over TLS (RFC 5922)", .serialized, .timeLimit(.minutes(3)))
struct TLSIdentityTests {
  /// Bob listens for TLS and asks who connects, if `isAsked`; Alice shows the certificate of her account, or none. She can be
  /// connected to as well if she `listens`, a port.
  private func call(
    showing certificate: String?, isAsked: Bool = true, listens: UInt16? = nil,
    _ body: (HeadlessPhone, HeadlessPhone) throws -> Void
  ) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    func make(_ name: String, _ names: String) throws {
      let (code, transcript) = try Workplace.run(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
          "/CN=\(name)", "-addext", "subjectAltName=\(names)", "-keyout", workplace.path("\(name).key"), "-out",
          workplace.path("\(name).pem"),
        ])
      guard code == 0 else { throw PeerProblem(name: "openssl", transcript: transcript) }
    }
    try make("alice", "URI:sip:alice@127.0.0.1")
    try make("host", "URI:sip:127.0.0.1,URI:sip:alice@127.0.0.1")
    try make("other", "URI:sip:mallory@127.0.0.1")
    try make("bob", "URI:sip:127.0.0.1,URI:sip:bob@127.0.0.1")
    // Each certificate is its own authority: both phones trust them all.
    let all = try ["alice", "host", "other", "bob"].map { try String(contentsOfFile: workplace.path("\($0).pem"), encoding: .utf8) }
    try workplace.write(all.joined(), to: "all.pem")
    let (own, port) = (Workplace.freePort(), Workplace.freePort())
    let bob = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:bob@127.0.0.1:\(port)"
        register = false
        [network]
        listen = ["tls:127.0.0.1:\(port)"]
        rtp_ports = "38000-38099"
        [tls]
        ca_file = "\(workplace.path("all.pem"))"
        certificate = "\(workplace.path("bob.pem"))"
        key = "\(workplace.path("bob.key"))"
        ask_clients = \(isAsked)
        [answer]
        automatically = true

        """, name: "bob")
    let shown = certificate.map {
      "tls_certificate = \"\(workplace.path("\($0).pem"))\"\ntls_key = \"\(workplace.path("\($0).key"))\""
    }
    let listening = "certificate = \"\(workplace.path("host.pem"))\"\nkey = \"\(workplace.path("host.key"))\""
    let alice = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:alice@127.0.0.1:\(own)"
        register = false
        \(shown ?? "")
        [network]
        listen = ["udp:127.0.0.1:\(own)"\(listens.map { ", \"tls:127.0.0.1:\($0)\"" } ?? "")]
        rtp_ports = "38100-38199"
        [tls]
        ca_file = "\(workplace.path("all.pem"))"
        \(listens == nil ? "" : listening)

        """, name: "alice")
    #expect(Workplace.accepts(port, within: 20))
    #expect(alice.next("snapshot", within: 20) != nil)
    alice.say("dial sip:bob@127.0.0.1:\(port);transport=tls")
    try body(alice, bob)
    #expect(alice.quit() == 0)
    #expect(bob.quit() == 0)
  }

  @Test("Both are checked: the caller by the certificate of its account, the called by the one of its listener")
  func both() throws {
    try call(showing: "alice") { alice, bob in
      let caller = bob.next("identity", ["state": "confirmed"], within: 20)
      #expect(caller?["trust"] as? String == "checked-here" && caller?["source"] as? String == "certificate")
      #expect(caller?["certificate"] as? String == "address")
      let called = alice.next("identity", ["state": "confirmed"], within: 20)
      #expect(called?["trust"] as? String == "checked-here" && called?["certificate"] as? String == "address")
      alice.say("hangup")
      #expect(bob.next("call", ["state": "ended"], within: 20) != nil)
    }
  }

  @Test("Another's certificate, or none: the call comes all the same, on the caller's word only", arguments: ["other", nil])
  func unproved(certificate: String?) throws {
    try call(showing: certificate) { alice, bob in
      let call = bob.next("call", ["state": "talking"], within: 20)
      #expect(call?["trust"] as? String == "said-by-peer")
      alice.say("hangup")
      #expect(bob.next("call", ["state": "ended"], within: 20) != nil)
    }
  }

  // RFC 5923 section 8.1: without a certificate that was checked, `alias` is only a claim.
  @Test(
    "What Bob sends back goes over the connection that Alice opened where he has seen her certificate, else over one of his own")
  func reused() throws {
    for isAsked in [true, false] {
      let port = Workplace.freePort()
      try call(showing: "host", isAsked: isAsked, listens: port) { alice, bob in
        #expect(bob.next("call", ["state": "talking"], within: 20) != nil)
        #expect(ProcessFacts.accepted(alice.child.identifier, at: port) == 0)
        bob.say("hold")
        #expect(alice.next("call", ["state": "held-by-peer"], within: 20) != nil, "\(alice.child.transcript.suffix(2000))")
        let expected = isAsked ? 0 : 1
        #expect(ProcessFacts.eventually { ProcessFacts.accepted(alice.child.identifier, at: port) == expected })
        bob.say("hangup")
        #expect(alice.next("call", ["state": "ended"], within: 20) != nil)
      }
    }
  }
}
