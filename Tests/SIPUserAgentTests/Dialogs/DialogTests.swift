import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 12: what a dialog is made of, and the requests within it")
struct DialogTests {
  private static let invite = [
    "INVITE sip:bob@biloxi.example SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bK1",
    "From: \"Alice\" <sip:alice@atlanta.example;x=1>;tag=from1;y=2", "To: Bob <sip:bob@biloxi.example>", "Call-ID: call@host",
    "CSeq: 314 INVITE", "Contact: <sip:alice@192.0.2.101:5070;ob>",
  ]

  private func request(_ extra: [String] = [], without dropped: String? = nil, from: String? = nil) throws -> Request {
    var lines = Self.invite.filter { line in dropped.map { !line.hasPrefix($0) } ?? true }
    if let from { lines = lines.map { $0.hasPrefix("From:") ? "From: \(from)" : $0 } }
    let text = (lines + extra + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    return try #require(try MessageParser.parse(Array(text.utf8)).message.request)
  }

  private func response(to request: Request, tag: String? = "to1", recordRoutes: [String] = [], contact: String? = nil) -> Response
  {
    var response = Response(to: request, status: .ok, toTag: tag)
    for route in recordRoutes { response.fields.append(name: .recordRoute, value: route) }
    if let contact { response.fields.append(name: .contact, value: contact) }
    return response
  }

  private static let routes = ["<sip:p1.example;lr;x=y>;rr=1, <sip:p2.example;lr>", "\"P3\" <sip:p3.example;transport=tcp;lr>"]
  private static let routeURIs = ["sip:p1.example;lr;x=y", "sip:p2.example;lr", "sip:p3.example;transport=tcp;lr"]

  // Proves: rfc3261-12.1-02 rfc3261-12.1.1-07 rfc3261-12.1.1-09 rfc3261-12.1.1-10 rfc3261-12.1.1-11 rfc3261-12.1.1-12
  // Proves: rfc3261-12.1.1-13 rfc3261-12.1.1-15
  @Test("12.1.1: the called side takes the route set in order, the Contact, the CSeq, the tags and the addresses of the request")
  func calledSide() throws {
    let request = try request(Self.routes.map { "Record-Route: \($0)" })
    let dialog = try #require(Dialog(received: request, localTag: "mine"))
    #expect(dialog.id == DialogID(callID: "call@host", localTag: "mine", remoteTag: "from1"))
    #expect(dialog.routeSet.map(\.uri.description) == Self.routeURIs)
    #expect(dialog.remoteTarget.description == "sip:alice@192.0.2.101:5070;ob")
    #expect(dialog.remoteSequence == 314)
    #expect(dialog.localSequence == 0, "Zero stands for empty: no request of ours has that number.")
    #expect(dialog.remoteAddress.uri.description == "sip:alice@atlanta.example;x=1")
    #expect(dialog.localAddress.uri.description == "sip:bob@biloxi.example")
    #expect(!dialog.isInitiator)
  }

  // Proves: rfc3261-12.1.1-08 rfc3261-12.1.2-05
  @Test("Without Record-Route the route set is empty, at both ends")
  func noRoute() throws {
    let request = try request()
    #expect(try #require(Dialog(received: request, localTag: "mine")).routeSet.isEmpty)
    #expect(try #require(Dialog(request: request, response: response(to: request))).routeSet.isEmpty)
  }

  // Proves: rfc3261-12.1.1-14 rfc3261-12.1.2-11 rfc3261-12.2.1.1-05
  @Test("A peer of RFC 2543 without a tag: the tag is null, and requests to it have none")
  func noTag() throws {
    let request = try request(from: "<sip:alice@atlanta.example>")
    var called = try #require(Dialog(received: request, localTag: "mine"))
    #expect(called.id.remoteTag.isEmpty)
    let bye = called.request(.bye, sequence: called.nextSequence(first: 1)).request
    #expect(bye.to?.tag == nil && bye.from?.tag == "mine")
    let sent = try self.request()
    var calling = try #require(Dialog(request: sent, response: response(to: sent, tag: nil)))
    #expect(calling.id.remoteTag.isEmpty)
    let own = calling.request(.bye, sequence: calling.nextSequence(first: 1)).request
    #expect(own.to?.tag == nil && own.to?.text == "\"Bob\" <sip:bob@biloxi.example>")
    let tagless = try #require(Dialog(request: request, response: response(to: request)))
    #expect(tagless.request(.bye, sequence: 2).request.from?.tag == nil)
  }

  // Proves: rfc3261-12.1-02 rfc3261-12.1.2-04 rfc3261-12.1.2-06 rfc3261-12.1.2-07 rfc3261-12.1.2-08 rfc3261-12.1.2-09
  // Proves: rfc3261-12.1.2-10 rfc3261-12.1.2-12
  @Test("12.1.2: the caller takes the route set of the response in reverse, its Contact, its own CSeq, the tags and the addresses")
  func callingSide() throws {
    let request = try request()
    let answer = response(to: request, recordRoutes: Self.routes, contact: "<sip:bob@192.0.2.4;ob>")
    let dialog = try #require(Dialog(request: request, response: answer))
    #expect(dialog.id == DialogID(callID: "call@host", localTag: "from1", remoteTag: "to1"))
    #expect(dialog.routeSet.map(\.uri.description) == Self.routeURIs.reversed())
    #expect(dialog.remoteTarget.description == "sip:bob@192.0.2.4;ob")
    #expect(dialog.localSequence == 314)
    #expect(dialog.remoteSequence == nil)
    #expect(dialog.remoteAddress.uri.description == "sip:bob@biloxi.example")
    #expect(dialog.localAddress.uri.description == "sip:alice@atlanta.example;x=1")
    #expect(dialog.isInitiator && !dialog.isEarly)
  }

  // Proves: rfc3261-12.2.1.1-01 rfc3261-12.2.1.1-02 rfc3261-12.2.1.1-03 rfc3261-12.2.1.1-04 rfc3261-12.2.1.1-06
  // Proves: rfc3261-12.2.1.1-08 rfc3261-12.2.1.1-10 rfc3261-12.2.1.1-11 rfc3261-12.2.1.1-12 rfc3261-12.2.1.1-13
  @Test("12.2.1.1: a request within the dialog has its URIs, tags, Call-ID, next number, target and routes, parameters included")
  func requests() throws {
    let request = try request()
    var routed = try #require(
      Dialog(request: request, response: response(to: request, recordRoutes: Self.routes, contact: "<sip:bob@192.0.2.4;ob>")))
    let bye = routed.request(.bye, sequence: routed.nextSequence(first: 99)).request
    #expect(bye.to?.uri.description == "sip:bob@biloxi.example" && bye.to?.tag == "to1")
    #expect(bye.from?.uri.description == "sip:alice@atlanta.example;x=1" && bye.from?.tag == "from1")
    #expect(bye.callID == "call@host")
    #expect(bye.cseq == CSeq(315, .bye))
    #expect(bye.uri.description == "sip:bob@192.0.2.4;ob")
    #expect(bye.routes.map(\.uri.description) == Self.routeURIs.reversed())
    #expect(bye.routes.last?.address.parameters["rr"] == "1")
    let direct = try #require(Dialog(request: request, response: response(to: request, contact: "<sip:bob@192.0.2.4>")))
    let plain = direct.request(.bye, sequence: 315).request
    #expect(plain.uri.description == "sip:bob@192.0.2.4")
    #expect(!plain.fields.contains(.route))
  }

