import SIPMessages

/// Messages of a scripted peer at 192.0.2.101.
enum Scripts {
  static let offer = """
    v=0
    o=- 1 1 IN IP4 192.0.2.101
    s=-
    c=IN IP4 192.0.2.101
    t=0 0
    m=audio 40000 RTP/AVP 0
    a=rtpmap:0 PCMU/8000

    """

  static func invite(
    callID: String = "c1@peer", from: String = "\"Peer\" <sip:peer@192.0.2.101>;tag=p", to user: String = "alice",
    extra: String = "",
    body: String = Scripts.offer
  ) -> String {
    """
    INVITE sip:\(user)@192.0.2.1 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-\(callID)
    Max-Forwards: 70
    From: \(from)
    To: <sip:\(user)@192.0.2.1>
    Call-ID: \(callID)
    CSeq: 1 INVITE
    Contact: <sip:peer@192.0.2.101>
    \(extra)\(body.isEmpty ? "" : "Content-Type: application/sdp\n")Content-Length: \(body.utf8.count + body.utf8.count { $0 == 10 })

    \(body)
    """
  }

  static func cancel(callID: String = "c1@peer", extra: String = "") -> String {
    """
    CANCEL sip:alice@192.0.2.1 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-\(callID)
    Max-Forwards: 70
    From: "Peer" <sip:peer@192.0.2.101>;tag=p
    To: <sip:alice@192.0.2.1>
    Call-ID: \(callID)
    CSeq: 1 CANCEL
    \(extra)Content-Length: 0


    """
  }

  /// Line feeds as line ends.
  static func wire(_ text: String) -> [UInt8] { text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] } }

  static func acknowledgement(of response: Response) -> String {
    request("ACK", in: response, number: 1, branch: "ack", body: "")
  }

  /// Asks for sound both ways.
  static func reinvite(in response: Response, extra: String = "") -> String {
    request("INVITE", in: response, number: 2, branch: "again", extra: extra, body: offer.replacing("o=- 1 1", with: "o=- 1 2"))
  }

  private static func request(
    _ method: String, in response: Response, number: Int, branch: String, extra: String = "", body: String
  ) -> String {
    """
    \(method) sip:alice@192.0.2.1 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-\(branch)
    Max-Forwards: 70
    From: "Peer" <sip:peer@192.0.2.101>;tag=p
    To: <sip:alice@192.0.2.1>;tag=\(response.to?.tag ?? "")
    Call-ID: \(response.callID ?? "")
    CSeq: \(number) \(method)
    Contact: <sip:peer@192.0.2.101>
    \(extra)\(body.isEmpty ? "" : "Content-Type: application/sdp\n")Content-Length: \(body.utf8.count + body.utf8.count { $0 == 10 })

    \(body)
    """
  }
}
