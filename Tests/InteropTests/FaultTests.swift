import Foundation
import Testing

@Suite("A bad week: the program against the faults of the real world", .serialized, .timeLimit(.minutes(3)))
struct FaultTests {
  private func configuration(_ name: String, port: UInt16, ports: String, automatic: Bool = false, more: String = "") -> String {
    """
    [[accounts]]
    address = "sip:\(name)@127.0.0.1:\(port)"
    register = false
    [network]
    listen = ["udp:127.0.0.1:\(port)", "tcp:127.0.0.1:\(port)"]
    rtp_ports = "\(ports)"
    \(more)
    [answer]
    automatically = \(automatic)

    """
  }

  /// Two phones without sound devices, the second one answering by itself.
  private struct Pair {
    var alice: HeadlessPhone
    let bob: HeadlessPhone
    let alicePort: UInt16
    /// Where Bob is called.
    let target: String
    /// Starts Alice's phone again, with the same files.
    let start: () throws -> HeadlessPhone
  }

  private func pair(_ workplace: Workplace) throws -> Pair {
    let (one, two) = (Workplace.freePort(), Workplace.freePort())
    let silence = ["ALSA_CONFIG_PATH": workplace.path("asoundrc")]
    try workplace.write("</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 99 }\n", to: "asoundrc")
    let settings = configuration("alice", port: one, ports: "34000-34100")
    let start = { try HeadlessPhone(workplace, configuration: settings, name: "alice", environment: silence) }
    let bob = try HeadlessPhone(
      workplace, configuration: configuration("bob", port: two, ports: "34101-34200", automatic: true), name: "bob",
      environment: silence)
    let alice = try start()
    #expect(SIPProbe.answers(port: one, within: 10) && SIPProbe.answers(port: two, within: 10))
    return Pair(alice: alice, bob: bob, alicePort: one, target: "sip:bob@127.0.0.1:\(two)", start: start)
  }

