import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 8.1.1.8, 12.1 and 12.2.1.1: a Contact that is reached securely")
struct SecureContactTests {
  /// One agent with a TLS connection to 192.0.2.101, and what it wrote there.
  private struct Line {
    var agent = UserAgent(configuration: UserAgentConfiguration(), extensions: [], random: RandomSource(seed: 1))
    var time: Int64 = 0
    var sent: [Message] = []
    var closed = 0
    var connections: Int { flows.count }
    private var flows: [FlowID] = []
    private var opening: [FlowID] = []

    mutating func feed(_ input: UserAgentInput) {
      var outputs: [UserAgentOutput] = []
      let now = Moment(instant: Instant(nanoseconds: time), wallTime: WallTime(nanosecondsSince1970: time))
      agent.handle(input, now: now, into: &outputs)
      for output in outputs {
        switch output {
        case .network(.open(let flow, let target)):
          #expect(target.transport == .tls)
          opening.append(flow)
        case .network(.close): closed += 1
        case .network(.bytes(let bytes, on: _)):
          if let message = try? MessageParser.parse(bytes).message { sent.append(message) }
        default: break
        }
      }
      while !opening.isEmpty {
        let flow = opening.removeFirst()
        flows.append(flow)
        let peer = TLSPeerIdentity(
          uris: [], dnsNames: ["192.0.2.101"], commonName: nil, fingerprint: Array(repeating: 1, count: 32), isPinned: false)
        let remote = SocketAddress(World.peer().address, port: 5061)
        feed(.network(.opened(flow, ConnectionFacts(local: World.address(0), remote: remote, peer: peer))))
      }
    }

    mutating func answer(_ request: Request, _ body: String) throws {
      var response = Response(to: request, status: .ok, toTag: request.to?.tag == nil ? "peer" : nil)
      response.fields.set(Contact(World.uri("sip:peer@192.0.2.101;transport=tls")))
      response.setContent(World.sdp(body))
      try receive(response)
    }

    mutating func receive(_ response: Response) throws {
      feed(.network(.bytes(response.serialized(), on: try #require(flows.first))))
    }

    func last(_ method: Method) -> Request? {
      sent.compactMap { $0.request }.last { $0.method == method }
    }
  }

  // Proves: rfc3261-8.1.1.8-03 rfc3261-12.1.2-02 rfc3261-12.2.1.1-18 rfc3261-19.1.1-08
  @Test(
    "With a SIPS target or a SIPS first route our Contact is SIPS, without a transport; in a secure dialog it stays so",
    arguments: [("sips:peer@192.0.2.101", []), ("sip:peer@192.0.2.101", ["sips:192.0.2.101;lr"])])
  func requests(_ target: String, _ routes: [String]) throws {
    var line = Line()
    let order = InviteOrder(identity: World.identity(routes: routes), target: World.uri(target), offer: World.sdp("offer"))
    line.feed(.command(.invite(SessionID(1), order)))
    let invite = try #require(line.last(.invite))
    let contact = try #require(invite.contacts.first?.uri?.sip)
    #expect(contact.isSecure && contact.transportParameter == nil)
    try line.answer(invite, "answer")
    // The peer's own Contact is not SIPS, which is its mistake and no reason for ours.
    line.feed(.command(.offer(SessionID(1), World.sdp("again"))))
    let second = try #require(line.last(.invite))
    #expect(second.cseq != invite.cseq)
    if target.hasPrefix("sips") { #expect(second.contacts.first?.uri?.sip?.isSecure == true) }
  }

  // Proves: rfc3261-10.2.1-03 rfc3261-26.3.2.1-05 rfc3261-26.3.2.1-10 rfc3261-26.3.2.2-02
  @Test("A SIPS address is registered with a SIPS Contact at the domain of the certificate, and calls leave over that connection")
  func registration() throws {
    var line = Line()
    var identity = LocalIdentity(address: NameAddress(uri: World.uri("sips:alice@192.0.2.101")))
    let registrar = try #require(World.uri("sips:192.0.2.101").sip)
    line.feed(.command(.register(RegistrationID(1), RegistrationSettings(identity: identity, registrar: registrar))))
    let register = try #require(line.last(.register))
    #expect(register.uri.description == "sips:192.0.2.101" && register.to?.uri.sip?.isSecure == true)
    #expect(register.contacts.count == 1 && register.contacts.first?.uri?.sip?.isSecure == true)
    var success = Response(to: register, status: .ok, toTag: "registrar")
    success.fields.set(try #require(register.contacts.first))
    try line.receive(success)
    identity.registration = RegistrationID(1)
    let order = InviteOrder(identity: identity, target: World.uri("sips:bob@192.0.2.101"), offer: World.sdp("offer"))
    line.feed(.command(.invite(SessionID(1), order)))
    #expect(line.last(.invite) != nil)
    #expect(line.connections == 1 && line.closed == 0)
  }

  // Proves: rfc3261-12.1.1-04
  @Test(
    "The Contact of a 2xx is SIPS when the Request-URI is, or the topmost Record-Route, or without one the caller's Contact",
    arguments: [
      ("sips:alice@192.0.2.1", "", "sip:bob@192.0.2.101", true),
      ("sip:alice@192.0.2.1", "<sips:192.0.2.102;lr>", "sip:bob@192.0.2.101", true),
      ("sip:alice@192.0.2.1", "", "sips:bob@192.0.2.101", true),
      ("sip:alice@192.0.2.1", "<sip:192.0.2.102;lr>", "sips:bob@192.0.2.101", false),
      ("sip:alice@192.0.2.1", "", "sip:bob@192.0.2.101", false),
    ])
  func responses(_ target: String, _ recordRoute: String, _ contact: String, _ isSecure: Bool) throws {
    var world = World(agents: 1)
    let extra = ["Contact: <\(contact)>"] + (recordRoute.isEmpty ? [] : ["Record-Route: \(recordRoute)"])
    world.send(Script.request("INVITE", uri: target, extra: extra + ["Content-Type: application/sdp"], body: "offer"))
    world.settle()
    world.command(0, .accept(SessionID(1 << 32 | 1), World.sdp("answer")))
    world.settle()
    let response = try #require(world.responses(.ok).first ?? world.response)
    #expect(response.contacts.first?.uri?.sip?.isSecure == isSecure)
  }
}
