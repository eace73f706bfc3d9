import SIPMessages
import SIPUserAgent
import SansIO
import Testing

/// The edge proxy of a call dies between ringing and answer: a CANCEL would have to take the way that is gone.
@Suite("A call whose way dies while it rings at the other end")
struct LostWhileRingingTests {
  /// Has what was answered with 401 sent again.
  private struct Resender: UserAgentExtension {
    mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
      guard response.status == .unauthorized, let template = context.template else { return .proceed }
      return .resend(template)
    }
  }

  /// Bob's phones ring, and the way to them is recorded.
  private func ring(_ bench: inout FlowBench, tags: [String] = ["bob"]) throws -> Request {
    bench.call()
    let invite = try #require(bench.world.request(.invite))
    for tag in tags {
      bench.world.answer(invite, .ringing, tag: tag) { response in
        response.fields.append(name: .recordRoute, value: "<sip:192.0.2.109;lr>, <sip:token@192.0.2.101;lr;ob>")
      }
    }
    bench.world.settle()
    return invite
  }

  /// INVITE, CANCEL and BYE as they arrived, each once: the To tag and the routes.
  private func sent(_ bench: FlowBench) -> [String] {
    var seen: Set<String> = []
    return bench.world.mail.compactMap { entry in
      guard case .request(let request) = entry.message, [.invite, .bye, .cancel].contains(request.method),
        seen.insert("\(request.method) \(request.topVia?.branch ?? "")").inserted
      else { return nil }
      let routes = request.routes.map { $0.address.uri.sip?.host.description ?? "" }
      return "\(request.method) \(request.to?.tag ?? "-") by \(routes.joined(separator: ", "))"
    }
  }

  // Proves: rfc3261-15-03
  @Test("What rings is ended by BYE over the other flow, and the INVITE goes out there: nothing rings twice")
  func otherFlow() throws {
    var bench = FlowBench()
    try bench.bringUp()
    let first = try ring(&bench, tags: ["desk", "hall"])
    bench.kill(0)
    bench.world.settle()
    #expect(
      sent(bench) == [
        "INVITE - by 192.0.2.101", "BYE desk by 192.0.2.102, 192.0.2.109", "BYE hall by 192.0.2.102, 192.0.2.109",
        "INVITE - by 192.0.2.102",
      ])
    let second = try #require(bench.world.request(.invite))
    #expect(second.cseq?.number == (first.cseq?.number ?? 0) + 1 && second.callID == first.callID)
    for bye in bench.world.requests(.bye) { bench.world.answer(bye, .ok, tag: nil, from: World.peer(1)) }
    bench.world.answer(second, .ok, tag: "new", body: "answer", from: World.peer(1))
    bench.world.settle()
    #expect(bench.world.story(0).last == "established")
    #expect(bench.world.request(.ack)?.to?.tag == "new")
  }

  @Test("A BYE that is challenged is answered, though its dialog is gone, and what else waited in the dialog is not sent")
  func challenged() throws {
    var bench = FlowBench()
    bench.world = World(agents: 1, extensions: [Resender()])
    try bench.bringUp()
    _ = try ring(&bench)
    bench.world.command(0, .requestInDialog(RequestID(7), SessionID(1), .info, HeaderFields(), nil))
    bench.world.settle()
    bench.kill(0)
    bench.world.settle()
    let bye = try #require(bench.world.request(.bye))
    bench.world.answer(bye, .unauthorized, tag: nil, from: World.peer(1))
    bench.world.settle()
    let again = try #require(bench.world.request(.bye))
    #expect(again.cseq?.number == (bye.cseq?.number ?? 0) + 1 && again.to?.tag == "bob")
    #expect(bench.world.attempts(.info) == 1)
  }

  @Test("Given up as the way dies: no INVITE goes out again, and the BYE ends what rings")
  func abandoned() throws {
    var bench = FlowBench()
    try bench.bringUp()
    _ = try ring(&bench)
    bench.world.command(0, .end(SessionID(1), reason: nil))
    bench.world.settle()
    bench.kill(0)
    bench.world.settle()
    #expect(
      sent(bench) == ["INVITE - by 192.0.2.101", "CANCEL - by 192.0.2.101", "BYE bob by 192.0.2.102, 192.0.2.109"])
    bench.world.answer(try #require(bench.world.request(.bye)), .ok, tag: nil, from: World.peer(1))
    bench.world.run(for: .seconds(40))
    #expect(bench.world.story(0).last == "ended local")
    #expect(bench.world.agents[0].tableSizes.allSatisfy { $0.name != "sessions" || $0.count == 0 })
  }

  @Test("Without another flow both are tried by the way that the call had; when that fails too, the call has failed")
  func onlyFlow() throws {
    var bench = FlowBench()
    try bench.bringUp(flows: 1)
    _ = try ring(&bench)
    bench.kill(0)
    bench.world.settle()
    #expect(sent(bench).dropFirst() == ["BYE bob by 192.0.2.101, 192.0.2.109", "INVITE - by 192.0.2.101"])
    bench.kill(0)
    bench.world.settle()
    #expect(bench.world.story(0).last == "ended failed 503")
    bench.world.run(for: .seconds(70))
    #expect(bench.world.agents[0].tableSizes.allSatisfy { $0.name != "sessions" || $0.count == 0 })
  }

  // Section 12.3: a final response other than 2xx ends the early dialogs by itself.
  @Test("A 503 after the ringing has ended it: the INVITE goes over the other flow, and no BYE is sent")
  func answered() throws {
    var bench = FlowBench()
    try bench.bringUp()
    bench.world.answer(try ring(&bench), .serviceUnavailable)
    bench.world.settle()
    #expect(sent(bench) == ["INVITE - by 192.0.2.101", "INVITE - by 192.0.2.102"])
  }

  // RFC 3263 section 4.3.
  @Test("Without Outbound it is the same with the next server of a name; where nothing rang the INVITE stays as it was")
  func nextServer() throws {
    for rings in [true, false] {
      var world = World(agents: 1)
      world.hosts["edges.example.com"] = [World.peer(0).address, World.peer(1).address]
      let identity = World.identity(routes: ["sip:edges.example.com:5060;lr"])
      world.command(
        0, .invite(SessionID(1), InviteOrder(identity: identity, target: World.uri("sip:bob@example.com"), offer: World.sdp("o"))))
      world.settle()
      let first = try #require(world.request(.invite))
      world.answer(first, rings ? .ringing : .trying, tag: "bob")
      world.settle()
      world.input(0, .network(.datagramFailed(to: World.peer(0), from: World.listener)))
      world.settle()
      let second = try #require(world.request(.invite))
      #expect(second.topVia?.branch != first.topVia?.branch)
      #expect(second.cseq?.number == (first.cseq?.number ?? 0) + (rings ? 1 : 0))
      #expect(world.requests(.bye).map { $0.to?.tag } == (rings ? ["bob"] : []))
    }
  }
}
