import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 17.2, 18.2: requests of a peer")
struct ServerSideTests {
  // Proves: rfc3261-17.2.2-07 rfc3261-17.2.2-09 rfc3261-17.2.2-10
  @Test("A request reaches the transaction user once; its retransmissions get the response again")
  func retransmissions() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("OPTIONS"))
    bench.receive(LayerBench.text("OPTIONS"))
    #expect(bench.requests.count == 1)
    #expect(bench.orders.isEmpty)
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    bench.receive(LayerBench.text("OPTIONS"))
    #expect(bench.orders.count == 2)
    #expect(Set(bench.orders).count == 1)
    bench.run(to: 32_000)
    #expect(bench.layer.transactionCount == 0)
    bench.receive(LayerBench.text("OPTIONS"))
    #expect(bench.requests.count == 2, "After timer J the same request is a new one.")
  }

  // Proves: rfc3261-17.2.1-01 rfc3261-17.2.1-02 rfc3261-17.2.1-03 rfc3261-17.2.1-05
  @Test("An INVITE gets 100 after 200 ms of silence, without a To tag")
  func trying() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    bench.run(to: 199)
    #expect(bench.sentResponses.isEmpty)
    bench.run(to: 200)
    let trying = try #require(bench.sentResponses.first)
    #expect(trying.status == .trying)
    #expect(trying.to?.tag == nil)
    bench.receive(LayerBench.text("INVITE"))
    #expect(bench.sentResponses.map(\.status) == [.trying, .trying])
    #expect(bench.requests.count == 1)
  }

  // Proves: rfc3261-17.2.1-11 rfc6026-7.1-04
  @Test("The ACK to a failure is absorbed; one to a 2xx reaches the transaction user")
  func acknowledgements() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    var request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .busyHere, toTag: "a"))
    bench.receive(LayerBench.text("ACK", toTag: "a"))
    #expect(bench.acknowledgements.isEmpty)
    _ = bench.take()
    bench.run(to: 40_000)
    #expect(bench.sentResponses.isEmpty, "The ACK stopped timer G.")

    bench.receive(LayerBench.text("INVITE", branch: "z9hG4bK-two", cseq: 2))
    request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    bench.receive(LayerBench.text("ACK", branch: "z9hG4bK-three", toTag: "a", cseq: 2))
    #expect(bench.acknowledgements.count == 1)
    // Some peers reuse the INVITE's branch.
    bench.receive(LayerBench.text("ACK", branch: "z9hG4bK-two", toTag: "a", cseq: 2))
    #expect(bench.acknowledgements.count == 2)
  }

  // Proves: rfc3261-17.2.1-12
  @Test("A failure without an ACK is repeated and then reported")
  func noAcknowledgement() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .busyHere, toTag: "a"))
    bench.run(to: 31_999)
    #expect(bench.sentResponses.count == 11)
    #expect(bench.serverTimeouts.isEmpty)
    bench.run(to: 32_000)
    #expect(bench.serverTimeouts == [request.id])
  }

  // Proves: rfc6026-7.1-03 rfc6026-8.7-01
  @Test("A 2xx to an INVITE is sent as often as the transaction user gives it, and INVITEs are absorbed meanwhile")
  func accepted() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    let request = try #require(bench.requests.first)
    let ok = Response(to: request.received.request, status: .ok, toTag: "a")
    bench.respond(request.id, ok)
    bench.receive(LayerBench.text("INVITE"))
    #expect(bench.sentResponses.count == 1)
    bench.respond(request.id, ok)
    #expect(bench.sentResponses.count == 2)
    bench.respond(request.id, Response(to: request.received.request, status: .busyHere, toTag: "a"))
    #expect(bench.sentResponses.count == 2)
  }

  @Test("RFC 2543: without the magic cookie a request is matched by URI, tags, Call-ID, CSeq and Via")
  func oldStyle() throws {
    for branch in ["", "1", "z9hG4bK"] {
      var bench = LayerBench()
      bench.receive(LayerBench.text("INVITE", branch: branch))
      bench.receive(LayerBench.text("INVITE", branch: branch))
      #expect(bench.requests.count == 1)
      let request = try #require(bench.requests.first)
      bench.receive(LayerBench.text("CANCEL", branch: branch))
      #expect(bench.cancelled == [request.id])
      bench.respond(request.id, Response(to: request.received.request, status: .requestTerminated, toTag: "a"))
      // The 200 to the CANCEL came first and chose the tag (section 9.2).
      let tag = try #require(bench.sentResponses.last { $0.status == .requestTerminated }?.to?.tag)
      bench.receive(LayerBench.text("ACK", branch: branch, toTag: "wrong"))
      #expect(bench.acknowledgements.count == 1, "The To tag of the ACK must be the response's.")
      bench.receive(LayerBench.text("ACK", branch: branch, toTag: tag))
      #expect(bench.acknowledgements.count == 1)
      _ = bench.take()
      bench.run(to: 3000)
      #expect(bench.sentResponses.isEmpty)
      bench.receive(LayerBench.text("INVITE", branch: branch, cseq: 2))
      #expect(bench.requests.count == 1)
    }
  }

  // Proves: rfc3261-18.2.1-04 rfc3261-18.2.1-05 rfc3261-18.2.1-06 rfc3581-4-01
  @Test("received is added when the sender is not who it says (section 18.2.1), and rport is filled in (RFC 3581)")
  func stamping() throws {
    let source = SocketAddress(.v4(0xCB00_7105), port: 40_000)
    var bench = LayerBench()
    bench.receive(LayerBench.text("OPTIONS", via: "10.0.0.1:5099"), from: source)
    var via = try #require(bench.requests.last?.received.request.topVia)
    #expect(via.received == source.address)
    #expect(via.rport == 40_000)
    bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bK-b", via: "phone.example", viaParameters: ""), from: source)
    via = try #require(bench.requests.last?.received.request.topVia)
    #expect(via.received == source.address)
    #expect(via.rport == nil)
    bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bK-c", viaParameters: ""))
    via = try #require(bench.requests.last?.received.request.topVia)
    #expect(via.received == nil)
    #expect(bench.requests.last?.received.received?.essentials.topVia.branch == "z9hG4bK-c")
  }

  // Proves: rfc3261-18.2.2-07 rfc3581-4-03
  @Test("A response goes to the source port with rport, else to the port of the Via at the source address")
  func routing() throws {
    let source = SocketAddress(.v4(0xCB00_7105), port: 40_000)
    var bench = LayerBench()
    func answer(_ bench: inout LayerBench) throws -> SocketAddress? {
      let request = try #require(bench.requests.last)
      bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
      return bench.datagrams.last?.to
    }
    bench.receive(LayerBench.text("OPTIONS", via: "10.0.0.1:5099"), from: source)
    #expect(try answer(&bench) == source)
    bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bK-b", via: "10.0.0.1:5099", viaParameters: ""), from: source)
    #expect(try answer(&bench) == SocketAddress(source.address, port: 5099))
    bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bK-c", via: "10.0.0.1", viaParameters: ""), from: source)
    #expect(try answer(&bench) == SocketAddress(source.address, port: 5060))
    bench.receive(
      LayerBench.text("OPTIONS", branch: "z9hG4bK-d", via: "10.0.0.1", viaParameters: ";received=198.51.100.1"), from: source)
    #expect(
      try answer(&bench) == SocketAddress(source.address, port: 5060), "A received of the sender's own making is not believed.")
  }

  // Proves: rfc4320-4.1-04
  @Test("A request other than INVITE that nobody answers is forgotten after 64*T1, with a 100 on the way")
  func unanswered() {
    var bench = LayerBench()
    bench.receive(LayerBench.text("MESSAGE"))
    bench.run(to: 40_000)
    #expect(bench.sentResponses.map(\.status) == [.trying])
    #expect(bench.serverTimeouts.count == 1)
    #expect(bench.layer.transactionCount == 0)
  }

  // Proves: rfc3261-22.1-09
  @Test("An ACK that matches nothing reaches the core, and is never answered")
  func strayAcknowledgement() {
    var bench = LayerBench()
    bench.receive(LayerBench.text("ACK", toTag: "x"))
    #expect(bench.acknowledgements.count == 1)
    #expect(bench.orders.isEmpty)
  }

  @Test("maddr leads to a multicast group or to the sender itself, and never to somebody else")
  func maddr() throws {
    let source = SocketAddress(.v4(0xCB00_7105), port: 40_000)
    for (maddr, expected) in [
      ("224.0.1.75", SocketAddress(.v4(0xE000_014B), port: 5060)), ("203.0.113.5", SocketAddress(source.address, port: 5060)),
      ("198.51.100.9", source),
    ] {
      var bench = LayerBench()
      bench.receive(LayerBench.text("OPTIONS", via: "10.0.0.1", viaParameters: ";rport;maddr=\(maddr)"), from: source)
      let request = try #require(bench.requests.last)
      bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
      #expect(bench.datagrams.last?.to == expected, "\(maddr)")
    }
  }
}
