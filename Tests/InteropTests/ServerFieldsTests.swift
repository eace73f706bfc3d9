import Foundation
import Testing

/// baresip 1.0 has no field of RFC 5373 to send; Kamailio's textops gives its calls some, as a provider would.
@Suite(
  "Calls of baresip to which Kamailio adds fields", .enabled(if: Workplace.hasPeers), .serialized, .timeLimit(.minutes(5)))
struct ServerFieldsTests {
  private static let rules = """
    [answer]
    [[answer.rules]]
    from = ["sip:door@example.test", "sip:panel@example.test"]
    asks = "auto"
    then = "answer"
    [[answer.rules]]
    from = "sip:chief@example.test"
    asks = "priv"
    then = "answer"
    """

  /// Alice's phone, registered at Kamailio, and that user at a baresip.
  private func scene(
    _ user: String, trusts: Bool = false, _ body: (HeadlessPhone, Baresip, SoundCard) throws -> Void
  ) throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let kamailio = try Kamailio(workplace, algorithm: "MD5")
    defer { kamailio.stop() }
    let sound = try SoundCard(workplace, microphones: [("phone", 440), ("peer", 880)])
    let baresip = try Baresip(
      workplace, address: "sip:\(user)@example.test",
      account: ";auth_user=\(user);auth_pass=secret-\(user);outbound=\"sip:127.0.0.1:\(kamailio.port);lr\";regint=0"
        + ";audio_codecs=PCMU/8000/1", sound: sound)
    defer { baresip.stop() }
    let phone = try HeadlessPhone(
      workplace,
      configuration: """
        [[accounts]]
        address = "sip:alice@example.test"
        password = "secret-alice"
        outbound_proxies = ["sip:127.0.0.1:\(kamailio.port);lr"]
        trust_server = \(trusts)
        [network]
        listen = ["udp:127.0.0.1:0"]
        rtp_ports = "35000-35100"
        [audio]
        playback = "phone"
        capture = "phone"
        ring = "phone"
        \(Self.rules)

        """, environment: sound.environment)
    #expect(phone.next("registration", ["state": "ready"]) != nil)
    try baresip.order("dial", "sip:alice@example.test")
    try body(phone, baresip, sound)
    #expect(phone.quit() == 0)
  }

  // Proves: rfc5373-7.4-2 rfc5373-7.3-1
  @Test(
    "Whom the provider vouches for and a rule names is put through, heard, and hears nothing before talk",
    arguments: [("door", "Answer-Mode: Auto", false), ("chief", "Priv-Answer-Mode: Auto", false), ("panel", "Call-Info: ", true)])
  func putThrough(user: String, asks: String, trusts: Bool) throws {
    try scene(user, trusts: trusts) { phone, baresip, sound in
      let call = phone.next("call", ["state": "talking", "microphone": "shut", "automatic": "1", "trust": "said-by-provider"])
      #expect((call?["asks"] as? String)?.hasPrefix(asks) == true)
      #expect(sound.hears(880, on: "phone"))
      #expect(!sound.hears(440, on: "peer", within: 2))
      phone.say("talk")
      #expect(sound.hears(440, on: "peer"))
      phone.say("hangup")
      #expect(phone.next("call", ["state": "ended"]) != nil)
    }
  }

  @Test("A vendor's form that the account does not trust rings, and who insists without a rule is refused")
  func others() throws {
    try scene("panel") { phone, baresip, sound in
      #expect(phone.next("call", ["state": "ringing", "microphone": "shut"])?["asks"] == nil)
    }
    for user in ["pushy", "other"] {
      try scene(user) { phone, baresip, sound in
        #expect(phone.next("call", ["state": "ended", "outcome": "rejected", "status": "403"]) != nil)
        #expect(baresip.says("403"))
      }
    }
  }

  // Proves: rfc7462-13-2
  @Test("Alert-Info that the server adds is told and heard")
  func alert() throws {
    try scene("urgent") { phone, baresip, sound in
      let call = phone.next("call", ["state": "ringing"])
      #expect(call?["alert_words"] as? String == "URGENT, from inside")
    }
  }
}
