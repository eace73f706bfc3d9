import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 8.2: a request is inspected")
struct InspectionTests {
  private func answer(to text: String, agents: World = World(agents: 1)) -> Response? {
    var world = agents
    world.send(text)
    world.settle()
    return world.response
  }

  // Proves: rfc3261-11-01 rfc3261-11.2-04
  @Test("OPTIONS is answered with what we can do, without any account")
  func options() throws {
    let response = try #require(answer(to: Script.request("OPTIONS")))
    #expect(response.status == .ok)
    #expect(response.fields.allowedMethods?.contains(.invite) == true)
    #expect(response.fields.optionTags(Supported.self) == [.rel100])
    #expect(response.fields.first(.accept) == "application/sdp")
    #expect(response.to?.tag?.isEmpty == false)
    #expect(response.contacts.first?.uri?.sip?.host.description == "192.0.2.1")
  }

  // Proves: rfc3261-8.2.1-01 rfc3261-8.2.1-02 rfc3261-8.2.1-03 rfc3261-21.4.6-01
  @Test("A method that is known but not allowed gets 405 with Allow; an unknown one gets 501")
  func methods() throws {
    let known = try #require(answer(to: Script.request("PUBLISH")))
    #expect(known.status == .methodNotAllowed)
    #expect(known.fields.allowedMethods?.contains(.options) == true)
    #expect(answer(to: Script.request("FROBNICATE"))?.status == .notImplemented)
  }

  // Proves: rfc3261-8.2.2.3-01 rfc3261-8.2.2.3-02 rfc3261-20.32-01 rfc3261-20.32-02 rfc3261-21.4.15-01
  @Test("Unknown option tags in Require get 420, all of them in Unsupported, and none that we support")
  func require() throws {
    let response = try #require(answer(to: Script.request("OPTIONS", extra: ["Require: foo, 100rel", "Require: bar"])))
    #expect(response.status == .badExtension)
    #expect(response.fields.optionTags(Unsupported.self) == [OptionTag("foo"), OptionTag("bar")])
  }

