import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 18, RFC 3263 section 4, RFC 3581: the ways of messages")
struct TransportRulesTests {
  private func connected(_ bench: inout LayerBench, _ request: Request = LayerBench.request(.options)) throws -> FlowID {
    _ = bench.send(request, to: "sip:192.0.2.1;transport=tcp")
    let flow = try #require(bench.opened.last?.0)
    bench.handle(.opened(flow, StreamTests.facts))
    return flow
  }

  // Proves: rfc3261-18-03 rfc3261-18.1.1-08 rfc3261-18.3-04 rfc3261-20-03 rfc3261-20.14-02
  @Test("A request goes over UDP and over TCP, there with Content-Length, and is answered on its own connection")
  func bothTransports() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.options))
    bench.receive(Response(to: try #require(bench.sentRequests.first), status: .ok, toTag: "x"))
    #expect(bench.statuses == [200])
    let flow = try connected(&bench)
    let sent = try #require(bench.messages(on: flow).first?.request)
    #expect(sent.fields.first(.contentLength) == "0")
    bench.handle(.bytes(Response(to: sent, status: .ok, toTag: "x").serialized(), on: flow))
    #expect(bench.statuses == [200, 200])
    bench.handle(.accepted(FlowID(3), .tcp, StreamTests.facts))
    bench.handle(.bytes(Array(LayerBench.text("OPTIONS", transport: "TCP").utf8), on: FlowID(3)))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    #expect(bench.messages(on: FlowID(3)).first?.response?.fields.first(.contentLength) == "0")
  }

  // Proves: rfc3261-18.3-02
  @Test("A response that ends before its body does is discarded")
  func shortResponse() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.options))
    var response = Response(to: try #require(bench.sentRequests.first), status: .ok, toTag: "x")
    response.body = Array("four".utf8)
    bench.handle(.datagram(response.serialized().dropLast(), from: LayerBench.peer, to: LayerBench.listener))
    #expect(bench.statuses.isEmpty)
    bench.receive(response)
    #expect(bench.statuses == [200])
  }

  // Proves: rfc3261-18.2.2-01 rfc3261-18.2.2-07 rfc3261-18.2.2-09 rfc3581-4-02 rfc3581-4-03
  @Test(
    "A response goes to received at the port of the Via, or to the Via itself, or with rport back to where the request came from")
  func responseAddress() throws {
    let other = SocketAddress(.v4(0xCB00_7105), port: 40_000)
    let cases: [(via: String, parameters: String, source: SocketAddress, to: SocketAddress, received: Bool)] = [
      (
        "192.0.2.1:5099", "", SocketAddress(LayerBench.peer.address, port: 40_000),
        SocketAddress(LayerBench.peer.address, port: 5099), false
      ),
      ("192.0.2.1", "", SocketAddress(LayerBench.peer.address, port: 40_000), LayerBench.peer, false),
      ("phone.example:5099", "", other, SocketAddress(other.address, port: 5099), true),
      ("192.0.2.1:5099", ";rport", other, other, true),
      ("192.0.2.1:5060", ";rport", LayerBench.peer, LayerBench.peer, true),
    ]
    for (index, row) in cases.enumerated() {
      var bench = LayerBench()
      bench.receive(
        LayerBench.text("OPTIONS", branch: "z9hG4bK\(index)", via: row.via, viaParameters: row.parameters), from: row.source)
      let request = try #require(bench.requests.first)
      #expect((request.received.request.topVia?.received != nil) == row.received, "\(row.via)\(row.parameters)")
      bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
      #expect(bench.datagrams.last?.to == row.to, "\(row.via)\(row.parameters)")
    }
  }

  // Proves: rfc3581-4-04
  @Test("A response leaves from the socket at which its request arrived")
  func sameSocket() throws {
    let second = SocketAddress(.v4(0xC000_020B), port: 5062)
    var bench = LayerBench(listeners: [(.udp, LayerBench.home), (.udp, second)])
    for listener in [ListenerID(2), ListenerID(1)] {
      let text = LayerBench.text("OPTIONS", branch: "z9hG4bK-\(listener)")
      bench.handle(.datagram(Array(text.utf8), from: LayerBench.peer, to: listener))
      let request = try #require(bench.requests.last)
      _ = bench.take()
      bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
      guard case .datagram(_, _, from: let from) = try #require(bench.orders.first) else { return }
      #expect(from == listener)
    }
  }

  // Proves: rfc3263-4-01 rfc3263-4-02 rfc3263-4.4-01
  @Test("A transaction is located once: its retransmissions ask nothing and go where it went, and so does the ACK to a failure")
  func locatedOnce() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060")
    for (lookup, question) in bench.questions {
      let addresses: [DNSRecord] = question.type == .a ? [.address(.v4(0xC000_0201)), .address(.v4(0xC000_0202))] : []
      bench.handle(.resolved(lookup, .records(addresses)))
    }
    let asked = bench.questions.count
    bench.run(to: 20_000)
    #expect(bench.sentRequests.count == 6)
    bench.receive(Response(to: try #require(bench.sentRequests.first), status: .busyHere, toTag: "x"))
    #expect(bench.sentRequests.last?.method == .ack)
    #expect(Set(bench.datagrams.map(\.to)) == [LayerBench.peer])
    #expect(bench.questions.count == asked)
  }

  // Proves: rfc3261-8.2.7-01 rfc3261-8.2.7-02 rfc3261-8.2.7-03 rfc3261-8.2.7-04 rfc3261-8.2.7-05
  @Test("What is answered without a transaction: one final response, the same for the same request, none to ACK and CANCEL")
  func stateless() throws {
    var bench = LayerBench()
    bench.layer.transactionLimit = 0
    for method in ["OPTIONS", "INVITE"] {
      _ = bench.take()
      let text = LayerBench.text(method, extra: "Subject: \(String(repeating: "x", count: 200))\r\n")
      bench.receive(text)
      bench.run(to: bench.time + 40_000)
      #expect(bench.sentResponses.map(\.status) == [.serviceUnavailable])
      bench.receive(text)
      #expect(bench.sentResponses.count == 2 && bench.sentResponses.first == bench.sentResponses.last)
      #expect(bench.sentResponses.first?.to?.tag?.isEmpty == false)
      bench.receive(LayerBench.text(method, branch: "z9hG4bK-other", extra: "Subject: x\r\n"))
      #expect(bench.sentResponses.last?.to?.tag != bench.sentResponses.first?.to?.tag)
    }
    _ = bench.take()
    for method in ["ACK", "CANCEL"] { bench.receive(LayerBench.text(method)) }
    bench.receive(LayerBench.text("CANCEL").replacingFirst("CSeq: 1 CANCEL", with: "CSeq: one CANCEL"))
    #expect(bench.sentResponses.isEmpty)
  }
}
