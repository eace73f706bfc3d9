import SIPMessages
import SIPUserAgent
import SansIO

/// The border of the user agent: peers, the application, the network and time as the input says.
enum AgentFuzzer: Fuzzer {
  static let name = "agent"
  static let summary =
    "a user agent fed requests, answers to what it sent, orders and time: bounded, well-formed, and empty when all is over"
  static let longestInput = 1024

  private static let registration = RegistrationID(1)
  private static let targets = [
    "sip:bob@192.0.2.101", "sip:bob@192.0.2.102;transport=tcp", "sip:bob@example.com", "sips:bob@192.0.2.102",
    "sip:bob@192.0.2.101;lr?x=y", "tel:+123", "sip:bob@[2001:db8::2]", "urn:x:y",
  ]

  static func run(_ bytes: [UInt8]) {
    var choices = Choices(bytes)
    var world = AgentWorld()
    var nextSession: UInt64 = 1
    var nextRequest: UInt64 = 2
    var edits: [(place: UInt16, kind: UInt8, value: UInt8)] = []
    var steps = 0
    while !choices.isAtEnd, steps < 150 {
      steps += 1
      switch choices.next(below: 16) {
      case 0, 1, 2: send(request(&choices, world), &edits, by: way(&choices), &world)
      case 3, 4, 5: reply(&choices, &edits, &world)
      case 6: edits.append((choices.wide(), choices.byte(), choices.byte()))
      case 7:
        world.run(
          for: choices.pick([.milliseconds(10), .milliseconds(500), .seconds(4), .seconds(33), .seconds(200), .seconds(1900)]))
      case 8:
        call(SessionID(nextSession), &choices, &world)
        nextSession += 1
      case 9: register(&choices, &world)
      case 10, 11: order(&choices, &world)
      case 12:
        world.input(.command(.request(RequestID(nextRequest), order(choices.pick([.options, .message, .info]), &choices))))
        nextRequest += 2
      case 13: world.answerLookup(&choices)
      case 14: world.answerOpen(&choices)
      default:
        if choices.flag() { world.breakFlow(&choices) } else { world.receive(choices.chunk(), by: way(&choices)) }
      }
    }
    finish(&world)
  }

  // MARK: Peers

  private static func way(_ choices: inout Choices) -> AgentWorld.Way {
    let number = choices.next(below: 4)
    return number == 3 ? .stream(AgentWorld.accepted) : AgentWorld.peer(number)
  }