  @Test("Killed in mid-call and started again: the history is whole, the peer's BYE gets 481 and ends its side, a new call works")
  func killed() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let pair = try pair(workplace)
    var alice = pair.alice
    let (bob, target) = (pair.bob, pair.target)
    alice.say("dial \(target)")
    #expect(alice.next("call", ["state": "talking"]) != nil)
    alice.say("hangup")
    #expect(alice.next("call", ["state": "ended"]) != nil)
    alice.say("dial \(target)")
    #expect(alice.next("call", ["state": "talking"]) != nil)
    #expect(bob.next("call", ["state": "talking"]) != nil)
    #expect(bob.next("call", ["state": "talking"]) != nil)
    kill(alice.child.identifier, SIGKILL)
    #expect(alice.child.waitForExit(within: 5) == 128 + SIGKILL)
    alice = try pair.start()
    let snapshot = alice.next("snapshot")
    #expect(snapshot != nil)
    var history: [[String: Any]] = []
    #expect(
      ProcessFacts.eventually {
        alice.say("status")
        history = alice.next("snapshot")?["history"] as? [[String: Any]] ?? []
        return history.count == 1
      })
    #expect(history.first?["outcome"] as? String == "answered")
    // Bob does not know yet. What he says to the new phone is about nothing that it knows (RFC 3261 section 12.2.2).
    bob.say("hangup")
    #expect(bob.next("call", ["state": "ended"]) != nil)
    alice.say("dial \(target)")
    #expect(alice.next("call", ["state": "talking"]) != nil)
    #expect(alice.quit() == 0)
    #expect(bob.quit() == 0)
  }

  @Test("On a full disk the phone says once that calls are not written down, and goes on calling")
  func fullDisk() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let (port, other) = (Workplace.freePort(), Workplace.freePort())
    try workplace.write(configuration("alice", port: port, ports: "34201-34300"), to: "alice.toml")
    // No file may grow beyond this: what a full disk is to a program, without the right to mount one.
    let alice = HeadlessPhone(
      try ChildProcess(
        "/bin/sh", ["-c", "ulimit -f 1; exec '\(Workplace.program)' --headless --config '\(workplace.path("alice.toml"))'"],
        environment: try workplace.homes("alice")))
    let bob = try HeadlessPhone(
      workplace, configuration: configuration("bob", port: other, ports: "34301-34400", automatic: true), name: "bob")
    #expect(SIPProbe.answers(port: port, within: 10) && SIPProbe.answers(port: other, within: 10))
    for _ in 0..<2 {
      alice.say("dial sip:bob@127.0.0.1:\(other)")
      #expect(alice.next("call", ["state": "talking"]) != nil)
      alice.say("hangup")
      #expect(alice.next("call", ["state": "ended"]) != nil)
    }
    #expect(alice.quit() == 0)
    #expect(alice.child.transcript.contains("not written"), "\(alice.child.transcript.suffix(2000))")
    #expect(bob.quit() == 0)
  }

  @Test("Without a descriptor left a call is refused with a sentence; when there are some again, it works again")
  func descriptors() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let pair = try pair(workplace)
    let (alice, bob, target) = (pair.alice, pair.bob, pair.target)
    alice.say("dial \(target)")
    #expect(alice.next("call", ["state": "talking"]) != nil)
    alice.say("hangup")
    #expect(alice.next("call", ["state": "ended"]) != nil)
    try ProcessFacts.limitDescriptors(alice.child.identifier, to: 3)
    // The sockets that were bound beforehand may serve one more call.
    var refusal: [String: Any]?
    for _ in 0..<3 where refusal == nil {
      alice.say("dial \(target)")
      let state = alice.next("call", ["state": "talking"], within: 2)
      if state == nil {
        refusal = alice.next("call", ["state": "ended"], within: 2) ?? ["state": "ended"]
      } else {
        alice.say("hangup")
      }
    }
    #expect(refusal != nil)
    #expect(alice.child.transcript.contains("no port for the voice: too many files"), "\(alice.child.transcript.suffix(2000))")
    // A connection that cannot be accepted waits in the kernel and must not make the loop spin or die.
    let visitor = Stranger("127.0.0.2", to: pair.alicePort, tcp: true)
    #expect(SIPProbe.answers(port: pair.alicePort, within: 5))
    try ProcessFacts.limitDescriptors(alice.child.identifier, to: 256)
    alice.say("dial \(target)")
    #expect(alice.next("call", ["state": "talking"]) != nil)
    _ = visitor?.send(visitor?.request("OPTIONS", transport: "TCP") ?? "")
    #expect(visitor?.receive()?.hasPrefix("SIP/2.0 200") == true)
    #expect(alice.quit() == 0)
    #expect(bob.quit() == 0)
  }

  @Test(
    "500 INVITEs a second from a stranger for a minute: little memory, keys work, others get through, little goes back"
  )
  func flood() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let port = Workplace.freePort()
    try workplace.write(configuration("alice", port: port, ports: "34401-34600"), to: "alice.toml")
    let phone = try PseudoTerminal(
      Workplace.program, ["--config", workplace.path("alice.toml")], environment: try workplace.homes("alice"))
    #expect(SIPProbe.answers(port: port, within: 10))
    phone.drain()
    let before = ProcessFacts.dirtyKilobytes(phone.identifier)
    let flooder = try #require(Stranger("127.0.0.2", to: port))
    let friend = try #require(Stranger("127.0.0.3", to: port))
    let seconds = 60
    var (sent, received) = (0, 0)
    var (waits, keys): ([TimeInterval], [TimeInterval]) = ([], [])
    var due = Date()
    for step in 0..<(500 * seconds) {
      sent += flooder.send(flooder.invite())
      while let answer = flooder.receive(within: 0) { received += answer.utf8.count }
      if step % 500 == 250 {
        let asked = Date()
        let question = friend.request("OPTIONS")
        // Over UDP a request may be lost where so much arrives; it is repeated as RFC 3261 section 17.1.2.2 has it.
        var answer: String?
        for timeout in [500, 1000, 2000] where answer == nil {
          friend.send(question)
          answer = friend.receive(within: timeout)
        }
        #expect(answer?.hasPrefix("SIP/2.0 200") == true)
        waits.append(Date().timeIntervalSince(asked))
        phone.drain()
        phone.type("?")
        keys.append(phone.delay(until: "HELP") ?? 5)
        phone.type("\u{1B}")
      }
      phone.drain()
      // The pace of the flood; what came back is read meanwhile.
      due = max(due.addingTimeInterval(1 / 500), Date())
      let rest = due.timeIntervalSinceNow
      if rest > 0, let answer = flooder.receive(within: Int(rest * 1000)) { received += answer.utf8.count }
    }
    friend.send(friend.invite())
    // The lines may all be taken by the stranger's calls; then the friend is told so at once, which is an answer too.
    var isAnswered = false
    while !isAnswered, let answer = friend.receive(within: 2000) {
      isAnswered = answer.hasPrefix("SIP/2.0 180") || answer.hasPrefix("SIP/2.0 486")
    }
    let grown = ProcessFacts.dirtyKilobytes(phone.identifier) - before
    func median(_ values: [TimeInterval]) -> TimeInterval { values.sorted()[values.count / 2] }
    print(
      "flood: \(sent) bytes sent, \(received) came back, memory grew by \(grown) kB, others waited \(waits.max() ?? 0) s at most,",
      "keys \(median(keys)) s in the median and \(keys.max() ?? 0) s at most")
    #expect(isAnswered)
    #expect(received < sent / 2)
    #expect(grown < 40_000)
    #expect(median(waits) < 0.05)
    #expect(median(keys) < 0.05)
  }

  @Test("Connections that say one byte and stop do not keep others out")
  func slowLoris() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let port = Workplace.freePort()
    let phone = try HeadlessPhone(workplace, configuration: configuration("alice", port: port, ports: "34601-34700"))
    #expect(SIPProbe.answers(port: port, within: 10))
    let loris = connections(to: port, saying: "I")
    let visitor = try #require(Stranger("127.0.0.3", to: port, tcp: true))
    visitor.send(visitor.request("OPTIONS", transport: "TCP"))
    #expect(visitor.receive()?.hasPrefix("SIP/2.0 200") == true)
    // More than one address may have are closed at once.
    #expect(loris.last?.isClosed(within: 5) == true)
    #expect(loris.first?.isClosed(within: 0.2) == false)
    #expect(ProcessFacts.descriptors(phone.child.identifier) < 200)
    #expect(phone.quit() == 0)
  }

  @Test("Handshakes that begin and stop do not keep others out, and are given up")
  func slowHandshake() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let (port, securePort) = (Workplace.freePort(), Workplace.freePort())
    try Workplace.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost",
        "-keyout", workplace.path("key.pem"), "-out", workplace.path("certificate.pem"),
      ])
    let settings =
      configuration("alice", port: port, ports: "34601-34700")
      .replacingOccurrences(of: "\"tcp:127.0.0.1:\(port)\"", with: "\"tls:127.0.0.1:\(securePort)\"")
      + "[tls]\ncertificate = \"\(workplace.path("certificate.pem"))\"\nkey = \"\(workplace.path("key.pem"))\"\n"
    let phone = try HeadlessPhone(workplace, configuration: settings)
    #expect(SIPProbe.answers(port: port, within: 10))
    // The first byte of a TLS record.
    let loris = connections(to: securePort, saying: "\u{16}")
    let question = try #require(Stranger("127.0.0.3", to: port)).request("OPTIONS", transport: "TLS")
    try workplace.write(question, to: "question")
    let answer = try Workplace.run(
      "sh",
      [
        "-c",
        "cd '\(workplace.folder.path)' && "
          + "timeout 5 openssl s_client -quiet -connect 127.0.0.1:\(securePort) -bind 127.0.0.3:0 <question 2>/dev/null | head -n 1",
      ]
    ).1
    #expect(answer.hasPrefix("SIP/2.0 200"), "\(answer)")
    #expect(loris.last?.isClosed(within: 5) == true)
    #expect(ProcessFacts.descriptors(phone.child.identifier) < 200)
    // Nobody needs ten seconds for a handshake.
    #expect(loris.first?.isClosed(within: 15) == true)
    #expect(phone.quit() == 0)
  }

  /// 200 of them from one address.
  private func connections(to port: UInt16, saying first: String) -> [Stranger] {
    (0..<200).compactMap { _ in
      let connection = Stranger("127.0.0.2", to: port, tcp: true)
      connection?.send(first)
      return connection
    }
  }

  @Test(
    "A forged source gets no more bytes than were sent in its name, however often it is tried", arguments: ["OPTIONS", "SUBSCRIBE"])
  func reflection(method: String) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let port = Workplace.freePort()
    let phone = try HeadlessPhone(workplace, configuration: configuration("alice", port: port, ports: "34701-34800"))
    #expect(SIPProbe.answers(port: port, within: 10))
    let victim = try #require(Stranger("127.0.0.9", to: port))
    var (sent, received) = (0, 0)
    for _ in 0..<1000 {
      sent += victim.send(victim.request(method))
      while let answer = victim.receive(within: 0) { received += answer.utf8.count }
    }
    while let answer = victim.receive(within: 300) { received += answer.utf8.count }
    print("reflection of \(method): \(sent) bytes sent, \(received) came back")
    #expect(received < sent)
    #expect(phone.quit() == 0)
  }

  @Test("A thousand calls leave no more memory behind than five per cent")
  func leaks() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let port = Workplace.freePort()
    try workplace.write("</usr/share/alsa/alsa.conf>\npcm.!default { type hw card 99 }\n", to: "asoundrc")
    let phone = try HeadlessPhone(
      workplace,
      configuration: configuration("alice", port: port, ports: "34801-34999", automatic: true, more: "requests_per_second = 0"),
      environment: ["ALSA_CONFIG_PATH": workplace.path("asoundrc")])
    #expect(SIPProbe.answers(port: port, within: 10))
    let caller = try #require(Stranger("127.0.0.2", to: port))
    func call() -> Bool {
      let invite = caller.invite()
      caller.send(invite)
      var tag: String?
      while tag == nil, let answer = caller.receive() {
        guard answer.hasPrefix("SIP/2.0 200"), answer.contains("INVITE\r\n") else { continue }
        tag = answer.split(separator: "\r\n").first { $0.hasPrefix("To:") }?.split(separator: ";tag=").last.map(String.init)
      }
      guard let tag else { return false }
      let lines = invite.split(separator: "\r\n\r\n")[0].split(separator: "\r\n").dropFirst().filter {
        !$0.hasPrefix("CSeq") && !$0.hasPrefix("Content") && !$0.hasPrefix("Via")
      }
      for (sequence, method) in [(1, "ACK"), (2, "BYE")] {
        let fields = lines.map { $0.hasPrefix("To:") ? "\($0);tag=\(tag)" : String($0) }.joined(separator: "\r\n")
        caller.send(
          "\(method) sip:alice@127.0.0.1:\(port) SIP/2.0\r\nVia: SIP/2.0/UDP \(caller.address):\(caller.port);branch=z9hG4bK\(method)\(tag)\r\n\(fields)\r\nCSeq: \(sequence) \(method)\r\nContent-Length: 0\r\n\r\n"
        )
      }
      while let answer = caller.receive() { if answer.contains("2 BYE\r\n") { return answer.hasPrefix("SIP/2.0 200") } }
      return false
    }
    var answered = 0
    for _ in 0..<1000 where call() { answered += 1 }
    let before = ProcessFacts.dirtyKilobytes(phone.child.identifier)
    // Ended sessions stay for 32 s, for late messages (RFC 6026). Only when they are gone, a second thousand tells whether anything
    // of the first has stayed.
    _ = ProcessFacts.eventually(within: 40) { false }
    for _ in 0..<1000 where call() { answered += 1 }
    let after = ProcessFacts.dirtyKilobytes(phone.child.identifier)
    print("memory: \(before) kB after a thousand calls, \(after) kB after a second thousand")
    #expect(answered == 2000)
    #expect(Double(after) <= Double(before) * 1.05)
    #expect(phone.quit() == 0)
  }
}
