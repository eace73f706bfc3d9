import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3608: Service-Route for each flow, and what it does to the configured way")
struct ServiceRouteTests {
  private static func addresses(_ texts: [String]) -> [NameAddress] { texts.map { NameAddress(uri: World.uri($0)) } }

  private static func routes(_ configured: [String], _ service: [String], _ use: ServiceRouteUse?, _ leadsToPeer: Bool) -> [String]
  {
    ServiceRouteUse.routes(addresses(configured), addresses(service), use, leadsToPeer: leadsToPeer).map(\.uri.description)
  }

  @Test("None: the configured way. Replace: it alone. Append: after the configured way, in its order, nothing twice")
  func function() {
    let edge = ["sip:edge.example.com;lr"]
    let service = ["sip:p1.example.com;lr", "sip:p2.example.com;lr"]
    #expect(Self.routes(edge, [], .replace, true) == edge)
    #expect(Self.routes(edge, service, .replace, false) == service)
    #expect(Self.routes(edge, service, .append, true) == edge + service)
    #expect(Self.routes(edge, edge + service, .append, false) == edge + service)
    #expect(Self.routes([], service, .append, false) == service)
    // Undecided: it replaces when it begins where the flow leads.
    #expect(Self.routes(edge, edge + service, nil, true) == edge + service)
    #expect(Self.routes(edge, service, nil, true) == service)
    #expect(Self.routes(edge, service, nil, false) == edge + service)
  }

  private static func invite(_ bench: inout FlowBench, _ session: UInt64) throws -> [String] {
    let known = Set(bench.world.requests(.invite).compactMap(\.callID))
    bench.call(session)
    let invite = bench.world.requests(.invite).first { !known.contains($0.callID ?? "") }
    return try #require(invite).routes.map { $0.address.uri.description }
  }

  @Test("Each flow has its own; each 2xx replaces it, one without it clears it")
  func perFlow() throws {
    var bench = FlowBench()
    for flow in 0...1 {
      bench.register(UInt32(flow + 1))
      bench.confirm(flow, extra: [(.serviceRoute, "<sip:192.0.2.10\(flow + 1);lr>, <sip:orig\(flow)@192.0.2.109;lr>")])
    }
    #expect(try Self.invite(&bench, 1) == ["sip:192.0.2.101;lr", "sip:orig0@192.0.2.109;lr"])
    bench.kill(0)
    bench.world.run(for: .milliseconds(50))
    #expect(try Self.invite(&bench, 2) == ["sip:192.0.2.102;lr", "sip:orig1@192.0.2.109;lr"])
    bench.confirm(1)
    #expect(try Self.invite(&bench, 3) == ["sip:192.0.2.102;lr"])
  }

  @Test("A Service-Route that is no URI, or a hundred of them, does not keep a call from being made")
  func broken() throws {
    for value in ["garbage", "<sip:>", "<tel:+49>", Array(repeating: "<sip:192.0.2.109;lr>", count: 100).joined(separator: ",")] {
      var bench = FlowBench()
      bench.register(1)
      bench.confirm(0, extra: [(.serviceRoute, value)])
      bench.call()
      #expect(bench.world.registrationStory(0).last == "registered 3600")
    }
  }

  @Test("305 goes by the proxy that it names to the same target; 302 goes to the target that it names")
  func redirections() throws {
    for (status, uri, routes) in [
      (StatusCode.useProxy, "sip:bob@example.com", ["sip:192.0.2.109;lr"]),
      (.movedTemporarily, "sip:192.0.2.109", ["sip:192.0.2.101;lr"]),
    ] {
      var bench = FlowBench()
      bench.register(1)
      bench.confirm(0)
      bench.call()
      bench.world.answer(try #require(bench.world.request(.invite)), status) {
        $0.fields.append(name: .contact, value: "<sip:192.0.2.109>")
      }
      bench.world.settle()
      bench.world.command(0, .follow(SessionID(1), [World.uri("sip:192.0.2.109")]))
      bench.world.settle()
      let second = try #require(bench.world.request(.invite))
      #expect(second.uri.description == uri)
      #expect(second.routes.map { $0.address.uri.description } == routes)
    }
  }
}
