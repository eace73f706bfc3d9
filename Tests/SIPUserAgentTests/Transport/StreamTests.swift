import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 18: connections")
struct StreamTests {
  static let local = SocketAddress(.v4(0xC000_020A), port: 41_000)
  static let facts = ConnectionFacts(local: local, remote: LayerBench.peer)

  private func connected(_ bench: inout LayerBench, to uri: String = "sip:192.0.2.1;transport=tcp") throws -> FlowID {
    _ = bench.send(LayerBench.request(.options), to: uri)
    let flow = try #require(bench.opened.last?.0)
    bench.handle(.opened(flow, Self.facts))
    return flow
  }

  // Proves: rfc3261-18.1.1-06
  @Test("A request waits until its connection stands, because the Via needs our address")
  func waits() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:192.0.2.1;transport=tcp")
    let (flow, target) = try #require(bench.opened.first)
    #expect(target == FlowTarget(transport: .tcp, remote: LayerBench.peer))
    #expect(flow.rawValue % 2 == 0)
    #expect(bench.messages(on: flow).isEmpty)
    bench.handle(.opened(flow, Self.facts))
    let via = try #require(bench.messages(on: flow).first?.request?.topVia)
    #expect(via.transport == "TCP")
    #expect(via.sentBy == "192.0.2.10:41000")
    bench.run(to: 10_000)
    #expect(bench.messages(on: flow).count == 1, "Nothing is repeated on a reliable transport.")
  }

  // Proves: rfc3261-18.1.1-09 rfc3261-18.1.1-10
  @Test("With a listening socket the Via names its port")
  func listeningPort() throws {
    var bench = LayerBench(
      listeners: [(.udp, LayerBench.home), (.tcp, SocketAddress(.v4(0xCB00_7109), port: 5070))], routes: [])
    let flow = try connected(&bench)
    #expect(bench.messages(on: flow).first?.request?.topVia?.sentBy == "192.0.2.10:5070")
  }

  // Proves: rfc3261-18.1.1-14 rfc5626-4.3-2 rfc5626-4.3-4
  @Test("A second request to the same server uses the connection that stands, or that is being opened")
  func reuse() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.options), to: "sip:192.0.2.1;transport=tcp")
    _ = bench.send(LayerBench.request(.options), to: "sip:192.0.2.1;transport=tcp")
    #expect(bench.opened.count == 1)
    bench.handle(.opened(bench.opened[0].0, Self.facts))
    #expect(bench.messages(on: bench.opened[0].0).count == 2)
    _ = bench.send(LayerBench.request(.options), to: "sip:192.0.2.1;transport=tcp")
    #expect(bench.messages(on: bench.opened[0].0).count == 3)
    #expect(bench.opened.count == 1)
    _ = bench.send(LayerBench.request(.options), to: "sip:192.0.2.1:5070;transport=tcp")
    #expect(bench.opened.count == 2)
  }

  @Test("A connection that dies fails its transactions in the same step")
  func death() throws {
    var bench = LayerBench()
    let flow = try connected(&bench)
    bench.handle(.failed(flow, .closedByPeer))
    #expect(bench.closed.map(\.0) == [flow])
    #expect(bench.failures == [.flowDied])
    #expect(bench.layer.transactionCount == 0)
    _ = bench.send(LayerBench.request(.options), to: "sip:192.0.2.1;transport=tcp")
    #expect(bench.opened.count == 2, "A dead connection is not used again.")
  }

  @Test("A connection on which nothing came back for 64*T1 is closed, and the next request opens another one")
  func silence() throws {
    var bench = LayerBench()
    let flow = try connected(&bench)
    bench.run(to: 33_000)
    #expect(bench.failures == [.timedOut])
    #expect(bench.orders.contains(.close(flow)))
    _ = bench.send(LayerBench.request(.options), to: "sip:192.0.2.1;transport=tcp")
    #expect(bench.opened.count == 2)
  }

  @Test("A connection on which something else came meanwhile is kept when a request times out")
  func talkative() throws {
    var bench = LayerBench()
    let flow = try connected(&bench)
    bench.run(to: 20_000)
    bench.handle(.bytes([13, 10, 13, 10], on: flow))
    bench.run(to: 33_000)
    #expect(bench.failures == [.timedOut])
    #expect(!bench.orders.contains(.close(flow)))
  }

  @Test("A request for a given flow uses it; when it is dead the URI is located, unless the flow is required")
  func givenFlow() throws {
    var bench = LayerBench()
    let flow = try connected(&bench)
    let somewhere = LayerBench.uri("sip:198.51.100.9")
    _ = bench.send(LayerBench.request(.options), to: NextHop(uri: somewhere, flow: .stream(flow)))
    #expect(bench.messages(on: flow).count == 2)
    bench.handle(.failed(flow, .closedByPeer))
    #expect(bench.datagrams.map(\.to.description) == ["198.51.100.9:5060"], "It goes on by the URI.")
    _ = bench.take()
    _ = bench.send(LayerBench.request(.options), to: NextHop(uri: somewhere, flow: .stream(flow), isFlowRequired: true))
    #expect(bench.failures == [.flowDied])
    #expect(bench.orders.isEmpty)
  }

  // Proves: rfc3261-18-05 rfc3261-18.1.1-01 rfc3261-18.1.1-02 rfc3261-18.1.1-04
  @Test("A request of more than 1300 bytes goes over TCP, and back to UDP when TCP is refused (section 18.1.1)")
  func largeRequest() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.message, body: 1300))
    #expect(bench.datagrams.isEmpty)
    let (flow, target) = try #require(bench.opened.first)
    #expect(target.transport == .tcp)
    #expect(target.remote == LayerBench.peer)
    bench.handle(.failed(flow, .refused))
    #expect(bench.sentRequests.first?.topVia?.transport == "UDP")
    _ = bench.take()
    _ = bench.send(LayerBench.request(.message, body: 1300))
    bench.handle(.opened(try #require(bench.opened.first).0, Self.facts))
    #expect(bench.messages(on: bench.opened[0].0).first?.request?.topVia?.transport == "TCP")
    #expect(bench.datagrams.isEmpty)
  }

  @Test("A small request stays with UDP")
  func smallRequest() {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.message, body: 500))
    #expect(bench.datagrams.count == 1)
  }

  @Test("TCP that never answers does not hold up a large request for long")
  func silentSwitch() {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.message, body: 1300))
    bench.run(to: 2000)
    #expect(bench.datagrams.count == 1)
  }

  // Proves: rfc3261-18.2.2-02
  @Test("Messages are cut out of the stream in whatever pieces they come, and answered on the same connection")
  func framing() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(
      .accepted(flow, .tcp, ConnectionFacts(local: LayerBench.home, remote: SocketAddress(LayerBench.peer.address, port: 33_333))))
    let bytes = Array(
      (LayerBench.text("OPTIONS", transport: "TCP") + LayerBench.text("OPTIONS", branch: "z9hG4bK-b", transport: "TCP")).utf8)
    for byte in bytes { bench.handle(.bytes([byte], on: flow)) }
    #expect(bench.requests.count == 2)
    for request in bench.requests {
      bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    }
    #expect(bench.messages(on: flow).count == 2)
    #expect(bench.layer.transactionCount == 0, "Timer J is zero.")
  }

  // Proves: rfc3261-18.2.2-03
  @Test("When the connection of a request is gone, the response opens one to the Via's address and port (section 18.2.2)")
  func reopened() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(
      .accepted(flow, .tcp, ConnectionFacts(local: LayerBench.home, remote: SocketAddress(LayerBench.peer.address, port: 33_333))))
    bench.handle(.bytes(Array(LayerBench.text("INVITE", via: "192.0.2.1:5071", transport: "TCP").utf8), on: flow))
    bench.handle(.failed(flow, .closedByPeer))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .busyHere, toTag: "a"))
    let (new, target) = try #require(bench.opened.first)
    #expect(target.remote == SocketAddress(LayerBench.peer.address, port: 5071))
    bench.handle(.opened(new, Self.facts))
    #expect(bench.messages(on: new).first?.response?.status == .busyHere)
    #expect(bench.serverTimeouts.isEmpty)
  }

  @Test("That response names our address as Contact, although the way that the request came is no longer there")
  func contactAfterLoss() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(.accepted(flow, .tcp, Self.facts))
    bench.handle(.bytes(Array(LayerBench.text("INVITE", transport: "TCP").utf8), on: flow))
    bench.handle(.failed(flow, .closedByPeer))
    let request = try #require(bench.requests.first)
    var answer = Response(to: request.received.request, status: .ok, toTag: "a")
    answer.fields.set([Contact(NameAddress(uri: .sip(SIPURI(user: "bob", host: .name(TransactionLayer.contactPlaceholder)))))])
    bench.respond(request.id, answer)
    let new = try #require(bench.opened.first).0
    bench.handle(.opened(new, Self.facts))
    let sent = try #require(bench.messages(on: new).first?.response)
    #expect(sent.fields.first(.contact) == "<sip:bob@192.0.2.10:41000;transport=tcp>")
  }

  @Test("What waits for that connection is forgotten when a final response takes its place, or when nobody waits for it any more")
  func outOfDate() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(.accepted(flow, .tcp, Self.facts))
    bench.handle(.bytes(Array(LayerBench.text("INVITE", transport: "TCP").utf8), on: flow))
    bench.handle(.failed(flow, .closedByPeer))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ringing, toTag: "a"))
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    let new = try #require(bench.opened.first).0
    bench.handle(.opened(new, Self.facts))
    #expect(bench.messages(on: new).compactMap { $0.response?.status } == [.ok])
    bench.handle(.failed(new, .closedByPeer))
    bench.run(to: 31_900)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    let newest = try #require(bench.opened.last).0
    #expect(newest != new)
    // 64*T1 after the first 2xx nobody waits for another one (RFC 6026 section 7.1).
    bench.run(to: 32_000)
    bench.handle(.opened(newest, Self.facts))
    #expect(bench.messages(on: newest).isEmpty)
  }

  @Test("A 2xx that waits for that connection is not sent once its ACK has come another way")
  func acknowledgedMeanwhile() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(.accepted(flow, .tcp, Self.facts))
    bench.handle(.bytes(Array(LayerBench.text("INVITE", transport: "TCP").utf8), on: flow))
    bench.handle(.failed(flow, .closedByPeer))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    let new = try #require(bench.opened.first).0
    bench.layer.withdrawResponse(request.id)
    bench.handle(.opened(new, Self.facts))
    #expect(bench.messages(on: new).isEmpty)
  }

  @Test("A response to another request than INVITE waits for that connection too, although its transaction has ended")
  func reopenedForOptions() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(.accepted(flow, .tcp, Self.facts))
    bench.handle(.bytes(Array(LayerBench.text("OPTIONS", transport: "TCP").utf8), on: flow))
    bench.handle(.failed(flow, .closedByPeer))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    #expect(bench.layer.transactionCount == 0)
    let new = try #require(bench.opened.first).0
    bench.handle(.opened(new, Self.facts))
    #expect(bench.messages(on: new).first?.response?.status == .ok)
  }

  // Proves: rfc6026-8.8-01
  @Test("When that fails too, the transaction user is told")
  func unanswerable() throws {
    var bench = LayerBench()
    let flow = FlowID(3)
    bench.handle(.accepted(flow, .tcp, Self.facts))
    bench.handle(.bytes(Array(LayerBench.text("INVITE", transport: "TCP").utf8), on: flow))
    bench.handle(.failed(flow, .closedByPeer))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .busyHere, toTag: "a"))
    bench.handle(.failed(try #require(bench.opened.first).0, .refused))
    #expect(bench.undeliverable == [request.id])
    bench.run(to: 32_000)
    #expect(bench.serverTimeouts == [request.id])
  }

  @Test("A double CRLF is answered with a single one; a single one is the answer to ours (RFC 5626 section 4.4.1)")
  func pings() throws {
    var bench = LayerBench()
    let flow = try connected(&bench)
    _ = bench.take()
    bench.handle(.bytes([13, 10, 13, 10], on: flow))
    #expect(bench.orders == [.bytes([13, 10], on: flow)])
    bench.sendKeepAlive(on: .stream(flow))
    #expect(bench.orders.last == .bytes([13, 10, 13, 10], on: flow))
    bench.handle(.bytes([13, 10], on: flow))
    #expect(bench.outputs.contains { if case .pong(flow) = $0 { true } else { false } })
  }
}
