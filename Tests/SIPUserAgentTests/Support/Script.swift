import SIPMessages
import SIPUserAgent
import SansIO

/// Requests as a scripted peer writes them, line by line.
enum Script {
  static func request(
    _ method: String, uri: String = "sip:alice@192.0.2.1", branch: String = "z9hG4bK1",
    from: String = "<sip:bob@example.com>;tag=bob",
    to: String = "<sip:alice@example.com>", callID: String = "call1", cseq: String? = nil, extra: [String] = [], body: String = ""
  ) -> String {
    var lines = [
      "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.101:5060;branch=\(branch)", "Max-Forwards: 70", "From: \(from)",
      "To: \(to)", "Call-ID: \(callID)", "CSeq: \(cseq ?? "1 \(method)")",
    ]
    lines += extra
    lines.append("Content-Length: \(body.utf8.count)")
    return lines.joined(separator: "\n") + "\n\n" + body
  }

  static func invite(
    branch: String = "z9hG4bK1", callID: String = "call1", cseq: String = "1 INVITE", extra: [String] = [], offer: String? = "offer"
  ) -> String {
    request(
      "INVITE", branch: branch, callID: callID, cseq: cseq,
      extra: ["Contact: <sip:bob@192.0.2.101>"] + (offer == nil ? [] : ["Content-Type: application/sdp"]) + extra, body: offer ?? ""
    )
  }
}

extension World {
  /// A scripted peer calls agent 0, who answers: returns the tag that the agent chose.
  mutating func establishFromPeer(extra: [String] = [], offer: String? = "offer") -> String {
    send(Script.invite(extra: extra, offer: offer))
    settle()
    command(0, .accept(incoming(0) ?? SessionID(0), World.sdp("answer")))
    settle()
    let tag = responses(.ok).last?.to?.tag ?? "none"
    send(peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    settle()
    ladder = []
    events = events.map { _ in [] }
    return tag
  }

  /// A request of the scripted caller within the dialog.
  func peerRequest(
    _ method: String, tag: String, cseq: String, branch: String, extra: [String] = [], offer: String? = nil
  ) -> String {
    let contact = ["INVITE", "UPDATE"].contains(method) ? ["Contact: <sip:bob@192.0.2.101>"] : []
    let type = offer == nil ? [] : ["Content-Type: application/sdp"]
    return Script.request(
      method, branch: branch, to: "<sip:alice@example.com>;tag=\(tag)", cseq: cseq, extra: contact + type + extra, body: offer ?? ""
    )
  }
}
