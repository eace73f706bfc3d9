import Foundation
import Testing

/// The two flows of RFC 4916 section 5 with the phone at either end, and what Asterisk and FreeSWITCH send instead.
@Suite("RFC 4916 on the wire, against SIPp", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(5)))
struct ConnectedIdentityWireTests {
  private static let description =
    "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 6000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n"

  /// `prepare` comes before the phone.
  private func scene(
    _ account: String = "", prepare: (Workplace) throws -> Void = { _ in },
    _ body: (HeadlessPhone, UInt16, Workplace) throws -> Void
  ) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    try prepare(workplace)
    let port = Workplace.freePort()
    let phone = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:alice@127.0.0.1:\(port)"
        \(account.isEmpty ? "register = false" : account)
        [network]
        listen = ["udp:127.0.0.1:\(port)"]
        rtp_ports = "36000-36100"
        requests_per_second = 0
        [answer]
        automatically = true

        """)
    #expect(phone.next("snapshot") != nil)
    #expect(SIPProbe.answers(port: port, within: 10))
    try body(phone, port, workplace)
  }

  private func finish(_ child: ChildProcess, _ workplace: Workplace, port: UInt16) {
    let code = child.waitForExit(within: 60)
    child.stop()
    #expect(code == 0, "\(SIPpScenario.complaints(workplace, port: port).prefix(1500)) \(child.transcript.suffix(300))")
  }

  /// A response to what SIPp received last; `tag` is added to To.
  private static func response(_ status: String, _ more: [String] = [], tag: Bool = false, body: String = "") -> String {
    let to = tag ? "To: <sip:bob@example.com>;tag=called[pid]" : "[last_To:]"
    var lines = ["SIP/2.0 \(status)", "[last_Via:]", "[last_From:]", to, "[last_Call-ID:]", "[last_CSeq:]"]
    lines += ["Contact: <sip:bob@[local_ip]:[local_port]>", "Allow: INVITE, ACK, BYE, CANCEL, UPDATE"] + more
    if !body.isEmpty { lines.append("Content-Type: application/sdp") }
    return (lines + ["Content-Length: [len]", "", body]).joined(separator: "\n")
  }

  /// A request of the called side in the dialog.
  private static func request(
    _ method: String, _ sequence: Int, from: String, port: UInt16, _ more: [String] = [], body: String = ""
  ) -> String {
    var lines = [
      "\(method) sip:alice@127.0.0.1:\(port) SIP/2.0",
      "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=z9hG4bK-[pid]-\(method)\(sequence)", "Max-Forwards: 70",
      "From: \(from);tag=called[pid]", "To: <sip:alice@127.0.0.1:\(port)>;[$tag]", "Call-ID: [call_id]",
      "CSeq: \(sequence) \(method)", "Contact: <sip:bob@[local_ip]:[local_port]>",
    ]
    lines += more
    if !body.isEmpty { lines.append("Content-Type: application/sdp") }
    return (lines + ["Content-Length: [len]", "", body]).joined(separator: "\n")
  }

  /// The called side answers, as the first five messages of both flows.
  private static func answer(_ scenario: inout SIPpScenario, knows: Bool = true) {
    scenario.receive(request: "INVITE", keeping: "tag", "tag=[^;[:space:]]*", of: "From:", .has("Supported:.*from-change"))
    scenario.send(response("180 Ringing", knows ? ["Supported: from-change"] : [], tag: true))
    scenario.send(response("200 OK", knows ? ["Supported: from-change"] : [], tag: true, body: description), repeats: true)
    scenario.receive(request: "ACK")
  }

  private static func hangsUp(_ scenario: inout SIPpScenario, _ checks: SIPpScenario.Check...) {
    scenario.receive(request: "BYE", checks)
    scenario.send(response("200 OK"))
  }

  private func call(_ make: (inout SIPpScenario, UInt16) -> Void, _ follow: (HeadlessPhone) -> Void) throws {
    try scene { phone, port, workplace in
      var scenario = SIPpScenario()
      make(&scenario, port)
      let own = Workplace.freePort()
      let child = try scenario.start(workplace, against: nil, port: own)
      phone.say("dial sip:bob@127.0.0.1:\(own)")
      follow(phone)
      finish(child, workplace, port: own)
      #expect(phone.quit() == 0)
    }
  }

  // Proves: rfc4916-4.1-1 rfc4916-4.4.1-2 rfc4916-4.4.2-1 rfc4916-4.4.2-4
  @Test("Section 5.1, the phone is Alice: Carol's UPDATE after the answer, and the BYE that goes to her")
  func calledByUs() throws {
    try call { scenario, port in
      Self.answer(&scenario)
      scenario.send(Self.request("UPDATE", 2, from: "\"Carol\" <sip:carol@example.com>", port: port), repeats: true)
      scenario.receive(200)
      Self.hangsUp(&scenario, .has("To:.*<sip:carol@example.com>;tag=called"), .lacks("bob@example.com"))
    } _: { phone in
      let event = phone.next("identity", ["state": "reached"])
      #expect(event?["peer"] as? String == "sip:carol@example.com" && event?["trust"] as? String == "said-by-peer")
      phone.say("hangup")
    }
  }

  // Proves: rfc4916-4.4.1-2 rfc4916-4.4.2-1 rfc4916-4.4.2-4
  @Test("Section 5.2, the phone is Alice: Bob says that he is Bob; then a re-INVITE without an offer comes from Carol")
  func transferredByB2BUA() throws {
    try call { scenario, port in
      Self.answer(&scenario)
      scenario.send(Self.request("UPDATE", 2, from: "<sip:bob@example.com>", port: port), repeats: true)
      scenario.receive(200, .has("From: <sip:bob@example.com>;tag=called"))
      scenario.send(Self.request("INVITE", 3, from: "\"Carol\" <sip:carol@example.com>", port: port), repeats: true)
      scenario.receive(100, isOptional: true)
      scenario.receive(200, .has("m=audio"), .has("From:.*<sip:carol@example.com>;tag=called"))
      scenario.send(Self.request("ACK", 3, from: "\"Carol\" <sip:carol@example.com>", port: port, body: Self.description))
      Self.hangsUp(&scenario, .has("To:.*<sip:carol@example.com>;tag=called"))
    } _: { phone in
      let event = phone.next("identity", ["state": "changed"])
      #expect(event?["peer"] as? String == "sip:carol@example.com" && event?["name"] as? String == "Carol")
      #expect((event?["was"] as? String)?.contains("bob@") == true)
      phone.say("hangup")
    }
  }

  private func answered(_ supported: String, _ more: (inout SIPpScenario, SIPpCaller) -> Void, _ follow: (HeadlessPhone) -> Void)
    throws
  {
    try scene { phone, port, workplace in
      let caller = SIPpCaller(user: "caller", voicePort: 6000, fields: [supported])
      var scenario = SIPpScenario()
      scenario.send(caller.invite(), repeats: true)
      scenario.receive(100, isOptional: true)
      scenario.receive(180, isOptional: true)
      // Section 4.2: "MUST include the from-change option tag in a Supported header field".
      scenario.receive(200, .has("Supported:.*from-change"))
      scenario.send(caller.request("ACK", sequence: 1, branch: "ack"))
      more(&scenario, caller)
      let own = Workplace.freePort()
      let child = try scenario.start(workplace, against: port, port: own)
      follow(phone)
      finish(child, workplace, port: own)
      #expect(phone.quit() == 0)
    }
  }

  // Proves: rfc4916-4.2-1 rfc4916-4.2-3 rfc4916-4.2-4 rfc4916-4.3-1 rfc4916-4.3-2 rfc4916-4.4.1-3
  @Test("Section 5.1 and 5.2, the phone is the called side: it says who it is, then who is there instead, and stays that one")
  func saidByUs() throws {
    try answered("Supported: from-change") { scenario, caller in
      scenario.receive(
        request: "UPDATE", .has("From:.*<sip:alice@127.0.0.1[:0-9]*>;tag="), .has("To:.*<sip:caller@127.0.0.1>;tag=caller"))
      scenario.send(Self.response("200 OK"))
      // The caller is somebody else as well, and says so.
      scenario.send(
        caller.request("UPDATE", sequence: 2, branch: "zoe").replacingOccurrences(
          of: "From: <sip:caller@127.0.0.1>", with: "From: <sip:zoe@example.com>"), repeats: true)
      scenario.receive(200)
      let zoe = SIPpScenario.Check.has("To:.*<sip:zoe@example.com>;tag=caller")
      scenario.receive(request: "UPDATE", .has("From: \"Carol\" <sip:carol@example.com>;tag="), zoe)
      scenario.send(Self.response("200 OK"))
      scenario.receive(request: "BYE", .has("From: \"Carol\" <sip:carol@example.com>;tag="), zoe)
      scenario.send(Self.response("200 OK"))
    } _: { phone in
      // Their change comes after our announcement; ours after theirs, with no timing between.
      #expect(phone.next("identity", ["state": "changed"])?["peer"] as? String == "sip:zoe@example.com")
      phone.say("identify \"Carol\" <sip:carol@example.com>")
      #expect(phone.next("identity", ["state": "presented"]) != nil)
      // The UPDATE is on its way when the BYE follows it; the two are one dialog's, in order.
      Thread.sleep(forTimeInterval: 1)
      phone.say("hangup")
    }
  }

  // Proves: rfc4916-4.3-1
  @Test("Whoever lacks the tag sees no UPDATE and no other From, whatever the user orders")
  func withoutTheTag() throws {
    try answered("Supported: timer") { scenario, _ in
      scenario.receive(request: "BYE", .has("From:.*<sip:alice@127.0.0.1[:0-9]*>;tag="), .lacks("carol"))
      scenario.send(Self.response("200 OK"))
    } _: { phone in
      #expect(phone.next("call", ["state": "talking"]) != nil)
      phone.say("identify \"Carol\" <sip:carol@example.com>")
      #expect(phone.next("error") != nil)
      phone.say("hangup")
    }
  }

  @Test(
    "What a PBX sends when it has put the caller through: UPDATE or re-INVITE, P-Asserted-Identity or Remote-Party-ID",
    arguments: [
      ("INVITE", "P-Asserted-Identity: \"Clara Weiss\" <sip:204@127.0.0.1>", "p-asserted-identity"),
      ("UPDATE", "P-Asserted-Identity: \"Clara Weiss\" <sip:204@127.0.0.1>", "p-asserted-identity"),
      (
        "INVITE", "Remote-Party-ID: \"Clara Weiss\" <sip:204@127.0.0.1>;party=calling;privacy=off;screen=no",
        "remote-party-id"
      ),
      ("UPDATE", "Remote-Party-ID: \"Clara Weiss\" <sip:204@127.0.0.1>;party=calling;privacy=off;screen=no", "remote-party-id"),
    ])
  func exchanges(method: String, field: String, source: String) throws {
    let own = Workplace.freePort()
    // One call for SIPp, which tells calls apart by Call-ID: the registration, and the call that the PBX makes.
    func request(_ method: String, _ sequence: Int, to: String, _ more: [String], body: String = "") -> String {
      let head = [
        "\(method) [$contact] SIP/2.0", "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=z9hG4bK-[pid]-\(method)\(sequence)",
        "Max-Forwards: 70", "From: \"Reception\" <sip:201@127.0.0.1>;tag=pbx[pid]", "To: <sip:alice@127.0.0.1>\(to)",
        "Call-ID: [call_id]", "CSeq: \(sequence) \(method)", "Contact: <sip:201@[local_ip]:[local_port]>",
      ]
      return (head + more + (body.isEmpty ? [] : ["Content-Type: application/sdp"]) + ["Content-Length: [len]", "", body])
        .joined(separator: "\n")
    }
    var scenario = SIPpScenario()
    scenario.receive(request: "REGISTER", keeping: "contact", "sip:[^>]*", of: "Contact:")
    scenario.send(
      "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:];tag=r[pid]\n[last_Call-ID:]\n[last_CSeq:]\n"
        + "Contact: <[$contact]>;expires=600\nContent-Length: 0\n\n")
    let asserted = "P-Asserted-Identity: \"Reception\" <sip:201@127.0.0.1>"
    scenario.send(request("INVITE", 10, to: "", [asserted], body: Self.description), repeats: true)
    scenario.receive(100, isOptional: true)
    scenario.receive(180, isOptional: true)
    scenario.receive(200)
    scenario.send(request("ACK", 10, to: "[peer_tag_param]", []))
    scenario.pause(300)
    let body = method == "INVITE" ? Self.description.replacingOccurrences(of: "o=- 1 1", with: "o=- 1 2") : ""
    scenario.send(request(method, 11, to: "[peer_tag_param]", [field], body: body), repeats: true)
    scenario.receive(100, isOptional: true)
    scenario.receive(200)
    if method == "INVITE" { scenario.send(request("ACK", 11, to: "[peer_tag_param]", [])) }
    scenario.receive(request: "BYE")
    scenario.send(Self.response("200 OK"))
    var child: ChildProcess?
    try scene(
      "password = \"x\"\noutbound_proxies = [\"sip:127.0.0.1:\(own);lr\"]",
      prepare: { child = try scenario.start($0, against: nil, port: own) }
    ) { phone, _, workplace in
      #expect(phone.next("registration", ["state": "ready"], within: 20) != nil)
      let event = phone.next("identity", ["state": "changed"], within: 20)
      #expect(event?["name"] as? String == "Clara Weiss" && event?["address"] as? String == "204")
      #expect(event?["trust"] as? String == "said-by-provider" && event?["source"] as? String == source)
      phone.say("hangup")
      finish(try #require(child), workplace, port: own)
    }
  }
}
