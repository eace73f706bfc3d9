import SIPMessages
import SIPUserAgent
import SansIO
import Testing

/// Everything that a user agent says in a busy hour, held against the rules that bind every message.
@Suite("RFC 3261 sections 7, 8.1.1 and 20: every message that leaves")
struct WireAuditTests {
  /// A registration, an OPTIONS and a MESSAGE, a call with PRACK, re-INVITE and INFO, one that is cancelled, one that is refused, a
  /// call that comes in, and questions of a stranger.
  private static func busyHour() throws -> [Message] {
    var world = World(agents: 1)
    let registrar = try #require(World.uri("sip:192.0.2.101").sip)
    world.command(0, .register(RegistrationID(1), RegistrationSettings(identity: World.identity(), registrar: registrar)))
    world.settle()
    world.answer(try #require(world.request(.register)), .ok) { $0.fields.set(Contact(World.uri("sip:alice@192.0.2.1:5060"))) }
    world.settle()
    for (number, method) in [(2, Method.options), (4, .message)] {
      let body = method == .message ? Body(contentType: ContentType("text", "plain"), bytes: Array("hello".utf8)) : nil
      let order = RequestOrder(identity: World.identity(), method: method, target: World.uri("sip:peer@192.0.2.101"), body: body)
      world.command(0, .request(RequestID(UInt64(number)), order))
      world.settle()
      world.answer(try #require(world.request(method)), .ok)
      world.settle()
    }
    try call(&world)
    try abandon(&world, SessionID(3), cancels: true)
    try abandon(&world, SessionID(5), cancels: false)
    let tag = world.establishFromPeer()
    world.send(world.peerRequest("OPTIONS", tag: tag, cseq: "2 OPTIONS", branch: "z9hG4bKq1"))
    world.send(world.peerRequest("BYE", tag: tag, cseq: "3 BYE", branch: "z9hG4bKq2"))
    world.send(Script.request("OPTIONS", branch: "z9hG4bKq3", callID: "q3"))
    world.send(Script.request("PUBLISH", branch: "z9hG4bKq4", callID: "q4"))
    world.send(Script.request("OPTIONS", branch: "z9hG4bKq5", callID: "q5", extra: ["Require: foo"]))
    world.settle()
    world.command(0, .unregister(RegistrationID(1)))
    world.settle()
    return world.mail.map(\.message)
  }

  private static func call(_ world: inout World) throws {
    let session = SessionID(1)
    world.call(session, to: "sip:peer@192.0.2.101;transport=udp")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .sessionProgress, body: "early") { response in
      response.fields.set(RSeq(1))
      response.fields.append(Require([.rel100]))
    }
    world.settle()
    world.answer(try #require(world.request(.prack)), .ok, tag: nil)
    world.answer(invite, .ok, body: "early")
    world.settle()
    world.command(0, .offer(session, World.sdp("again")))
    world.settle()
    world.answer(try #require(world.request(.invite)), .ok, tag: nil, body: "yes")
    world.settle()
    let info = Body(contentType: ContentType("application", "dtmf-relay"), bytes: Array("Signal=1".utf8))
    world.command(0, .requestInDialog(RequestID(6), session, .info, HeaderFields(), info))
    world.settle()
    world.answer(try #require(world.request(.info)), .ok, tag: nil)
    world.command(0, .end(session, reason: nil))
    world.settle()
    world.answer(try #require(world.request(.bye)), .ok, tag: nil)
    world.settle()
  }

  private static func abandon(_ world: inout World, _ session: SessionID, cancels: Bool) throws {
    world.call(session, to: "sip:peer@192.0.2.101")
    world.settle()
    let invite = try #require(world.request(.invite))
    world.answer(invite, .ringing)
    world.settle()
    if cancels {
      world.command(0, .end(session, reason: nil))
      world.settle()
      world.answer(try #require(world.request(.cancel)), .ok)
    }
    world.answer(invite, cancels ? .requestTerminated : .busyHere)
    world.settle()
  }

  private struct Rule: Sendable {
    let sentence: String
    let holds: @Sendable (Request) -> Bool

    init(_ sentence: String, _ holds: @escaping @Sendable (Request) -> Bool) {
      self.sentence = sentence
      self.holds = holds
    }
  }

  /// The rows of table 2 and 3 that say "-": fields that must not stand in a request of that method.
  private static let forbidden: [Method: [String]] = {
    let onlyInvite = ["Alert-Info", "In-Reply-To", "Priority", "Reply-To", "Subject", "Min-Expires"]
    let neverThere = ["Call-Info", "Expires", "Organization"]
    let negotiation = ["Accept", "Accept-Encoding", "Accept-Language", "Allow", "Require", "Proxy-Require"]
    return [
      .ack: onlyInvite + neverThere + negotiation + ["Supported"],
      .cancel: onlyInvite + neverThere + negotiation + ["Contact", "Content-Type", "Content-Disposition", "Proxy-Authorization"],
      .bye: onlyInvite + neverThere + ["Contact"], .options: onlyInvite + ["Expires"], .register: onlyInvite + ["Record-Route"],
      .invite: ["Min-Expires"],
    ]
  }()

  private static let rules: [Rule] = [
    Rule("8.1.1: the six mandatory fields, once each") { request in
      [HeaderName.to, .from, .cseq, .callID, .maxForwards].allSatisfy { request.fields.count(of: $0) == 1 } && request.topVia != nil
    },
    Rule("8.1.1.3, 19.3: From has a tag of 32 random bits or more") { ($0.from?.tag?.utf8.count ?? 0) >= 8 },
    Rule("8.1.1.5: CSeq names the method and a number below 2^31") { request in
      request.cseq?.method == request.method && (request.cseq?.number ?? .max) < 1 << 31
    },
    Rule("8.1.1.6: Max-Forwards is 70") { $0.maxForwards == 70 },
    Rule("8.1.1.7: Via says SIP/2.0 and has a branch with the cookie") { request in
      request.fields.first(.via)?.hasPrefix("SIP/2.0/") == true && request.topVia?.branch?.hasPrefix("z9hG4bK") == true
    },
    Rule("RFC 3581: rport has no value") { $0.fields.first(.via)?.contains(";rport=") == false && $0.topVia?.hasRport == true },
    Rule("7.1: one space around the Request-URI, none in it, no angle brackets, SIP/2.0 at the end") { request in
      let line = String(decoding: request.serialized().prefix { $0 != 13 }, as: UTF8.self)
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      return words.count == 3 && words[2] == "SIP/2.0" && !words[1].contains("<") && !words[1].contains(">")
    },
    Rule("8.1.1.8: a request that can make a dialog has one SIP Contact") { request in
      request.method != .invite || (request.contacts.count == 1 && request.contacts.first?.uri?.sip != nil)
    },
    Rule("7.4.1, 20.15: a body has its type and no coding") { request in
      request.body.isEmpty || (request.contentType != nil && !request.fields.contains(.contentEncoding))
    },
    Rule("7.4.2: nothing is chunked") { !$0.fields.contains(HeaderName("Transfer-Encoding")) },
    Rule("20.14: Content-Length is there and true") { $0.fields.first(.contentLength) == String($0.body.count) },
    Rule("tables 2 and 3: no field where it is not applicable") { request in
      (forbidden[request.method] ?? []).allSatisfy { !request.fields.contains(HeaderName($0)) }
    },
    Rule("RFC 3262 section 4: 100rel is never required but in INVITE") { request in
      request.method == .invite || !request.fields.optionTags(Require.self).contains(.rel100)
    },
    Rule("RFC 3262 section 4: every INVITE says that it supports 100rel") { request in
      request.method != .invite || request.fields.optionTags(Supported.self).contains(.rel100)
    },
    Rule("10.2: REGISTER names a domain without a user, and never all contacts") { request in
      request.method != .register || (request.uri.sip?.user == nil && request.contacts.allSatisfy { !$0.isWildcard })
    },
    Rule("8.1.1.1: what is asked outside of a dialog is addressed to whom To names") { request in
      request.method == .register || request.to?.tag != nil || [.ack, .cancel].contains(request.method)
        || request.to?.address.uri == request.uri
    },
    Rule("11.1: OPTIONS and INVITE say which descriptions are understood") { request in
      ![.options, .invite].contains(request.method) || request.fields.first(.accept)?.contains("application/sdp") == true
    },
    Rule("17.1.1.3: ACK has no body where the INVITE had one") { $0.method != .ack || $0.body.isEmpty },
    Rule("10.2: no Contact says action") { request in request.contacts.allSatisfy { !$0.parameters.has("action") } },
    Rule("19.1.1: no ttl is written, and no transport into a sips URI") { request in
      request.contacts.allSatisfy { $0.uri?.sip?.parameters.has("ttl") == false }
    },
  ]

  // Proves: rfc3261-7.1-01 rfc3261-7.1-04 rfc3261-7.1-05 rfc3261-7.4.1-01 rfc3261-7.4.1-02 rfc3261-7.4.2-01 rfc3261-8.1.1-01
  // Proves: rfc3261-8.1.1.3-02 rfc3261-8.1.1.5-01 rfc3261-8.1.1.5-02 rfc3261-8.1.1.6-01 rfc3261-8.1.1.7-01 rfc3261-8.1.1.7-02
  // Proves: rfc3261-8.1.1.7-03 rfc3261-8.1.1.7-05 rfc3261-8.1.1.8-01 rfc3261-8.2.2.3-03 rfc3261-8.2.2.3-05 rfc3261-10.2-04
  // Proves: rfc3261-10.2-06 rfc3261-10.2.2-02 rfc3261-12.2.1.1-10 rfc3261-20-05 rfc3261-20-07 rfc3261-20.14-01 rfc3261-20.14-03
  // Proves: rfc3261-20.15-01 rfc3261-20.16-01 rfc3261-20.42-01 rfc3261-19.1.1-09 rfc3261-13.2.1-03 rfc3262-4-01 rfc3262-4-02
  // Proves: rfc3262-4-03 rfc3581-3-01 rfc3581-3-02 rfc3261-13.2.2.4-04 rfc3261-8.1.1.1-01 rfc3261-10.2-12 rfc3261-17.1.1.3-08
  // Proves: rfc3261-20-01 rfc3261-20-02
  @Test("Every request keeps every rule")
  func requests() throws {
    let requests = try Self.busyHour().compactMap { $0.request }
    let seen = Set(requests.map(\.method))
    for method in [Method.register, .options, .message, .invite, .prack, .ack, .info, .bye, .cancel] {
      #expect(seen.contains(method))
    }
    for request in requests {
      for rule in Self.rules { #expect(rule.holds(request), "\(request.method.token): \(rule.sentence)") }
    }
  }

  // Proves: rfc3261-8.1.1.7-04 rfc3261-8.1.1.4-03 rfc3261-8.1.1.4-01 rfc3261-8.1.1.4-04
  @Test("A branch belongs to one request, its CANCEL and the ACK to its failure; a Call-ID to one dialog or one request")
  func uniqueness() throws {
    let requests = try Self.busyHour().compactMap { $0.request }
    var owners: [String: (Method, UInt32)] = [:]
    for request in requests {
      let branch = try #require(request.topVia?.branch)
      let number = try #require(request.cseq?.number)
      guard let owner = owners[branch] else {
        owners[branch] = (request.method, number)
        continue
      }
      #expect(owner.0 == .invite && owner.1 == number)
      #expect(request.method == .cancel || request.method == .ack)
    }
    // A registration, OPTIONS, MESSAGE, three calls of ours; the call that came in brought its own.
    let own = Set(requests.compactMap(\.callID)).subtracting(["call1"])
    #expect(own.count == 6)
    #expect(own.allSatisfy { $0.utf8.count >= 32 }, "128 random bits in hexadecimal digits")
  }

  // Proves: rfc3261-7.1-05 rfc3261-8.2.4-07 rfc3261-20-06 rfc3261-20-09 rfc3261-20.14-03 rfc3261-20.15-01 rfc3261-13.3.1.4-01
  @Test("Every response has the mandatory fields of its request, and nothing that is not applicable")
  func responses() throws {
    let responses = try Self.busyHour().compactMap { $0.response }
    let methods = Set(responses.compactMap { $0.cseq?.method })
    #expect(methods.isSuperset(of: [.invite, .bye, .options]))
    for response in responses {
      #expect(response.version == "SIP/2.0")
      for name in [HeaderName.to, .from, .cseq, .callID] { #expect(response.fields.count(of: name) == 1) }
      #expect(response.topVia != nil && response.fields.first(.contentLength) == String(response.body.count))
      #expect(response.body.isEmpty || response.contentType != nil)
      for name in ["Max-Forwards", "Route", "Subject", "Priority", "Authorization", "Proxy-Require", "Alert-Info"] {
        #expect(!response.fields.contains(HeaderName(name)), "\(response.status) has \(name)")
      }
      #expect(!response.fields.contains(.require), "Nobody asked for an extension.")
      guard response.cseq?.method == .invite, response.status.isSuccess else { continue }
      #expect(response.fields.contains(.allow) && response.fields.contains(.supported))
    }
  }

  // Proves: rfc3261-8.1.1.8-02 rfc3261-12.1.1-05 rfc3261-18.2.1-01
  @Test("Our Contact is good for requests outside the dialog too")
  func contactOutside() throws {
    var world = World(agents: 1)
    world.call(to: "sip:peer@192.0.2.101")
    world.settle()
    let contact = try #require(world.request(.invite)?.contacts.first?.uri)
    world.command(0, .end(SessionID(1), reason: nil))
    world.run(for: .seconds(100))
    #expect(contact.sip?.host.address == World.address(0).address && contact.sip?.port == World.address(0).port)
    world.send(Script.request("OPTIONS", uri: contact.description, branch: "z9hG4bKlater", callID: "later"))
    world.settle()
    #expect(world.response?.status == .ok)
  }

  // Proves: rfc3261-19.3-01
  @Test("Tags do not repeat, and hold 64 bits of the generator that the machine was given")
  func tags() throws {
    var world = World(agents: 1)
    for number in 0..<200 {
      let order = RequestOrder(identity: World.identity(), method: .options, target: World.uri("sip:peer@192.0.2.101"))
      world.command(0, .request(RequestID(UInt64(number * 2)), order))
      world.send(Script.request("OPTIONS", branch: "z9hG4bKt\(number)", callID: "t\(number)"))
      // One source may not ask faster.
      world.run(for: .milliseconds(60))
    }
    world.settle()
    var seen: Set<String> = []
    // Without the copies that are sent while nobody answers.
    var tags = world.requests(.options).filter { seen.insert($0.callID ?? "").inserted }.compactMap { $0.from?.tag }
    tags += world.responses(.ok).compactMap { $0.to?.tag }
    #expect(tags.count == 400 && Set(tags).count == 400)
    #expect(tags.allSatisfy { $0.utf8.count == 16 })
  }
}
