import Foundation
import Testing

@Suite("RFC 5373 on the wire, against SIPp", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(5)))
struct AnswerModeWireTests {
  /// The rules tell callers apart by the address that they claim: nobody vouches for anybody here.
  private static let rules = """
    [answer]
    during_calls = true
    [[answer.rules]]
    from = ["sip:door@127.0.0.1", "sip:tap@127.0.0.1"]
    trust = "claimed"
    asks = "auto"
    then = "answer"
    [[answer.rules]]
    from = "sip:tester@127.0.0.1"
    trust = "claimed"
    asks = "auto"
    then = "loopback"
    [[answer.rules]]
    from = "sip:chief@127.0.0.1"
    trust = "checked"
    asks = "priv"
    then = "answer"
    [[answer.callers]]
    address = "sip:chief@127.0.0.1"
    user = "chief"
    password = "agreed"
    """

  /// A phone at the virtual sound card, which hears 440 Hz all the time, and a socket at which its voice would arrive.
  private func scene(_ rules: String, _ body: (HeadlessPhone, UInt16, Workplace, SoundTap) throws -> Void) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let sound = try SoundCard(workplace, microphones: [("phone", 440)])
    let tap = try #require(SoundTap())
    defer { tap.stop() }
    let port = Workplace.freePort()
    let phone = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:alice@127.0.0.1:\(port)"
        register = false
        [network]
        listen = ["udp:127.0.0.1:\(port)"]
        rtp_ports = "34000-34100"
        requests_per_second = 0
        [audio]
        playback = "phone"
        capture = "phone"
        ring = "phone"
        \(rules)

