import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 17, RFC 6026: what the machines do at their edges")
struct TransactionRulesTests {
  // Proves: rfc3261-17.1.1.2-12 rfc3261-17.1.1.2-11 rfc3261-17.1.1.2-21
  @Test(
    "Whatever T1 is, the pauses double, timer B is 64*T1, and timer D never less than 32 s", arguments: [100, 500, 2000] as [Int64])
  func otherT1(t1: Int64) {
    let timers = TransactionTimers(t1: .milliseconds(t1))
    var outputs: [InviteClientTransaction.Output] = []
    var machine = InviteClientTransaction(timers: timers, isReliable: false, now: .at(0), into: &outputs)
    #expect(machine.run(until: 1_000_000).map(\.at) == [1, 3, 7, 15, 31, 63, 64].map { $0 * t1 })
    machine = InviteClientTransaction(timers: timers, isReliable: false, now: .at(0), into: &outputs)
    machine.receive(Response(status: .busyHere), now: .at(0), into: &outputs)
    #expect(machine.nextDeadline == .at(max(32_000, 64 * t1)))
  }

  // Proves: rfc6026-6-02 rfc6026-7.1-07 rfc6026-7.1-08 rfc6026-8.8-01
  @Test("A response that cannot be sent leaves the INVITE server transaction where it is, and the transaction user is told")
  func serverKeepsState() throws {
    for status in [180, 486, 200] {
      var machine = InviteServerTransaction(timers: TransactionTimers(), isReliable: false, now: .at(0))
      var outputs: [InviteServerTransaction.Output] = []
      machine.send(StatusCode(status), now: .at(0), into: &outputs)
      outputs = []
      let deadline = machine.nextDeadline
      machine.transportFailed(into: &outputs)
      #expect(outputs == [.undeliverable])
      #expect(machine.nextDeadline == deadline)
      outputs = []
      machine.receiveRetransmission(into: &outputs)
      #expect(outputs == (status == 200 ? [] : [.transmit]))
    }
    var bench = LayerBench()
    bench.handle(.accepted(FlowID(3), .tcp, StreamTests.facts))
    let text = LayerBench.text("INVITE", transport: "TCP")
    bench.handle(.bytes(Array(text.utf8), on: FlowID(3)))
    let request = try #require(bench.requests.first)
    bench.handle(.failed(FlowID(3), .closedByPeer))
    bench.respond(request.id, Response(to: request.received.request, status: .busyHere, toTag: "a"))
    bench.handle(.failed(try #require(bench.opened.first).0, .refused))
    #expect(bench.undeliverable == [request.id])
    #expect(bench.layer.transactionCount == 1)
    // The caller comes back over a new connection and asks again: the same transaction knows it.
    bench.handle(.accepted(FlowID(5), .tcp, StreamTests.facts))
    bench.handle(.bytes(Array(text.utf8), on: FlowID(5)))
    #expect(bench.requests.count == 1)
    bench.run(to: 32_000)
    #expect(bench.serverTimeouts == [request.id])
    #expect(bench.layer.transactionCount == 0)
  }

  // Proves: rfc6026-7.1-05 rfc6026-7.1-06 rfc6026-8.7-02 rfc6026-8.7-03 rfc6026-8.7-04
  @Test("64*T1 after the 2xx the transaction is gone, on every transport")
  func timerL() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE"))
    bench.handle(.accepted(FlowID(3), .tcp, StreamTests.facts))
    bench.handle(.bytes(Array(LayerBench.text("INVITE", branch: "z9hG4bK-tcp", transport: "TCP").utf8), on: FlowID(3)))
    for request in bench.requests { bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a")) }
    bench.run(to: 31_999)
    #expect(bench.layer.transactionCount == 2)
    bench.run(to: 32_000)
    #expect(bench.layer.transactionCount == 0)
    #expect(bench.serverTimeouts.isEmpty)
  }

  // Proves: rfc6026-6-05
  @Test("The ACK to a 2xx of a peer without the magic cookie reaches the transaction user")
  func oldAcknowledgement() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("INVITE", branch: "1"))
    let request = try #require(bench.requests.first)
    bench.respond(request.id, Response(to: request.received.request, status: .ok, toTag: "a"))
    bench.receive(LayerBench.text("ACK", branch: "1", toTag: "a"))
    #expect(bench.acknowledgements.count == 1)
  }
}
