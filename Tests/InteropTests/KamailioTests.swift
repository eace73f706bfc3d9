import Foundation
import Testing

@Suite("Against Kamailio", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(3)))
struct KamailioTests {
  private func account(_ user: String, proxy: String, more: String = "") -> String {
    """
    [[accounts]]
    address = "sip:\(user)@example.test"
    password = "secret-\(user)"
    outbound_proxies = ["\(proxy)"]
    \(more)
    [network]
    listen = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"]
    rtp_ports = "31000-31100"

    """
  }

  @Test("The phone registers with digest over UDP and TCP", arguments: ["udp", "tcp"])
  func registersInTheClear(transport: String) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let phone = try HeadlessPhone(
      workplace, configuration: account("alice", proxy: "sip:127.0.0.1:\(kamailio.port);transport=\(transport);lr"))
    #expect(phone.next("registration", ["state": "ready", "transport": transport.uppercased()]) != nil)
    #expect(phone.quit() == 0)
  }

  @Test("The phone registers with an MD5 challenge as with a SHA-256 one", arguments: ["MD5", "SHA-256"])
  func algorithms(algorithm: String) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace, algorithm: algorithm)
    defer { kamailio.stop() }
    let phone = try HeadlessPhone(workplace, configuration: account("alice", proxy: "sip:127.0.0.1:\(kamailio.port);lr"))
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    #expect(phone.quit() == 0)
  }

  // Proves: rfc3261-26.3.1-02 rfc3261-26.3.2.1-01
  @Test("The phone registers over TLS when the certificate is for the proxy's name and its authority is trusted")
  func registersOverTLS() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let phone = try HeadlessPhone(
      workplace,
      configuration: account("alice", proxy: "sip:localhost:\(kamailio.securePort);transport=tls;lr")
        + "[tls]\nca_file = \"\(kamailio.certificate)\"\n")
    #expect(phone.next("registration", ["state": "ready", "transport": "TLS"]) != nil)
    #expect(phone.quit() == 0)
  }

  // Proves: rfc3261-26.3.2.1-03
  @Test("A certificate for another name is refused, and the sentence says which names it has and which was wanted")
  func refusesAnotherName() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let phone = try HeadlessPhone(
      workplace,
      configuration: account("alice", proxy: "sip:127.0.0.1:\(kamailio.securePort);transport=tls;lr")
        + "[tls]\nca_file = \"\(kamailio.certificate)\"\n")
    let failure = phone.next("registration", ["state": "failed"])
    let reason = failure?["reason"] as? String ?? ""
    #expect(reason.contains("example.test") && reason.contains("127.0.0.1"))
    #expect(phone.quit() == 0)
  }

  @Test("A wrong password is refused once and said, not tried again and again")
  func wrongPassword() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let configuration = account("alice", proxy: "sip:127.0.0.1:\(kamailio.port);lr").replacingOccurrences(
      of: "secret-", with: "wrong-")
    let phone = try HeadlessPhone(workplace, configuration: configuration)
    #expect(phone.next("registration", ["state": "failed", "status": "401"]) != nil)
    #expect(phone.quit() == 0)
  }

  @Test("The server of a plain registration over UDP dies: within half a minute the account is no longer shown as registered")
  func plainServerGone() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let phone = try HeadlessPhone(workplace, configuration: account("alice", proxy: "sip:127.0.0.1:\(kamailio.port);lr"))
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    kamailio.stop()
    #expect(phone.next("registration", ["state": "failed"], within: 35) != nil)
    _ = phone.quit()
  }

  @Test("Beside a phone that runs, `offhook dial` takes no call: it rings at the phone, and stands in the history once")
  func dialBeside() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let peer = try SIPpAnswerer(workplace, scenario: "answer-all")
    defer { peer.stop() }
    let phone = try HeadlessPhone(workplace, configuration: account("alice", proxy: "sip:127.0.0.1:\(kamailio.port);lr"))
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    let homes = try workplace.homes("phone")
    let dial = try ChildProcess(
      Workplace.program, ["dial", "--config", workplace.path("phone.toml"), "sip:service@127.0.0.1:\(peer.port)"],
      environment: homes)
    #expect(dial.says("talking to"), "\(dial.transcript)")
    let call = RingingCalls(
      workplace, to: "127.0.0.1:\(kamailio.port)", from: "127.0.0.1", count: 1, perSecond: 1, prefix: [])
    #expect(try call.run().count == 1)
    #expect(phone.next("call", ["state": "ended", "outcome": "missed"]) != nil)
    kill(dial.identifier, SIGINT)
    #expect(dial.waitForExit(within: 10) == 0, "\(dial.transcript)")
    #expect(phone.quit() == 0)
    let past = try Workplace.run(Workplace.program, ["history", "--json"], environment: homes).1.split(separator: "\n")
    #expect(past.count { $0.contains("\"direction\":\"incoming\"") } == 1, "\(past)")
    #expect(past.count { $0.contains("\"direction\":\"outgoing\"") } == 1, "\(past)")
  }

  @Test("Two phones registered at Kamailio call one another, talk both ways and hang up", arguments: ["udp", "tcp"])
  func calls(transport: String) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace)
    defer { kamailio.stop() }
    let sound = try SoundCard(workplace, microphones: [("alice", 440), ("bob", 880)])
    func phone(_ user: String) throws -> HeadlessPhone {
      try HeadlessPhone(
        workplace,
        configuration: account(user, proxy: "sip:127.0.0.1:\(kamailio.port);transport=\(transport);lr")
          + "[audio]\nplayback = \"\(user)\"\ncapture = \"\(user)\"\nring = \"\(user)\"\n",
        name: user, environment: sound.environment)
    }
    let alice = try phone("alice")
    let bob = try phone("bob")
    #expect(alice.next("registration", ["state": "ready"]) != nil)
    #expect(bob.next("registration", ["state": "ready"]) != nil)
    alice.say("dial sip:bob@example.test")
    #expect(bob.next("call", ["state": "ringing", "direction": "incoming"]) != nil)
    #expect(alice.next("call", ["state": "remote-ringing"]) != nil)
    bob.say("answer")
    #expect(alice.next("call", ["state": "talking", "microphone": "open"]) != nil)
    #expect(bob.next("call", ["state": "talking", "microphone": "open"]) != nil)
    #expect(sound.hears(880, on: "alice"))
    #expect(sound.hears(440, on: "bob"))
    bob.say("hangup")
    #expect(alice.next("call", ["state": "ended", "outcome": "answered"]) != nil)
    #expect(alice.quit() == 0)
    #expect(bob.quit() == 0)
  }
}
