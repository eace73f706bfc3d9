/// The messages of somebody who calls the phone by SIPp. In each scenario there is one call, so that branches and tags are plain.
struct SIPpCaller {
  let user: String
  /// Where its voice would be received.
  let voicePort: UInt16
  var fields: [String] = []

  private var head: String { "<sip:\(user)@127.0.0.1>;tag=caller[pid]" }

  func description(_ more: String..., version: Int = 1) -> String {
    "v=0\no=- 1 \(version) IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio \(voicePort) RTP/AVP 0\n"
      + "a=rtpmap:0 PCMU/8000\n" + more.map { $0 + "\n" }.joined()
  }

  /// A request; `branch` tells it from the others, and those of one transaction have the same.
  func request(
    _ method: String, sequence: Int, branch: String, isInDialog: Bool = true, _ more: [String] = [], body: String = ""
  ) -> String {
    var lines = [
      "\(method) sip:alice@[remote_ip]:[remote_port] SIP/2.0",
      "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-\(branch)", "Max-Forwards: 70", "From: \(head)",
      "To: <sip:alice@[remote_ip]:[remote_port]>\(isInDialog ? "[peer_tag_param]" : "")", "Call-ID: [call_id]",
      "CSeq: \(sequence) \(method)", "Contact: <sip:\(user)@[local_ip]:[local_port]>",
      "Allow: INVITE, ACK, BYE, CANCEL, UPDATE",
    ]
    lines += more
    if !body.isEmpty { lines.append("Content-Type: application/sdp") }
    lines += ["Content-Length: [len]", "", body]
    return lines.joined(separator: "\n")
  }

  func invite(_ more: String..., body: String? = nil) -> String {
    request("INVITE", sequence: 1, branch: "invite", isInDialog: false, fields + more, body: body ?? description())
  }
}

extension SIPpScenario {
  /// The INVITE, which is answered by itself with one direction of sound.
  mutating func isPutThrough(_ caller: SIPpCaller, _ checks: Check..., body: String? = nil) {
    send(caller.invite(body: body), repeats: true)
    receive(100, isOptional: true)
    receive(180, isOptional: true)
    receive(200, .has("a=recvonly"), .lacks("a=sendrecv"), .lacks("Answer-Mode:"))
    send(caller.request("ACK", sequence: 1, branch: "ack"))
  }

  /// The INVITE is refused without a sound.
  mutating func isRefused(_ caller: SIPpCaller, _ phrase: String) {
    send(caller.invite(), repeats: true)
    receive(100, isOptional: true)
    receive(403, .has("SIP/2.0 403 \(phrase)"))
    send(caller.request("ACK", sequence: 1, branch: "invite"))
  }

  /// The INVITE rings; the caller gives up.
  mutating func rings(_ caller: SIPpCaller) {
    send(caller.invite(), repeats: true)
    receive(100, isOptional: true)
    receive(180, .lacks("Answer-Mode:"))
    pause(300)
    send(caller.request("CANCEL", sequence: 1, branch: "invite", isInDialog: false))
    receive(200)
    receive(487)
    send(caller.request("ACK", sequence: 1, branch: "invite"))
  }

  /// A re-INVITE with this body, or none, and the check of what its 200 says.
  mutating func asksAgain(_ caller: SIPpCaller, sequence: Int, body: String, _ checks: [String], lacks: [String]) {
    send(caller.request("INVITE", sequence: sequence, branch: "again\(sequence)", caller.fields, body: body), repeats: true)
    receive(100, isOptional: true)
    switch (checks.first, lacks.first) {
    case (let has?, let lacks?): receive(200, .has(has), .lacks(lacks))
    case (let has?, nil): receive(200, .has(has))
    case (nil, let lacks?): receive(200, .lacks(lacks))
    case (nil, nil): receive(200)
    }
  }

  mutating func hangsUp(_ caller: SIPpCaller, sequence: Int = 9) {
    send(caller.request("BYE", sequence: sequence, branch: "bye"), repeats: true)
    receive(200)
  }
}