  // Proves: rfc3261-8.2.2.1-04
  @Test("A scheme that we do not serve gets 416")
  func scheme() {
    #expect(
      answer(to: Script.request("OPTIONS", uri: "nobodyKnowsThisScheme:totallyopaquecontent"))?.status == .unsupportedURIScheme)
  }

  // Proves: rfc3261-8.2.3-01 rfc3261-8.2.3-02 rfc3261-20.11-02 rfc3261-21.4.13-01
  @Test("A body of an unknown type gets 415 with Accept, unless its handling is optional")
  func mediaType() throws {
    let contact = "Contact: <sip:bob@192.0.2.101>"
    let refused = try #require(
      answer(to: Script.request("INVITE", extra: [contact, "Content-Type: application/unknown"], body: "x")))
    #expect(refused.status == .unsupportedMediaType)
    #expect(refused.fields.first(.accept) == "application/sdp")
    var world = World(agents: 1)
    world.send(
      Script.request(
        "INVITE", extra: [contact, "Content-Type: application/unknown", "Content-Disposition: session;handling=optional"], body: "x"
      ))
    world.settle()
    #expect(world.story(0) == ["incoming"])
  }

  // Proves: rfc3261-8.2.3-01 rfc3261-8.2.3-03 rfc3261-21.4.13-01
  @Test("A Content-Encoding that we do not know gets 415 with Accept-Encoding")
  func encoding() throws {
    let response = try #require(
      answer(to: Script.invite(extra: ["Content-Encoding: gzip"])))
    #expect(response.status == .unsupportedMediaType)
    #expect(response.fields.first(.acceptEncoding) == "identity")
  }

  // Proves: rfc3261-20.1-01 rfc3261-20.2-01 rfc3261-20.3-01
  @Test("A caller who accepts no session descriptions gets 406; one who says nothing of it takes them, in any language")
  func accept() {
    #expect(answer(to: Script.invite(extra: ["Accept: text/plain"]))?.status == .notAcceptable)
    let text = Script.invite()
    #expect(!text.contains("Accept"))
    var world = World(agents: 1)
    world.send(text)
    world.settle()
    #expect(world.story(0) == ["incoming"])
  }

  // Proves: rfc3261-20.11-01
  @Test("Without Content-Disposition a session description is for the session, anything else must be shown, which we cannot")
  func disposition() {
    let extra = ["Contact: <sip:bob@192.0.2.101>", "Content-Type: text/plain"]
    #expect(answer(to: Script.request("INVITE", extra: extra, body: "x"))?.status == .unsupportedMediaType)
    var world = World(agents: 1)
    world.send(Script.invite())
    world.settle()
    #expect(world.story(0) == ["incoming"])
  }

  // Proves: rfc3261-12.2.2-02 rfc3261-15.1.2-01
  @Test("A request within a dialog that we do not know gets 481", arguments: ["BYE", "INVITE", "UPDATE", "INFO", "PRACK"])
  func unknownDialog(_ method: String) {
    let extra = method == "INVITE" || method == "UPDATE" ? ["Contact: <sip:bob@192.0.2.101>"] : []
    let text = Script.request(method, to: "<sip:alice@example.com>;tag=gone", extra: extra)
    #expect(answer(to: text)?.status == .callDoesNotExist)
  }

  @Test("An ACK that belongs to nothing is dropped")
  func strayAcknowledgement() {
    #expect(answer(to: Script.request("ACK", to: "<sip:alice@example.com>;tag=gone")) == nil)
  }

  // Proves: rfc6665-4.1.3-01
  @Test("A NOTIFY that belongs to nothing gets 481")
  func strayNotify() {
    #expect(answer(to: Script.request("NOTIFY", extra: ["Event: dialog"]))?.status == .callDoesNotExist)
  }

  // Proves: rfc3261-8.2.2.2-01 rfc3261-8.2.2.2-02
  @Test("The same request over another path is a merged one: 482")
  func merged() {
    var world = World(agents: 1)
    world.send(Script.invite(branch: "z9hG4bKone"))
    world.send(Script.invite(branch: "z9hG4bKtwo"))
    world.settle()
    #expect(world.story(0) == ["incoming"])
    #expect(world.responses(.loopDetected).count == 1)
    #expect(world.response?.topVia?.branch == "z9hG4bKtwo")
  }

  // Proves: rfc3261-21.4.1-01
  @Test(
    "What a request lacks, has twice or says wrongly gets 400, and the reason names it",
    arguments: [
      ("OPTIONS", "1 INVITE", [], "CSeq names another method than the request line"), ("INVITE", "1 INVITE", [], "Contact"),
      ("INVITE", "1 INVITE", ["Contact: <sip:a@192.0.2.101>, <sip:b@192.0.2.101>"], "Contact"),
      ("INVITE", "1 INVITE", ["Contact: *"], "Contact"),
      ("INVITE", "1 INVITE", ["Contact: <sip:a@192.0.2.101>", "Record-Route: <sip:p@192.0.2.9;lr>, <"], "Record-Route"),
    ])
  func malformed(_ method: String, _ cseq: String, _ extra: [String], _ reason: String) throws {
    // Nobody is sent more than came in their name: what is to be told at length must have been long.
    let long = ["Subject: \(String(repeating: "x", count: 200))"]
    let response = try #require(answer(to: Script.request(method, cseq: cseq, extra: extra + long)))
    #expect(response.status == .badRequest && response.reason == "Bad Request - \(reason)")
  }

  // Proves: rfc3261-19.1.1-13
  @Test("What a URI may not have where it stands is passed over: the call goes on as if it were not there")
  func disallowed() throws {
    var world = World(agents: 1)
    world.send(
      Script.request(
        "INVITE", uri: "sip:alice@192.0.2.1;method=BYE?Route=%3Csip:192.0.2.66%3E",
        from: "<sip:bob@example.com:5070;lr;maddr=192.0.2.66;transport=tls?Subject=x>;tag=bob",
        extra: ["Contact: <sip:bob@192.0.2.101;method=REGISTER?Route=%3Csip:192.0.2.66%3E>", "Content-Type: application/sdp"],
        body: "offer"))
    world.settle()
    let session = try #require(world.incoming(0))
    world.command(0, .accept(session, World.sdp("answer")))
    world.settle()
    let tag = try #require(world.responses(.ok).last?.to?.tag)
    world.send(world.peerRequest("ACK", tag: tag, cseq: "1 ACK", branch: "z9hG4bKack"))
    world.settle()
    world.command(0, .end(session, reason: nil))
    world.settle()
    #expect(world.ladder.last == "1>p1 BYE")
    #expect(world.request(.bye)?.uri.description == "sip:bob@192.0.2.101" && world.request(.bye)?.routes.isEmpty == true)
  }

  @Test("Another version of SIP gets 505")
  func version() {
    let text = Script.request("OPTIONS").replacing("sip:alice@192.0.2.1 SIP/2.0", with: "sip:alice@192.0.2.1 SIP/7.0")
    #expect(answer(to: text)?.status == .versionNotSupported)
  }

  @Test("Max-Forwards of 0 is no reason to refuse for the one whom the request is for")
  func maxForwards() {
    #expect(answer(to: Script.request("OPTIONS").replacing("Max-Forwards: 70", with: "Max-Forwards: 0"))?.status == .ok)
  }

  @Test("A method of the application's reaches it, and its answer goes back")
  func applicationMethod() throws {
    var world = World(
      agents: 1, configuration: UserAgentConfiguration(allowedMethods: [.invite, .ack, .cancel, .bye, .options, .message]))
    world.send(Script.request("MESSAGE", extra: ["Content-Type: text/plain"], body: "hello"))
    world.settle()
    guard case .request(let id, let request, session: nil) = try #require(world.events[0].first) else {
      Issue.record("no request")
      return
    }
    #expect(request.body == Array("hello".utf8))
    world.command(0, .respond(id, .accepted, reason: nil, HeaderFields(), nil))
    world.settle()
    #expect(world.response?.status == .accepted)
  }

  // Proves: rfc3261-13.3.1.3-01
  @Test("More calls than there is room for get 486")
  func tooManySessions() {
    var world = World(agents: 1, configuration: UserAgentConfiguration(maximumSessions: 1))
    world.send(Script.invite(branch: "z9hG4bKone", callID: "one"))
    world.send(Script.invite(branch: "z9hG4bKtwo", callID: "two"))
    world.settle()
    #expect(world.story(0) == ["incoming"])
    #expect(world.responses(.busyHere).count == 1)
  }
}
