import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("The hooks of extensions")
struct ExtensionHookTests {
  /// Does to each MESSAGE and OPTIONS what its subject says.
  private struct Probe: UserAgentExtension {
    var endings = 0
    var wakeAt: Instant?
    var wakings = 0

    var optionTags: [OptionTag] { [OptionTag("probe")] }
    var methods: [Method] { [.message] }

    mutating func willSend(_ request: inout Request, _ context: inout ExtensionContext) {
      request.fields.append(name: HeaderName("X-Probe"), value: "sent")
    }

    mutating func willSend(_ response: inout Response, to request: Request, _ context: inout ExtensionContext) {
      response.fields.append(name: HeaderName("X-Probe"), value: "answered")
    }

    mutating func didReceive(_ request: Request, _ context: inout ExtensionContext) -> RequestVerdict {
      switch request.fields.first(.subject) {
      case "reject": return .reject(Response(to: request, status: .forbidden))
      case "hold": return .hold(context.makeTicket(), .fetch(uri: "https://example.com/certificate"))
      case "consume":
        if let transaction = context.serverTransaction {
          context.respond(to: transaction, with: Response(to: request, status: .accepted))
        }
        return .consumed
      default: return .proceed
      }
    }

    mutating func didReceive(_ response: Response, to request: Request, _ context: inout ExtensionContext) -> ResponseVerdict {
      guard response.status == .serverTimeout, let template = context.template else { return .proceed }
      return .resend(template)
    }

    mutating func lookupFinished(_ ticket: Ticket, _ result: TicketResult, _ context: inout ExtensionContext) -> RequestVerdict {
      .proceed
    }

    mutating func sessionEnded(_ session: SessionID, _ context: inout ExtensionContext) { endings += 1 }

    var nextDeadline: Instant? { wakeAt }

    mutating func deadlineReached(_ context: inout ExtensionContext) {
      wakings += 1
      wakeAt = nil
    }
  }

  private func answer(to subject: String) -> World {
    var world = World(agents: 1, extensions: [Probe()])
    world.send(Script.request("OPTIONS", extra: ["Subject: \(subject)"]))
    world.settle()
    return world
  }

  @Test("Its option tags are claimed in Supported and accepted in Require; its methods are in Allow")
  func claims() {
    var world = World(agents: 1, extensions: [Probe()])
    world.send(Script.request("OPTIONS", extra: ["Require: probe"]))
    world.settle()
    #expect(world.response?.status == .ok)
    #expect(world.response?.fields.optionTags(Supported.self) == [.rel100, OptionTag("probe")])
    #expect(world.response?.fields.allowedMethods?.contains(.message) == true)
    #expect(world.response?.fields.first(HeaderName("X-Probe")) == "answered")
  }

  @Test("A verdict of reject is the answer")
  func reject() {
    #expect(answer(to: "reject").response?.status == .forbidden)
  }

  @Test("A verdict of consumed leaves the answer to the extension")
  func consumed() {
    #expect(answer(to: "consume").responses(.accepted).count == 1)
    #expect(answer(to: "consume").responses(.ok).isEmpty)
  }

  @Test("A held request waits for its lookup and then goes on")
  func hold() throws {
    var world = answer(to: "hold")
    #expect(world.response == nil)
    guard case .lookup(let ticket, .fetch(uri: "https://example.com/certificate")) = try #require(world.events[0].first) else {
      Issue.record("no lookup")
      return
    }
    world.command(0, .lookupFinished(ticket, .bytes([])))
    world.settle()
    #expect(world.response?.status == .ok)
    world.command(0, .lookupFinished(ticket, .bytes([])))
    world.settle()
    #expect(world.responses(.ok).count == 1)
  }

  @Test("A lookup that never ends is answered with 504 for it")
  func endlessHold() {
    var world = World(agents: 1, extensions: [Probe()])
    world.send(Script.invite(extra: ["Subject: hold"]))
    world.run(for: .seconds(19))
    #expect(world.responses(.serverTimeout).isEmpty)
    world.run(for: .seconds(2))
    #expect(!world.responses(.serverTimeout).isEmpty)
  }

  @Test("A lookup that takes a while does not shorten the call that comes of it")
  func slowLookup() throws {
    var world = World(agents: 1, extensions: [Probe()])
    world.send(Script.invite(extra: ["Subject: hold"]))
    world.run(for: .seconds(10))
    guard case .lookup(let ticket, _) = try #require(world.events[0].first) else {
      Issue.record("no lookup")
      return
    }
    world.command(0, .lookupFinished(ticket, .bytes([])))
    world.run(for: .seconds(60))
    world.command(0, .accept(try #require(world.incoming(0)), World.sdp("answer")))
    world.settle()
    #expect(world.responses(.ok).count == 1)
  }

  @Test("A held INVITE that is cancelled is over, whatever the lookup brings")
  func cancelledHold() throws {
    var world = World(agents: 1, extensions: [Probe()])
    world.send(Script.invite(extra: ["Subject: hold"]))
    world.settle()
    world.send(Script.request("CANCEL"))
    world.settle()
    #expect(world.responses(.requestTerminated).count >= 1)
    guard case .lookup(let ticket, _) = try #require(world.events[0].first) else {
      Issue.record("no lookup")
      return
    }
    world.command(0, .lookupFinished(ticket, .failed("too late")))
    world.settle()
    #expect(world.story(0).isEmpty)
  }

  @Test("An extension that has a request resent for ever is stopped after ten attempts")
  func resendLimit() throws {
    var world = World(agents: 1, extensions: [Probe()])
    world.command(
      0,
      .request(RequestID(2), RequestOrder(identity: World.identity(), method: .options, target: World.uri("sip:peer@192.0.2.101"))))
    for _ in 0..<20 {
      world.settle()
      guard world.events[0].isEmpty, let request = world.request(.options) else { break }
      world.answer(request, .serverTimeout)
    }
    #expect(world.attempts(.options) == 10)
    let numbers = world.requests(.options).compactMap { $0.cseq?.number }
    #expect(numbers == numbers.sorted())
    #expect(Set(world.requests(.options).compactMap { $0.fields.values(HeaderName("X-Probe")).count }) == [1])
    guard case .response(RequestID(2), let response) = try #require(world.events[0].first) else {
      Issue.record("no response")
      return
    }
    #expect(response.status == .serverTimeout)
  }

  @Test("It is woken at its deadline, hears of the end of sessions, and is found by its type")
  func deadlineAndEnd() throws {
    var world = World(agents: 1, extensions: [Probe()])
    world.agents[0][Probe.self]?.wakeAt = world.now + .seconds(3)
    world.run(for: .milliseconds(2990))
    #expect(world.agents[0][Probe.self]?.wakings == 0)
    world.run(for: .milliseconds(20))
    #expect(world.agents[0][Probe.self]?.wakings == 1)
    world.send(Script.invite())
    world.settle()
    world.command(0, .end(try #require(world.incoming(0)), reason: nil))
    world.settle()
    #expect((world.agents[0][Probe.self]?.endings ?? 0) >= 1)
  }
}
