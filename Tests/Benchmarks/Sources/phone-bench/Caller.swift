/// Plays the caller of RFC 3665 section 3.1 with hand-made messages, so that what is timed is the peer alone.
struct Caller {
  let socket: UDPSocket
  let target: String
  let peer: UInt16

  init(peer: UInt16, user: String, timeout: Int = 3000) {
    socket = UDPSocket(peer: peer, timeout: timeout)
    target = "sip:\(user)@127.0.0.1:\(peer)"
    self.peer = peer
  }

  private func head(_ method: String, to: String, tag: Int, sequence: Int, branch: String) -> String {
    "\(method) \(target) SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bK\(branch);rport\r\n"
      + "From: <sip:bench@127.0.0.1:\(socket.port)>;tag=f\(tag)\r\nTo: \(to)\r\nCall-ID: bench-\(socket.port)-\(tag)\r\n"
      + "CSeq: \(sequence) \(method)\r\nMax-Forwards: 70\r\nContact: <sip:bench@127.0.0.1:\(socket.port)>\r\n"
  }

  func invite(_ number: Int) -> String {
    let description =
      "v=0\r\no=- \(number) 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 39998 RTP/AVP 0 101\r\n"
      + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    return head("INVITE", to: "<\(target)>", tag: number, sequence: 1, branch: "i\(number)x\(socket.port)")
      + "Content-Type: application/sdp\r\nContent-Length: \(description.utf8.count)\r\n\r\n" + description
  }

  /// ACK and BYE.
  func hangUp(_ number: Int, answer: String) {
    let to = Caller.field("To", in: answer) ?? "<\(target)>"
    socket.send(head("ACK", to: to, tag: number, sequence: 1, branch: "a\(number)x\(socket.port)") + "Content-Length: 0\r\n\r\n")
    socket.send(head("BYE", to: to, tag: number, sequence: 2, branch: "b\(number)x\(socket.port)") + "Content-Length: 0\r\n\r\n")
  }

  /// One call: INVITE until 200, ACK, BYE until its 200. Returns the nanoseconds from INVITE to 200, or nil when it failed.
  func call(_ number: Int) -> Int64? {
    let invite = invite(number)
    let start = monotonic()
    socket.send(invite)
    guard let answer = response(to: "INVITE", call: number) else { return nil }
    let end = monotonic()
    guard answer.hasPrefix("SIP/2.0 200") else { return nil }
    hangUp(number, answer: answer)
    guard let bye = response(to: "BYE", call: number), bye.hasPrefix("SIP/2.0 200") else { return nil }
    return end - start
  }

  /// Asks with OPTIONS; true when anything came back in time.
  func options(_ number: Int) -> Bool {
    let head = head("OPTIONS", to: "<\(target)>", tag: number, sequence: 1, branch: "o\(number)x\(socket.port)")
    socket.send(head + "Content-Length: 0\r\n\r\n")
    return socket.receive() != nil
  }

  private func response(to method: String, call number: Int) -> String? {
    while let text = socket.receive() {
      guard text.hasPrefix("SIP/2.0 "), !text.hasPrefix("SIP/2.0 1"), let sequence = Caller.field("CSeq", in: text),
        sequence.hasSuffix(method), text.contains("bench-\(socket.port)-\(number)\r\n")
      else { continue }
      return text
    }
    return nil
  }

  static func field(_ name: String, in text: String) -> String? {
    for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ":") {
      return line.dropFirst(name.count + 1).trimmingPrefix { $0 == " " }.description
    }
    return nil
  }
}
