import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("Hostile input at the transport layer")
struct HostileInputTests {
  @Test("Garbage is counted, dropped and not answered")
  func garbage() {
    var bench = LayerBench()
    var random = RandomSource(seed: 3)
    for length in 0..<400 {
      let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.nextUInt64()) }
      bench.handle(.datagram(bytes, from: LayerBench.peer, to: LayerBench.listener))
    }
    #expect(bench.outputs.isEmpty)
    #expect(bench.layer.statistics.unparsableMessages > 300)
    #expect(bench.layer.transactionCount == 0)
  }

  @Test("Keep-alive datagrams are no messages")
  func keepAlives() {
    var bench = LayerBench()
    for bytes: [UInt8] in [[], [13, 10], [13, 10, 13, 10], [0], [0, 0, 0, 0]] {
      bench.handle(.datagram(bytes, from: LayerBench.peer, to: LayerBench.listener))
    }
    #expect(bench.outputs.isEmpty)
    #expect(bench.layer.statistics.keepAlivesReceived == 5)
    #expect(bench.layer.statistics.unparsableMessages == 0)
  }

  // Proves: rfc3261-8.2.7-03
  @Test("A legible but wrong request gets 400, never with more bytes than it had; an ACK and a response get nothing")
  func salvage() throws {
    var bench = LayerBench()
    let wrong = LayerBench.text("OPTIONS").replacingFirst("CSeq: 1 OPTIONS", with: "CSeq: one OPTIONS")
    bench.receive(wrong)
    #expect(bench.orders.count == 1)
    guard case .datagram(let answer, to: let remote, from: _) = try #require(bench.orders.first) else { return }
    #expect(String(decoding: answer, as: UTF8.self).hasPrefix("SIP/2.0 400 Bad Request"))
    #expect(answer.count <= wrong.utf8.count)
    #expect(remote == LayerBench.peer)
    _ = bench.take()
    bench.receive(LayerBench.text("ACK").replacingFirst("CSeq: 1 ACK", with: "CSeq: one ACK"))
    #expect(bench.orders.isEmpty)
    bench.receive("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKx\r\n\r\n")
    #expect(bench.orders.isEmpty)
    #expect(bench.requests.isEmpty)
  }

  @Test("A refused request cannot make us send to somebody else")
  func reflection() {
    var bench = LayerBench()
    bench.receive(
      LayerBench.text("OPTIONS", via: "198.51.100.7:53", viaParameters: ";maddr=198.51.100.8")
        .replacingFirst("CSeq: 1 OPTIONS", with: "CSeq: one OPTIONS"))
    #expect(bench.datagrams.allSatisfy { $0.to.address == LayerBench.peer.address })
  }

  // Proves: rfc3261-18.3-01 rfc3261-18.3-03
  @Test("A datagram that is shorter than its Content-Length says gets 400; one that is longer loses the rest (section 18.3)")
  func lyingLength() throws {
    var bench = LayerBench()
    bench.receive(LayerBench.text("OPTIONS", contentLength: "500"))
    #expect(bench.requests.isEmpty)
    #expect(bench.sentResponses.map(\.status) == [.badRequest])
    bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bK-b") + "more than announced")
    #expect(bench.requests.first?.received.request.body == [])
  }

  @Test("A stream that is no SIP, or has no Content-Length, is closed")
  func brokenStream() {
    for text in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP b\r\n\r\n"] {
      var bench = LayerBench()
      bench.handle(.accepted(FlowID(7), .tcp, StreamTests.facts))
      bench.handle(.bytes(Array(text.utf8), on: FlowID(7)))
      #expect(bench.orders == [.close(FlowID(7))])
      #expect(bench.closed.count == 1)
      bench.handle(.bytes(Array(LayerBench.text("OPTIONS").utf8), on: FlowID(7)))
      #expect(bench.requests.isEmpty, "Nothing is read from a closed connection.")
    }
  }

  @Test("A head without end, and a Content-Length beyond all bounds, close the connection before they fill the memory")
  func endless() {
    var bench = LayerBench()
    bench.handle(.accepted(FlowID(7), .tcp, StreamTests.facts))
    var sent = 0
    while bench.closed.isEmpty, sent < 1_000_000 {
      bench.handle(.bytes(Array("OPTIONS sip:a SIP/2.0\r\nX: ".utf8) + Array(repeating: 65, count: 1000), on: FlowID(7)))
      sent += 1000
    }
    #expect(sent < 100_000)
    bench = LayerBench()
    bench.handle(.accepted(FlowID(7), .tcp, StreamTests.facts))
    bench.handle(.bytes(Array(LayerBench.text("OPTIONS", contentLength: "4294967295").utf8), on: FlowID(7)))
    #expect(bench.closed.count == 1)
  }

  @Test("A message that is begun and not finished closes the connection after 32 s, however often a byte drips in")
  func slowLoris() {
    var bench = LayerBench()
    bench.handle(.accepted(FlowID(7), .tcp, StreamTests.facts))
    for (second, byte) in LayerBench.text("OPTIONS").utf8.prefix(31).enumerated() {
      bench.run(to: Int64(second) * 1000)
      bench.handle(.bytes([byte], on: FlowID(7)))
    }
    #expect(bench.closed.isEmpty)
    bench.run(to: 32_000)
    #expect(bench.closed.count == 1)
    #expect(bench.layer.nextDeadline == nil)
  }

  // Proves: rfc3261-18-01 rfc3261-18-02
  @Test("An idle connection between messages is left alone")
  func idle() {
    var bench = LayerBench()
    bench.handle(.accepted(FlowID(7), .tcp, StreamTests.facts))
    bench.handle(.bytes(Array(LayerBench.text("OPTIONS", transport: "TCP").utf8), on: FlowID(7)))
    bench.run(to: 600_000)
    #expect(bench.closed.isEmpty)
  }

  @Test("Connections beyond the limit push out the one that was silent longest")
  func manyConnections() {
    var bench = LayerBench()
    for number in 0..<4100 {
      bench.run(to: Int64(number))
      bench.handle(.accepted(FlowID(UInt64(2 * number + 1)), .tcp, StreamTests.facts))
    }
    #expect(bench.closed.map(\.0) == [1, 3, 5, 7].map { FlowID($0) })
  }

  @Test("Events for connections, listeners and lookups that are unknown change nothing")
  func unknown() {
    var bench = LayerBench()
    bench.handle(.bytes([1, 2, 3], on: FlowID(99)))
    bench.handle(.failed(FlowID(99), .refused))
    bench.handle(.opened(FlowID(98), StreamTests.facts))
    bench.handle(.resolved(LookupID(5), .records([])))
    bench.handle(.datagram([65], from: LayerBench.peer, to: ListenerID(77)))
    bench.handle(.datagramFailed(to: LayerBench.peer, from: ListenerID(77)))
    bench.respond(ServerTransactionID(5), Response(status: .ok))
    bench.cancel(ClientTransactionID(5))
    #expect(bench.outputs.isEmpty)
  }

  @Test("Requests beyond the limit are refused with 503 and leave nothing behind")
  func load() {
    var bench = LayerBench()
    bench.layer.transactionLimit = 100
    for number in 0..<100 {
      bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bK\(number)"))
    }
    _ = bench.take()
    bench.receive(LayerBench.text("OPTIONS", branch: "z9hG4bKone-more"))
    #expect(bench.requests.isEmpty)
    #expect(bench.sentResponses.map(\.status) == [.serviceUnavailable])
    #expect(bench.layer.transactionCount == 100)
  }
}

extension String {
  /// The text with the first occurrence of a part exchanged.
  func replacingFirst(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func firstRange(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
