import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 sections 17.1, 18.1: requests of ours")
struct ClientSideTests {
  // Proves: rfc3261-8.1.1.7-01 rfc3261-8.1.1.7-03 rfc3261-8.1.1.7-05 rfc3261-20.42-01 rfc3261-18.1.1-06 rfc3261-18.1.1-10
  // Proves: rfc3261-18.1.1-11 rfc3261-18.1.1-12 rfc3581-3-01
  @Test("A request goes out with a Via of its own: our address, a new branch with the magic cookie, rport")
  func via() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request())
    let via = try #require(bench.sentRequests.first?.topVia)
    #expect(via.transport == "UDP")
    #expect(via.host == .address(LayerBench.home.address))
    #expect(via.port == 5060)
    #expect(via.hasRport)
    #expect(via.branch?.hasPrefix("z9hG4bK") == true)
    #expect((via.branch?.count ?? 0) >= 7 + 16)
    #expect(bench.datagrams.first?.to == LayerBench.peer)
    _ = bench.send(LayerBench.request())
    #expect(bench.sentRequests.last?.topVia?.branch != via.branch)
  }

  @Test("A proxy's Vias stay below ours")
  func lowerVias() throws {
    var bench = LayerBench()
    var request = LayerBench.request()
    request.fields.prepend(try Via("SIP/2.0/UDP caller.example;branch=z9hG4bKlower"))
    _ = bench.send(request)
    let vias = try #require(bench.sentRequests.first).vias
    #expect(vias.count == 2)
    #expect(vias.last?.branch == "z9hG4bKlower")
  }

  // Proves: rfc3261-18.1.2-02 rfc3261-18.1.1-11 rfc6026-8.9-01 rfc6026-8.9-02 rfc3581-3-03 rfc3581-3-04
  @Test("A response is matched by the branch and by the method of CSeq")
  func matching() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.options))
    let sent = try #require(bench.sentRequests.first)
    var wrong = Response(to: sent, status: .ok, toTag: "x")
    wrong.fields.set(name: .cseq, value: "7 INVITE")
    bench.receive(wrong)
    #expect(bench.statuses.isEmpty)
    wrong = Response(to: sent, status: .ok, toTag: "x")
    wrong.fields.set(name: .via, value: "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKunknown")
    bench.receive(wrong)
    #expect(bench.statuses.isEmpty)
    #expect(bench.layer.statistics.strayResponses == 2)
    bench.receive(Response(to: sent, status: .ok, toTag: "x"))
    #expect(bench.statuses == [200])
  }

  // Proves: rfc3261-18.1.2-01
  @Test("A response whose topmost Via does not name us is discarded (section 18.1.2)")
  func foreignVia() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.options))
    let sent = try #require(bench.sentRequests.first)
    var response = Response(to: sent, status: .ok, toTag: "x")
    response.fields.set(name: .via, value: "SIP/2.0/UDP 192.0.2.66:5060;branch=\(sent.topVia?.branch ?? "")")
    bench.receive(response)
    #expect(bench.statuses.isEmpty)
  }

  // Proves: rfc3261-17.1.1.3-02 rfc3261-17.1.1.3-03 rfc3261-17.1.1.3-04 rfc3261-17.1.1.3-05 rfc3261-17.1.1.3-06 rfc3261-17.1.1.2-19
  // Proves: rfc3261-17.1.1.2-20 rfc3261-17.1.1.2-22 rfc3261-8.2.2.3-03 rfc6026-8.4-03
  @Test("The ACK to a failure has the branch, Request-URI and Route of the INVITE and the To of the response")
  func acknowledgement() throws {
    var bench = LayerBench()
    var request = LayerBench.request()
    request.fields.append(name: .route, value: "<sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>")
    request.fields.append(name: .require, value: "foo")
    _ = bench.send(request)
    let invite = try #require(bench.sentRequests.first)
    bench.receive(Response(to: invite, status: .busyHere, toTag: "bob"))
    let ack = try #require(bench.sentRequests.last)
    #expect(ack.method == .ack)
    #expect(ack.uri == invite.uri)
    #expect(!ack.fields.contains(.require))
    #expect(bench.datagrams.last?.to == bench.datagrams.first?.to)
    #expect(ack.vias == [try #require(invite.topVia)])
    #expect(ack.fields.values(.route) == invite.fields.values(.route))
    #expect(ack.to?.tag == "bob")
    #expect(ack.from == invite.from)
    #expect(ack.callID == invite.callID)
    #expect(ack.cseq == CSeq(number: 7, method: .ack))
    #expect(bench.statuses == [486])
    bench.receive(Response(to: invite, status: .busyHere, toTag: "bob"))
    #expect(bench.sentRequests.map(\.method) == [.invite, .ack, .ack])
    #expect(bench.statuses == [486])
  }

  // Proves: rfc3261-17.1.1.2-02 rfc3261-17.1.1.2-13 rfc3261-17.1.1.2-25
  @Test("An INVITE is repeated as timer A says, byte for byte, and reported as timed out")
  func retransmissions() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request())
    bench.run(to: 60_000)
    #expect(bench.orders.count == 7)
    #expect(Set(bench.orders).count == 1)
    #expect(bench.failures == [.timedOut])
    #expect(bench.layer.transactionCount == 0)
    #expect(bench.layer.nextDeadline == nil)
  }

  // Proves: rfc6026-6-01 rfc6026-7.2-02 rfc6026-7.2-05 rfc6026-8.4-10 rfc6026-8.4-13
  @Test("Every 2xx of a forked INVITE reaches the transaction user, until 64*T1 have passed")
  func forks() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request())
    let invite = try #require(bench.sentRequests.first)
    bench.receive(Response(to: invite, status: .ok, toTag: "one"))
    bench.receive(Response(to: invite, status: .ok, toTag: "two"))
    #expect(bench.responses.map { $0.to?.tag } == ["one", "two"])
    bench.run(to: 32_001)
    bench.receive(Response(to: invite, status: .ok, toTag: "three"))
    #expect(bench.responses.count == 2)
    #expect(bench.layer.transactionCount == 0)
  }

  // Proves: rfc3261-18.4-01
  @Test("An ICMP error fails the requests to that address at once, and no others")
  func unreachable() {
    var bench = LayerBench()
    let first = bench.send(LayerBench.request())
    let second = bench.send(LayerBench.request(.options), to: "sip:192.0.2.2")
    bench.handle(.datagramFailed(to: LayerBench.peer, from: LayerBench.listener))
    #expect(bench.failures == [.unreachable("Nothing listens at 192.0.2.1:5060 (UDP refused), or there is no way to it.")])
    #expect(first != second)
    bench.handle(.datagramFailed(to: SocketAddress(.v4(0xC000_0202), port: 5060), from: LayerBench.listener))
    #expect(bench.failures.count == 2)
  }

  @Test("The ACK to a 2xx goes out with a new branch, once, and leaves nothing behind")
  func plainAcknowledgement() throws {
    var bench = LayerBench()
    bench.acknowledge(LayerBench.request(.ack), to: "sip:192.0.2.1")
    bench.run(to: 60_000)
    #expect(bench.sentRequests.map(\.method) == [.ack])
    #expect(bench.layer.transactionCount == 0)
  }

  @Test("The placeholder in Contact becomes the address of the way that the request takes")
  func contact() throws {
    var bench = LayerBench()
    let hop = NextHop(uri: LayerBench.uri("sip:192.0.2.1"))
    var request = LayerBench.request()
    request.fields.append(Contact(.sip(bench.layer.contact(for: hop, user: "alice"))))
    _ = bench.send(request, to: hop)
    #expect(bench.sentRequests.first?.fields.first(.contact) == "<sip:alice@192.0.2.10:5060>")
  }

  @Test("A statistics counter moves for what was sent and received")
  func counters() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request())
    bench.run(to: 600)
    let invite = try #require(bench.sentRequests.first)
    bench.receive(Response(to: invite, status: .ringing, toTag: "x"))
    bench.receive(Response(to: invite, status: .ok, toTag: "x"))
    #expect(bench.layer.statistics.requestsSent == 1)
    #expect(bench.layer.statistics.requestRetransmissionsSent == 1)
    #expect(bench.layer.statistics.responsesReceived == [1, 1, 0, 0, 0, 0])
  }

  // Proves: rfc3261-17.1.2.2-12
  @Test("Ten thousand transactions at once cost no scans: each ends at its own time")
  func many() {
    var bench = LayerBench()
    for _ in 0..<10_000 { _ = bench.send(LayerBench.request(.options)) }
    _ = bench.take()
    bench.run(to: 31_999)
    #expect(bench.failures.isEmpty)
    bench.run(to: 32_000)
    #expect(bench.failures.count == 10_000)
    #expect(bench.layer.transactionCount == 0)
  }
}
