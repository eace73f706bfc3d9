import SIPUserAgent
import SansIO
import Testing

@testable import Phone

@Suite("The trace")
struct TraceTests {
  private func entry(_ text: String) -> TraceEntry {
    var ring = TraceRing()
    let bytes = text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }
    ring.append(
      TracedMessage(isOutgoing: true, transport: .udp, peer: "192.0.2.1:5060", bytes: bytes), at: WallTime(secondsSince1970: 0))
    return ring.ordered[0]
  }

  @Test("Digest responses, other credentials and media keys are hidden; everything else stays")
  func secrets() {
    let text = entry(
      """
      REGISTER sip:example.com SIP/2.0
      Authorization: Digest username="alice", realm="r", nonce="n", response="0123456789abcdef", uri="sip:x"
      authorization : Digest username="a",
        response = "folded-secret" , algorithm=MD5
      Proxy-Authorization: Basic c2VjcmV0
      Authentication-Info: rspauth="deadbeef", qop=auth
      X-Response: response="keep"
      Call-ID: 1

      a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:topsecret
      a=ice-pwd:topsecret
      a=rtpmap:0 PCMU/8000
      """
    ).text
    for secret in ["0123456789abcdef", "folded-secret", "c2VjcmV0", "deadbeef", "topsecret"] {
      #expect(!text.contains(secret), "\(secret)")
    }
    for kept in [#"username="alice""#, #"response="keep""#, "algorithm=MD5", "qop=auth", #"uri="sip:x""#, "PCMU/8000"] {
      #expect(text.contains(kept), "\(kept)")
    }
  }

  @Test(
    "The summary is for a ladder",
    arguments: [
      ("INVITE sip:x SIP/2.0\nContent-Type: application/sdp\n\n", "INVITE (offer)"), ("BYE sip:x SIP/2.0\n\n", "BYE"),
      ("SIP/2.0 180 Ringing\nCSeq: 1 INVITE\n\n", "180 Ringing"), ("SIP/2.0 200 OK\nCSeq: 1 INVITE\n\n", "200 OK (INVITE)"),
      ("rubbish", "?"), ("", "?"),
    ])
  func summary(text: String, summary: String) {
    #expect(entry(text).summary == summary)
  }

  @Test("Escape sequences do not reach the screen")
  func escapes() {
    let text = entry("INVITE sip:x SIP/2.0\nSubject: \u{1B}[2J\u{202E}\n\n").text
    #expect(text == "INVITE sip:x SIP/2.0\nSubject: ·[2J·\n\n")
  }

  @Test("Of the keep-alives to one server the newest stays with its answer; an OPTIONS that is none, and all else, stays")
  func keepAlives() {
    var ring = TraceRing()
    func append(_ text: String, isOutgoing: Bool, peer: String = "192.0.2.1:5060") {
      let bytes = text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] }
      ring.append(
        TracedMessage(isOutgoing: isOutgoing, transport: .udp, peer: peer, bytes: bytes), at: WallTime(secondsSince1970: 0))
    }
    append("INVITE sip:x SIP/2.0\nCall-ID: call\n\n", isOutgoing: true)
    append("OPTIONS sip:x SIP/2.0\nMax-Forwards: 70\nCall-ID: question\n\n", isOutgoing: true)
    append("OPTIONS sip:x SIP/2.0\nMax-Forwards: 0\nCall-ID: other\n\n", isOutgoing: true, peer: "192.0.2.2:5060")
    for number in 1...1000 {
      append("OPTIONS sip:x SIP/2.0\nMax-Forwards: 0\nCall-ID: k\(number)\n\n", isOutgoing: true)
      append("SIP/2.0 483 Too Many Hops\nCall-ID: k\(number)\nCSeq: 1 OPTIONS\n\n", isOutgoing: false)
    }
    #expect(ring.ordered.map(\.callID) == ["call", "question", "other", "k1000", "k1000"])
    #expect(
      ring.ordered.map(\.summary) == [
        "INVITE", "OPTIONS", "OPTIONS (keep-alive)", "OPTIONS (keep-alive)", "483 Too Many Hops (OPTIONS)",
      ])
  }

  @Test("The ring keeps the newest, oldest first")
  func bounded() {
    var ring = TraceRing()
    for number in 0..<(TraceRing.capacity + 5) {
      let message = TracedMessage(
        isOutgoing: false, transport: .tcp, peer: "p", bytes: Array("BYE sip:x SIP/2.0\nCall-ID: \(number)\n\n".utf8))
      ring.append(message, at: WallTime(secondsSince1970: 0))
    }
    #expect(ring.ordered.count == TraceRing.capacity)
    #expect(ring.ordered.first?.callID == "5")
    #expect(ring.ordered.last?.callID == "\(TraceRing.capacity + 4)")
  }

  @Test("Mutilated messages are traced without a fault", arguments: 0..<4)
  func noise(seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    for _ in 0..<300 {
      let pieces = [
        "Authorization:", " Digest ", "response=\"", "\\", "\"", ",", "\r\n", "\n", " ", "k=", "a=crypto:", "rspauth=", "x",
      ]
      var text = ""
      for _ in 0..<random.next(below: 30) { text += pieces[Int(random.next(below: UInt64(pieces.count)))] }
      _ = entry(text)
    }
  }
}