  private static func send(
    _ bytes: [UInt8], _ edits: inout [(place: UInt16, kind: UInt8, value: UInt8)], by way: AgentWorld.Way, _ world: inout AgentWorld
  ) {
    var bytes = bytes
    for edit in edits where !bytes.isEmpty {
      let place = Int(edit.place) % bytes.count
      switch edit.kind % 3 {
      case 0: bytes[place] = edit.value
      case 1: bytes.insert(edit.value, at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + Int(edit.value) % 16))
      }
    }
    edits = []
    world.receive(bytes, by: way)
  }

  private static func request(_ choices: inout Choices, _ world: AgentWorld) -> [UInt8] {
    let method = choices.pick(AgentScript.methods)
    let number = choices.next(below: 8)
    var callID = "call\(choices.next(below: 3))"
    var from = "peer\(choices.next(below: 2))"
    var to = ""
    // Within a dialog of the agent's, if it has one.
    if choices.flag(), !world.pairings.isEmpty {
      let pairing = choices.pick(world.pairings)
      callID = pairing.callID
      from = pairing.peerTag
      to = ";tag=\(pairing.agentTag)"
    }
    let body = AgentScript.body(&choices)
    var lines = [
      "\(method) \(choices.pick(AgentScript.uris)) SIP/2.0",
      "Via: SIP/2.0/UDP 192.0.2.101:5060;branch=\(choices.flag() ? "z9hG4bK" : "")\(choices.next(below: 6))",
      "Max-Forwards: 70", "From: <sip:bob@example.com>;tag=\(from)", "To: <sip:alice@example.com>\(to)", "Call-ID: \(callID)",
      "CSeq: \(number) \(method)",
    ]
    if choices.flag() { lines += ["Contact: <sip:bob@192.0.2.101>", "Content-Type: application/sdp"] }
    lines += AgentScript.extras(&choices)
    lines.append("Content-Length: \(body.utf8.count)")
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }

  /// Answers a request that the agent sent.
  private static func reply(
    _ choices: inout Choices, _ edits: inout [(place: UInt16, kind: UInt8, value: UInt8)], _ world: inout AgentWorld
  ) {
    let requests = world.heard.filter { $0.message.request != nil }
    guard !requests.isEmpty else { return }
    let heard = requests[requests.count - 1 - choices.next(below: requests.count)]
    guard let request = heard.message.request else { return }
    let status = choices.pick(AgentScript.statuses)
    var response = Response(to: request, status: StatusCode(status), toTag: status == 100 ? nil : "peer\(choices.next(below: 3))")
    if choices.flag() { response.fields.set(name: .contact, value: "<sip:bob@192.0.2.101>") }
    for field in AgentScript.extras(&choices) {
      let parts = field.split(separator: ":", maxSplits: 1)
      response.fields.append(name: HeaderName(String(parts[0])), value: String(parts[1].dropFirst()))
    }
    response.body = Array(AgentScript.body(&choices).utf8)
    if !response.body.isEmpty, choices.flag() { response.fields.set(ContentType.sdp) }
    send(response.serialized(), &edits, by: heard.way, &world)
  }

  // MARK: The application

  private static func identity(_ choices: inout Choices) -> LocalIdentity {
    let routes = choices.flag() ? [NameAddress(uri: uri("sip:192.0.2.102;lr"))] : []
    return LocalIdentity(
      address: NameAddress(uri: uri("sip:alice@example.com")), routes: routes, registration: choices.flag() ? registration : nil)
  }

  private static func uri(_ text: String) -> URI {
    (try? URI(parsing: text)) ?? .other(scheme: "", rest: text)
  }

  private static func call(_ id: SessionID, _ choices: inout Choices, _ world: inout AgentWorld) {
    world.begin(id)
    let target = uri(choices.pick(targets))
    world.input(
      .command(.invite(id, InviteOrder(identity: identity(&choices), target: target, offer: AgentScript.sdp(&choices)))))
  }

  private static func order(_ method: Method, _ choices: inout Choices) -> RequestOrder {
    RequestOrder(
      identity: identity(&choices), method: method, target: uri(choices.pick(targets)), body: AgentScript.sdp(&choices))
  }

  private static func register(_ choices: inout Choices, _ world: inout AgentWorld) {
    guard let registrar = uri(choices.pick(["sip:192.0.2.101", "sip:example.com"])).sip else { return }
    switch choices.next(below: 4) {
    case 0: world.input(.command(.refreshRegistration(registration)))
    case 1: world.input(.command(.unregister(registration)))
    default:
      var own = identity(&choices)
      own.registration = registration
      world.input(.command(.register(registration, RegistrationSettings(identity: own, registrar: registrar))))
    }
  }

  private static func order(_ choices: inout Choices, _ world: inout AgentWorld) {
    if let request = world.takeAsked() {
      world.input(.command(.respond(request, StatusCode(choices.pick([200, 202, 488, 500])), reason: nil, HeaderFields(), nil)))
      return
    }
    guard !world.sessions.isEmpty else { return }
    let session = choices.pick(world.sessions)
    let body = AgentScript.sdp(&choices)
    switch choices.next(below: 10) {
    case 0: world.input(.command(.provisional(session, .ringing, body)))
    case 1: world.input(.command(.provisional(session, StatusCode(183), body)))
    case 2, 3: world.input(.command(.accept(session, body)))
    case 4: world.input(.command(.reject(session, StatusCode(choices.pick([302, 486, 603])), reason: nil, fields: HeaderFields())))
    case 5: world.input(.command(.end(session, reason: nil)))
    case 6: world.input(.command(.offer(session, body ?? Body(contentType: .sdp, bytes: [0x76]))))
    case 7: world.input(.command(.answer(session, body)))
    case 8: world.input(.command(.follow(session, [uri(choices.pick(targets))])))
    default: world.input(.command(.requestInDialog(RequestID(1 << 40), session, .info, HeaderFields(), body)))
    }
  }

  // MARK: The end

  /// Everybody hangs up and nobody says anything any more: then all that was remembered is forgotten.
  private static func finish(_ world: inout AgentWorld) {
    world.isOver = true
    while let request = world.takeAsked() {
      world.input(.command(.respond(request, .ok, reason: nil, HeaderFields(), nil)))
    }
    for session in world.sessions { world.input(.command(.end(session, reason: nil))) }
    world.input(.command(.unregister(registration)))
    world.run(for: .seconds(600))
    require(world.sessions.isEmpty, "sessions \(world.sessions) never end")
    require(world.agent.sessionCount == 0, "\(world.agent.sessionCount) sessions are kept")
    require(world.agent.keptRequestCount == 0, "\(world.agent.keptRequestCount) requests are kept")
    require(world.agent.nextDeadline == nil, "something still waits")
  }
}