        """, environment: sound.environment)
    #expect(phone.next("snapshot") != nil)
    #expect(SIPProbe.answers(port: port, within: 5))
    try body(phone, port, workplace, tap)
    #expect(phone.quit() == 0)
  }

  private func play(
    _ name: String, _ workplace: Workplace, _ port: UInt16, _ make: (inout SIPpScenario) -> Void
  ) throws {
    var scenario = SIPpScenario()
    make(&scenario)
    let own = Workplace.freePort()
    let child = try scenario.start(workplace, against: port, port: own)
    let code = child.waitForExit(within: 40)
    child.stop()
    #expect(code == 0, "\(name): \(SIPpScenario.complaints(workplace, port: own).prefix(1500))")
  }

  // Proves: rfc5373-2-1 rfc5373-4.1-2 rfc5373-4.5.1-1 rfc5373-4.5.1-3 rfc5373-4.5.1-5 rfc5373-4.5.1-6 rfc5373-4.5.1-7
  // Proves: rfc5373-4.5.1-9 rfc5373-4.5.1-14 rfc5373-4.5.1-15 rfc5373-4.5.1-17 rfc5373-4.5.1-18 rfc5373-4.5.1-19
  // Proves: rfc5373-4.5.1-20 rfc5373-5-1 rfc5373-5.1-2
  @Test("Who asks for what is put through, rings or is refused, as the table of section 4.5.1 has it")
  func table() throws {
    try scene(Self.rules) { phone, port, workplace, tap in
      func caller(_ user: String, _ fields: String...) -> SIPpCaller {
        SIPpCaller(user: user, voicePort: tap.port, fields: fields)
      }
      for fields in [
        ["Answer-Mode: Auto"], ["Answer-Mode: AUTO;require"], ["answer-mode : auto;x=y"], ["Answer-Mode: Auto;require;require"],
        ["Require: answermode", "Answer-Mode: Auto"], ["Priv-Answer-Mode: Auto", "Answer-Mode: Auto;require"],
      ] {
        let door = SIPpCaller(user: "door", voicePort: tap.port, fields: fields)
        try play("\(fields)", workplace, port) {
          $0.isPutThrough(door)
          $0.pause(200)
          $0.hangsUp(door)
        }
      }
      for (user, field) in [
        ("door", "Answer-Mode: Manual"), ("door", "Answer-Mode: Manual;require"), ("door", "Answer-Mode: Whatever"),
        ("door", "Answer-Mode:"), ("door", "Priv-Answer-Mode: Whatever"), ("stranger", "Answer-Mode: Auto"),
        ("stranger", "Subject: nothing"),
      ] {
        try play("\(user) \(field)", workplace, port) { $0.rings(caller(user, field)) }
      }
      for (user, field) in [
        ("stranger", "Answer-Mode: Auto;require"), ("door", "Priv-Answer-Mode: Auto"), ("door", "Priv-Answer-Mode: Auto;require"),
      ] {
        try play("\(user) \(field)", workplace, port) { $0.isRefused(caller(user, field), "automatic answer forbidden") }
      }
      phone.say("dnd on")
      try play("Manual;require in quiet", workplace, port) {
        $0.isRefused(caller("stranger", "Answer-Mode: Manual;require"), "manual answer forbidden")
      }
      phone.say("dnd off")
      #expect(tap.packetCount == 0)
    }
  }

  // Proves: rfc5373-7.3-1 rfc5373-7.3-2 rfc5373-4.1-2
  @Test("Who shows a password that was agreed on is put through by Priv-Answer-Mode; a wrong one, or none, is not")
  func challenge() throws {
    // SIPp's digest knows MD5 alone and answers the first challenge, which asks for SHA-256: so it is written by hand.
    try scene(Self.rules.replacingOccurrences(of: "sip:chief@127.0.0.1", with: "sip:stranger@127.0.0.2")) { phone, port, _, tap in
      for (password, status) in [("agreed", "200 "), ("guessed", "401 ")] {
        let chief = try #require(Stranger("127.0.0.2", to: port))
        func ask(_ more: String = "") throws -> String {
          chief.send(chief.invite(extra: "Priv-Answer-Mode: Auto\r\n" + more))
          while let response = chief.receive() { if !response.hasPrefix("SIP/2.0 1") { return response } }
          throw PeerProblem(name: "the phone", transcript: "no answer")
        }
        let challenge = try ask()
        #expect(challenge.hasPrefix("SIP/2.0 401 "))
        let proof = try Self.proof(challenge, uri: "sip:alice@127.0.0.1:\(port)", password: password)
        let answer = try ask(proof)
        #expect(answer.hasPrefix("SIP/2.0 \(status)"), "\(answer.prefix(400))")
        if status == "200 " {
          #expect(answer.contains("a=recvonly"))
          #expect(phone.next("call", ["state": "talking", "automatic": "1", "microphone": "shut"]) != nil)
          phone.say("hangup")
        }
      }
      #expect(tap.packetCount == 0)
    }
  }

  /// An Authorization field for the SHA-256 challenge of a 401 (RFC 7616), by openssl.
  private static func proof(_ challenge: String, uri: String, password: String) throws -> String {
    let line = try #require(
      challenge.components(separatedBy: "\r\n").first { $0.hasPrefix("WWW-Authenticate:") && $0.contains("SHA-256") })
    func value(_ name: String) -> String {
      guard let start = line.range(of: "\(name)=\"") else { return "" }
      return String(line[start.upperBound...].prefix { $0 != "\"" })
    }
    func hash(_ text: String) throws -> String {
      let said = try Workplace.run("sh", ["-c", "printf %s '\(text)' | openssl dgst -sha256 -r"]).1
      return String(said.prefix(64))
    }
    let (realm, nonce) = (value("realm"), value("nonce"))
    let first = try hash("chief:\(realm):\(password)")
    let second = try hash("INVITE:\(uri)")
    let response = try hash("\(first):\(nonce):00000001:abc:auth:\(second)")
    let opaque = value("opaque").isEmpty ? "" : ", opaque=\"\(value("opaque"))\""
    return "Authorization: Digest username=\"chief\", realm=\"\(realm)\", nonce=\"\(nonce)\", uri=\"\(uri)\", "
      + "response=\"\(response)\", algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"abc\"\(opaque)\r\n"
  }

  // Proves: rfc5373-3-1 rfc5373-3-2 rfc5373-7.4-2 rfc5373-7.4-4
  @Test("No re-INVITE, UPDATE or offer of ours that was asked for brings sound to the caller before the user talks; then it does")
  func eavesdropping() throws {
    try scene(Self.rules) { phone, port, workplace, tap in
      let caller = SIPpCaller(user: "tap", voicePort: tap.port, fields: ["Answer-Mode: Auto"])
      var scenario = SIPpScenario()
      scenario.isPutThrough(caller)
      scenario.pause(1500)
      // Both ways; then only what is heard here; then without an offer, so that the phone has to make one.
      scenario.asksAgain(
        caller, sequence: 2, body: caller.description("a=sendrecv", version: 2), ["a=recvonly"], lacks: ["a=sendrecv"])
      scenario.send(caller.request("ACK", sequence: 2, branch: "ack2"))
      scenario.asksAgain(
        caller, sequence: 3, body: caller.description("a=recvonly", version: 3), ["a=inactive"], lacks: ["a=sendonly"])
      scenario.send(caller.request("ACK", sequence: 3, branch: "ack3"))
      scenario.asksAgain(caller, sequence: 4, body: "", ["a=recvonly"], lacks: ["a=sendrecv"])
      scenario.send(caller.request("ACK", sequence: 4, branch: "ack4", body: caller.description("a=sendonly", version: 4)))
      scenario.send(
        caller.request("UPDATE", sequence: 5, branch: "update", body: caller.description("a=sendrecv", version: 5)), repeats: true)
      scenario.receive(200, .has("a=recvonly"), .lacks("a=sendrecv"))
      scenario.pause(1000)
      // The user talks: the phone offers it.
      scenario.receive(request: "INVITE", .has("a=sendrecv"))
      scenario.send(
        "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
          + "Contact: <sip:tap@[local_ip]:[local_port]>\nContent-Type: application/sdp\nContent-Length: [len]\n\n"
          + caller.description("a=sendrecv", version: 6), repeats: true)
      scenario.receive(request: "ACK")
      scenario.pause(3000)
      scenario.hangsUp(caller, sequence: 6)
      let own = Workplace.freePort()
      let child = try scenario.start(workplace, against: port, port: own)
      defer { child.stop() }
      #expect(phone.next("call", ["state": "talking", "microphone": "shut", "automatic": "1"]) != nil)
      // Until after the last of the four demands.
      Thread.sleep(forTimeInterval: 5)
      #expect(tap.packetCount == 0 && tap.soundCount == 0)
      phone.say("talk")
      #expect(tap.hears(440, within: 10))
      #expect(tap.soundCount > 0)
      #expect(child.waitForExit(within: 30) == 0, "\(SIPpScenario.complaints(workplace, port: own).prefix(1500))")
    }
  }

  // Proves: rfc5373-7.4-3
  @Test("A loopback test sends the caller's own sound back and nothing of the room")
  func loopback() throws {
    try scene(Self.rules) { phone, port, workplace, tap in
      let tester = SIPpCaller(user: "tester", voicePort: tap.port, fields: ["Answer-Mode: Auto;require"])
      try play("loopback", workplace, port) { scenario in
        let body = tester.description("a=loopback:rtp-media-loopback", "a=loopback-source")
        scenario.send(tester.invite(body: body), repeats: true)
        scenario.receive(100, isOptional: true)
        scenario.receive(200, .has("a=loopback-mirror"), .has("a=loopback:rtp-media-loopback"))
        scenario.send(tester.request("ACK", sequence: 1, branch: "ack"))
        scenario.pause(2000)
        scenario.hangsUp(tester)
      }
      // The caller was silent, and so was its echo.
      #expect(tap.soundCount == 0)
      try play("no loopback offered", workplace, port) { $0.isRefused(tester, "automatic answer forbidden") }
    }
  }

  // Proves: rfc5373-5.1-1 rfc5373-5-1
  @Test("Told to, the 200 says how it was answered, and nothing else does")
  func telling() throws {
    try scene("[answer]\ntell_caller = true\nautomatically = true") { phone, port, workplace, tap in
      let door = SIPpCaller(user: "door", voicePort: tap.port, fields: ["Answer-Mode: Auto"])
      try play("telling", workplace, port) { scenario in
        scenario.send(door.invite(), repeats: true)
        scenario.receive(100, isOptional: true)
        scenario.receive(200, .has("Answer-Mode: Auto"), .has("a=recvonly"))
        scenario.send(door.request("ACK", sequence: 1, branch: "ack"))
        scenario.pause(200)
        scenario.asksAgain(door, sequence: 2, body: door.description(version: 2), ["a=recvonly"], lacks: ["Answer-Mode:"])
        scenario.send(door.request("ACK", sequence: 2, branch: "ack2"))
        scenario.hangsUp(door)
      }
    }
  }

  // Proves: rfc5373-4.3.1-1 rfc5373-4.3.3-1 rfc5373-4.3.3-2 rfc5373-5.2-1
  @Test("As the caller the phone asks in the words of section 4.3.3 and shows what the 200 said")
  func asking() throws {
    try scene("") { phone, port, workplace, tap in
      var scenario = SIPpScenario()
      scenario.receive(
        request: "INVITE", .has("Answer-Mode: Auto;require"), .has("Require: answermode"), .has("Supported:[ a-z0-9,-]*answermode"),
        .has("Accept-Contact: [*];extensions=.answermode.;methods=.INVITE.;require;explicit"))
      let head = "[last_Via:]\n[last_From:]\n[last_To:];tag=answer[pid]\n[last_Call-ID:]\n[last_CSeq:]\n"
      let peer = SIPpCaller(user: "bob", voicePort: tap.port)
      scenario.send("SIP/2.0 180 Ringing\n\(head)Contact: <sip:bob@[local_ip]:[local_port]>\nContent-Length: 0\n")
      scenario.send(
        "SIP/2.0 200 OK\n\(head)Contact: <sip:bob@[local_ip]:[local_port]>\nAnswer-Mode: Auto\nContent-Type: application/sdp\n"
          + "Content-Length: [len]\n\n" + peer.description(), repeats: true)
      scenario.receive(request: "ACK")
      scenario.receive(request: "BYE", .lacks("Answer-Mode:"))
      scenario.send("SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n")
      let own = Workplace.freePort()
      let child = try scenario.start(workplace, against: nil, port: own)
      defer { child.stop() }
      phone.say("dial sip:bob@127.0.0.1:\(own) --answer-mode auto --require --steer explicit")
      #expect(phone.next("call", ["state": "talking", "answered_by": "auto"]) != nil)
      phone.say("hangup")
      #expect(child.waitForExit(within: 20) == 0, "\(SIPpScenario.complaints(workplace, port: own).prefix(1500))")
    }
  }

  // Proves: rfc5373-4.3.2-1 rfc5373-4.3.2-2
  @Test("The registered contact says that the phone knows answering modes")
  func registering() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    var scenario = SIPpScenario()
    scenario.receive(
      request: "REGISTER", .has("Contact: <[^>]*>[^<]*extensions=.answermode."), .has("Require: pref"),
      .has("Supported:[ a-z0-9,-]*answermode"))
    scenario.send(
      "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:];tag=registrar\n[last_Call-ID:]\n[last_CSeq:]\n[last_Contact:]\n"
        + "Expires: 600\nContent-Length: 0\n")
    let own = Workplace.freePort()
    let child = try scenario.start(workplace, against: nil, port: own)
    defer { child.stop() }
    let phone = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:alice@127.0.0.1"
        registrar = "sip:127.0.0.1:\(own)"
        require_callee_capabilities = true
        [network]
        listen = ["udp:127.0.0.1:0"]

        """)
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    #expect(child.waitForExit(within: 20) == 0, "\(SIPpScenario.complaints(workplace, port: own).prefix(1500))")
    #expect(phone.quit() == 0)
  }
}
