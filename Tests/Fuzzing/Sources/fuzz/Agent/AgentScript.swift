import SIPMessages

/// What a peer may write, in parts that the input puts together.
enum AgentScript {
  static let methods = [
    "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "INFO", "REGISTER", "REFER", "NOTIFY", "MESSAGE", "SUBSCRIBE",
    "PUBLISH", "invite", "X",
  ]

  static let uris = [
    "sip:alice@192.0.2.1", "sip:alice@192.0.2.1:5060;transport=tcp", "sips:alice@192.0.2.1", "tel:+4930123456", "sip:192.0.2.1",
    "sip:bob@[2001:db8::1];maddr=192.0.2.101", "sip:a@b?Subject=x", "urn:service:sos",
  ]

  static let statuses: [Int] = [
    100, 180, 183, 199, 200, 202, 204, 301, 302, 305, 380, 400, 401, 403, 404, 407, 408, 420, 421, 422, 423, 480, 481, 486, 487,
    488,
    491, 494, 500, 503, 600, 603, 699,
  ]

  /// Fields that change what a request or a response means. In each several may be taken.
  static let fields = [
    "Contact: <sip:bob@192.0.2.101>", "Contact: <sip:bob@192.0.2.102:5070;transport=tcp>", "Contact: *",
    "Contact: <sip:c@192.0.2.102>;q=0.1, \"C\" <sips:c@example.com>;expires=0", "Require: 100rel", "Supported: 100rel, timer",
    "Require: timer, nonsense", "RSeq: 1", "RSeq: 2", "RSeq: 4294967295", "RAck: 1 1 INVITE", "RAck: 2 1 INVITE",
    "Session-Expires: 90;refresher=uac", "Session-Expires: 1800;refresher=uas", "Session-Expires: 4294967295", "Min-SE: 120",
    "Record-Route: <sip:192.0.2.102;lr>", "Record-Route: <sip:192.0.2.102>, <sip:p2.example.com;lr>", "Route: <sip:192.0.2.1;lr>",
    "Expires: 0", "Expires: 60", "Min-Expires: 7200", "Retry-After: 5 (busy);duration=60",
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth,auth-int\"",
    "Proxy-Authenticate: Digest realm=\"p\", nonce=\"m\", algorithm=SHA-256, stale=TRUE",
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"o\", algorithm=X\r\nWWW-Authenticate: Basic realm=\"r\"",
    "Authentication-Info: nextnonce=\"q\", qop=auth, rspauth=\"00\"", "Service-Route: <sip:192.0.2.102;lr>", "Replaces: a;to-tag=b",
    "Reason: SIP;cause=200;text=\"Call completed elsewhere\"", "Allow: INVITE, UPDATE, BYE", "Accept: application/sdp",
    "Content-Disposition: render;handling=required", "Content-Encoding: gzip", "Unsupported: 100rel", "Warning: 399 a \"w\"",
    "Content-Type: multipart/mixed;boundary=b", "Content-Type: text/plain", "Content-Type: application/sdp", "Max-Forwards: 0",
    "Via: SIP/2.0/TCP 192.0.2.102;branch=z9hG4bKother", "Subject: x\r\n y", "In-Reply-To: 1@b", "Event: refer",
  ]

  static let bodies = [
    "", "v=0\r\no=- 1 1 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\n",
    "v=0\r\no=- 1 2 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\na=sendonly\r\n",
    "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n",
    "SIP/2.0 100 Trying",
  ]

  /// As many of `fields` as the input asks for, at most three.
  static func extras(_ choices: inout Choices) -> [String] {
    (0..<choices.next(below: 4)).map { _ in choices.pick(fields) }
  }

  static func body(_ choices: inout Choices) -> String { choices.pick(bodies) }

  static func sdp(_ choices: inout Choices) -> Body? {
    choices.flag() ? Body(contentType: .sdp, bytes: Array(bodies[1].utf8)) : nil
  }
}
