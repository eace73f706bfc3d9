import Foundation
import Testing

@Suite(
  "Signed identity with Kamailio's secsipid (RFC 8224)", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(5)))
struct SignedIdentityTests {
  private static let alice = "+12155551212"
  private static let bob = "+12155551213"

  /// Two phones that register at a proxy which signs what is not signed, and verifies what is.
  private func scene(
    signs: Bool, wrongKey: Bool = false, _ body: (HeadlessPhone, HeadlessPhone, ChildProcess, CertificateOffice) throws -> Void
  ) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let office = try CertificateOffice(workplace)
    defer { office.stop() }
    let proxy = Workplace.freePort()
    let modules = try Workplace.run(Workplace.interopScript, ["modules", "kamailio"]).1
    try workplace.write(
      template: "kamailio-identity.cfg", to: "kamailio.cfg",
      replacing: ["DIR": workplace.folder.path, "UDPPORT": "\(proxy)", "MODULES": modules + "/", "CERTIFICATE": office.address])
    let kamailio = try ChildProcess(
      Workplace.interopScript,
      ["exec", "kamailio", "-f", workplace.path("kamailio.cfg"), "-DD", "-E", "-Y", workplace.folder.path, "-m", "64", "-M", "8"])
    defer { kamailio.stop() }
    guard SIPProbe.answers(port: proxy, within: 20) else { throw PeerProblem(name: "kamailio", transcript: kamailio.transcript) }
    func phone(_ number: String, _ name: String, ports: String) throws -> HeadlessPhone {
      let signer =
        signs
        ? """
        [[identity.signers]]
        address = "tel:\(number)"
        key = "\(workplace.path(wrongKey ? "web.key" : "number.key"))"
        url = "\(office.address)"
        """ : ""
      return try HeadlessPhone(
        workplace,
        configuration: """
          [[accounts]]
          address = "sip:\(number)@example.test"
          password = "none"
          outbound_proxies = ["sip:127.0.0.1:\(proxy);lr"]
          [network]
          listen = ["udp:127.0.0.1:0"]
          rtp_ports = "\(ports)"
          requests_per_second = 0
          [tls]
          ca_file = "\(workplace.path("web.pem"))"
          [answer]
          automatically = true
          [identity]
          anchors = "\(workplace.path("root.pem"))"
          fetch_privately = true
          \(signer)

          """, name: name)
    }
    let first = try phone(Self.alice, "alice", ports: "37000-37099")
    let second = try phone(Self.bob, "bob", ports: "37100-37199")
    #expect(first.next("registration", ["state": "ready"], within: 30) != nil, "\(kamailio.transcript.suffix(1000))")
    #expect(second.next("registration", ["state": "ready"], within: 30) != nil)
    first.say("dial sip:\(Self.bob)@example.test")
    try body(first, second, kamailio, office)
    _ = first.quit()
    _ = second.quit()
  }

  // Proves: rfc4916-4.4.2-3
  @Test("Kamailio signs the INVITE and the UPDATE of those who do not; both phones verify, and name the signer")
  func verified() throws {
    try scene(signs: false) { alice, bob, kamailio, office in
      let caller = bob.next("identity", ["state": "confirmed"], within: 30)
      #expect(
        caller?["trust"] as? String == "checked-here" && caller?["signature"] as? String == "good",
        "\(bob.child.transcript.suffix(2000))\n\(kamailio.transcript.suffix(1000))\n\(office.transcript.suffix(500))")
      #expect(caller?["signer"] as? String == "Test Telephone Company" && caller?["attestation"] as? String == "A")
      // The UPDATE that says who answered (RFC 4916).
      let called = alice.next("identity", ["state": "confirmed"], within: 30)
      #expect(called?["signature"] as? String == "good" && called?["signer"] as? String == "Test Telephone Company")
      alice.say("hangup")
    }
  }

  @Test("Kamailio verifies the INVITE, the UPDATE and the BYE that the phones sign themselves")
  func signed() throws {
    try scene(signs: true) { alice, bob, kamailio, _ in
      #expect(alice.next("call", ["state": "talking"], within: 30) != nil)
      #expect(alice.next("identity", ["state": "confirmed"], within: 30) != nil)
      alice.say("hangup")
      #expect(bob.next("call", ["state": "ended"], within: 30) != nil)
      // Its log comes by a pipe of its own, when it likes.
      for words in ["INVITE from \(Self.alice)", "UPDATE from \(Self.bob)", "BYE from \(Self.alice)"] {
        let line = kamailio.nextLine(within: 20) { $0.contains("identity of \(words)") }
        #expect(line?.contains("holds") == true, "\(words): \(kamailio.transcript.suffix(1500))")
      }
      #expect(!kamailio.transcript.contains("does not hold"))
    }
  }

  @Test("A signature of another key is refused by Kamailio with 438, and the caller hears why")
  func forged() throws {
    try scene(signs: true, wrongKey: true) { alice, _, kamailio, _ in
      let call = alice.next("call", ["state": "ended"], within: 30)
      let words = call.map { "\($0)" } ?? "no end"
      #expect(words.contains("438") || words.contains("Invalid Identity"), "\(words)")
      #expect(kamailio.nextLine(within: 20) { $0.contains("identity of INVITE from \(Self.alice) does not hold") } != nil)
    }
  }
}