  // Proves: rfc3261-12.2.1.1-08 rfc3261-12.2.1.1-09
  @Test("The called side's first number is chosen, below 2^31; each later one is one higher, at both ends")
  func localSequence() throws {
    var called = try #require(Dialog(received: try request(), localTag: "mine"))
    #expect(called.nextSequence(first: 4711) == 4711)
    #expect(called.nextSequence(first: 9) == 4712)
    #expect(called.nextSequence(first: 9) == 4713)
    let request = try request()
    var calling = try #require(Dialog(request: request, response: response(to: request)))
    #expect(calling.nextSequence(first: 9) == 315)
    #expect(calling.nextSequence(first: 9) == 316)
  }

  // Proves: rfc3261-12.2.2-03 rfc3261-12.2.2-04 rfc3261-12.2.2-05 rfc3261-12.2.2-06
  @Test("12.2.2: the first number of the peer is taken as it is, gaps are fine, a lower or equal one is out of order")
  func remoteSequence() throws {
    let request = try request()
    var dialog = try #require(Dialog(request: request, response: response(to: request)))
    var isTaken = dialog.acceptSequence(5)
    #expect(isTaken && dialog.remoteSequence == 5)
    isTaken = dialog.acceptSequence(500)
    #expect(isTaken && dialog.remoteSequence == 500)
    for old in [499, 5, 500] as [UInt32] {
      isTaken = dialog.acceptSequence(old)
      #expect(!isTaken && dialog.remoteSequence == 500)
    }
    isTaken = dialog.acceptSequence(501)
    #expect(isTaken)
  }

  // Proves: rfc3261-13.2.2.4-01 rfc3261-12.2.1.2-01
  @Test("13.2.2.4: a 2xx confirms an early dialog, and its Record-Route and Contact take the place of what came before")
  func confirmation() throws {
    let request = try request()
    var ringing = response(to: request, recordRoutes: ["<sip:old.example;lr>"], contact: "<sip:bob@192.0.2.4>")
    ringing.status = .ringing
    var dialog = try #require(Dialog(request: request, response: ringing))
    #expect(dialog.isEarly && dialog.routeSet.map(\.uri.description) == ["sip:old.example;lr"])
    dialog.confirm(with: response(to: request, recordRoutes: Self.routes, contact: "<sip:bob@192.0.2.5>"))
    #expect(!dialog.isEarly)
    #expect(dialog.routeSet.map(\.uri.description) == Self.routeURIs.reversed())
    #expect(dialog.remoteTarget.description == "sip:bob@192.0.2.5")
    dialog.confirm(with: response(to: request))
    #expect(dialog.routeSet.isEmpty, "A 2xx without Record-Route says that no proxy stays.")
    #expect(dialog.remoteTarget.description == "sip:bob@192.0.2.5", "Only a Contact that is there moves the target.")
  }
}
