import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 3261 section 12.2.1.1: requests of a dialog leave in the order of their numbers")
struct RequestOrderTests {
  private static let facts = ConnectionFacts(
    local: SocketAddress(.v4(0xC000_020A), port: 41_000), remote: LayerBench.peer)

  /// Within a dialog; a large one goes by TCP.
  private func request(_ method: Method, _ number: UInt32, body: Int = 0, dialog: String = "b1") -> Request {
    var request = LayerBench.request(method, body: body)
    request.fields.set(CSeq(number: number, method: method))
    request.fields.removeAll(.to)
    request.fields.append(name: .to, value: "<sip:bob@example.com>;tag=\(dialog)")
    return request
  }

  private func numbers(_ messages: [Request]) -> [UInt32] { messages.compactMap(\.cseq?.number) }

  // Proves: rfc3261-12.2.1.1-07
  @Test("What could go at once by UDP waits behind a large request that waits for its connection")
  func waits() throws {
    var bench = LayerBench()
    _ = bench.send(request(.invite, 8, body: 1300))
    _ = bench.send(request(.notify, 9))
    _ = bench.send(request(.info, 10))
    #expect(bench.datagrams.isEmpty)
    let flow = try #require(bench.opened.first).0
    bench.handle(.opened(flow, Self.facts))
    #expect(bench.messages(on: flow).compactMap { $0.request?.cseq?.number } == [8])
    #expect(bench.datagrams.isEmpty)
    bench.run(to: 0)
    #expect(numbers(bench.sentRequests) == [9, 10])
  }

  @Test("It follows when the request before it goes another way, and when that one is taken back")
  func follows() throws {
    var bench = LayerBench()
    _ = bench.send(request(.invite, 8, body: 1300))
    _ = bench.send(request(.notify, 9))
    bench.handle(.failed(try #require(bench.opened.first).0, .refused))
    bench.run(to: 0)
    #expect(numbers(bench.sentRequests) == [8, 9])

    _ = bench.take()
    let reinvite = bench.send(request(.invite, 11, body: 1300, dialog: "b2"))
    _ = bench.send(request(.bye, 12, dialog: "b2"))
    #expect(bench.datagrams.isEmpty)
    bench.withdraw(reinvite)
    bench.run(to: 0)
    #expect(numbers(bench.sentRequests) == [12])
    #expect(bench.failures == [.cancelled])
  }

  @Test("One that waits for its turn can be taken back; the one after it still follows")
  func takenBack() throws {
    var bench = LayerBench()
    _ = bench.send(request(.invite, 8, body: 1300))
    let info = bench.send(request(.info, 9))
    _ = bench.send(request(.notify, 10))
    bench.withdraw(info)
    #expect(bench.failures == [.cancelled])
    bench.handle(.opened(try #require(bench.opened.first).0, Self.facts))
    bench.run(to: 0)
    #expect(numbers(bench.sentRequests) == [10])
    #expect(bench.layer.tableSizes.first { $0.name == "waiting for their turn" }?.count == 0)
  }

  @Test("Requests of other dialogs, and those that begin one, wait for nobody; neither does an ACK")
  func others() {
    var bench = LayerBench()
    _ = bench.send(request(.invite, 8, body: 1300))
    _ = bench.send(request(.notify, 9, dialog: "b2"))
    _ = bench.send(LayerBench.request(.options))
    bench.acknowledge(request(.ack, 7), to: "sip:192.0.2.1")
    #expect(bench.sentRequests.map(\.method) == [.notify, .options, .ack])
  }

  /// A request that left over a connection, which then broke; and one that waits for its own connection meanwhile.
  private func broken(_ bench: inout LayerBench) throws -> ClientTransactionID {
    bench.layer.renewsRequests = true
    let info = bench.send(request(.info, 8), to: "sip:192.0.2.1;transport=tcp")
    let flow = try #require(bench.opened.first).0
    bench.handle(.opened(flow, Self.facts))
    #expect(bench.messages(on: flow).compactMap { $0.request?.cseq?.number } == [8])
    _ = bench.take()
    let update = bench.send(request(.update, 9), to: "sip:192.0.2.1", flow: .stream(flow))
    #expect(bench.messages(on: flow).compactMap { $0.request?.cseq?.number } == [9])
    _ = bench.take()
    bench.handle(.failed(flow, .closedByPeer))
    #expect(bench.failures == [.flowDied])
    #expect(bench.lost == [update])
    _ = info
    return update
  }

  // Proves: rfc3261-12.2.1.1-07
  @Test("One that was sent in vain goes another way with a new number only, and behind those that wait")
  func renewed() throws {
    var bench = LayerBench()
    let update = try broken(&bench)
    _ = bench.take()
    _ = bench.send(request(.invite, 10, body: 1300), to: "sip:192.0.2.1;transport=tcp")
    bench.goOn(update, with: request(.update, 11))
    #expect(bench.datagrams.isEmpty)
    bench.handle(.opened(try #require(bench.opened.last).0, Self.facts))
    bench.run(to: 0)
    #expect(numbers(bench.sentRequests) == [11])
    #expect(bench.failures.isEmpty)
    // Its answer belongs to the same transaction as ever.
    bench.receive(Response(to: try #require(bench.sentRequests.last), status: .ok))
    #expect(bench.outputs.contains { if case .response(update, _, _) = $0 { true } else { false } })
  }

  @Test("One that was sent in vain and is not wanted any more fails with what became of it, and nothing of it is kept")
  func givenUp() throws {
    var bench = LayerBench()
    let update = try broken(&bench)
    _ = bench.take()
    bench.giveUp(update)
    #expect(bench.failures == [.flowDied])
    bench.goOn(update, with: request(.update, 11))
    bench.run(to: 40_000)
    #expect(bench.sentRequests.isEmpty)
    #expect(bench.layer.transactionCount == 0)
  }
}
