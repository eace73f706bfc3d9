import Exchange
import Media
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("The exchange's robots")
struct RobotTests {
  private static let offer = """
    v=0\r
    o=alice 1 1 IN IP4 127.0.0.2\r
    s=-\r
    c=IN IP4 127.0.0.2\r
    t=0 0\r
    m=audio 30000 RTP/AVP 0\r
    a=rtpmap:0 PCMU/8000\r

    """

  private func call(_ bench: ExchangeBench, _ number: String) -> [ExchangeBench.Sent] {
    bench.request(
      "INVITE", "sip:\(number)@example.test", from: "sip:alice@example.test", to: "sip:\(number)@example.test",
      at: ExchangeBench.alice,
      branch: "z9hG4bKcall", body: Self.offer, ["Contact: <sip:alice@127.0.0.2>"])
  }

  private func statuses(_ sent: [ExchangeBench.Sent]) -> [Int] { sent.compactMap { $0.message.response?.status.rawValue } }

  @Test("The directory names every robot with a number, and each number is answered")
  func directory() {
    let entries = ExchangeBench().exchange.directory.entries
    #expect(entries.count == 34)
    #expect(Set(entries.map(\.number)).count == entries.count)
    for entry in entries {
      let bench = ExchangeBench()
      #expect(entry.uri == "sip:\(entry.number)@example.test")
      let heard = statuses(call(bench, entry.number)) + statuses(bench.wait(.milliseconds(100)))
      #expect(heard.first == 100 && heard.count > 1, "\(entry.name) says \(heard)")
    }
  }

  @Test("Echo rings, answers with an SDP answer, and its media runs as an echo to where the offer said")
  func echo() throws {
    let bench = ExchangeBench()
    #expect(statuses(call(bench, "210")) == [100, 180])
    let sent = bench.wait(.seconds(1))
    #expect(statuses(sent).contains(200))
    let ok = try #require(sent.compactMap(\.message.response).first { $0.status == .ok })
    #expect(ok.contentType == .sdp)
    #expect(ok.recordRoutes.count == 1)
    var running: (MediaParameters, AudioSource)?
    for case .run(_, let parameters, let source) in bench.mediaOrders { running = (parameters, source) }
    let (parameters, source) = try #require(running)
    #expect(source == .echo)
    #expect(parameters.remoteRTP == SocketAddress(.v4(0x7F00_0002), port: 30000))
  }

  @Test("The busy one says 486")
  func busy() {
    let bench = ExchangeBench()
    #expect(statuses(call(bench, "213")) == [100, 486])
  }

  @Test("Nobody home rings and never answers; the caller's CANCEL ends it with 487")
  func nobody() {
    let bench = ExchangeBench()
    #expect(statuses(call(bench, "214")) == [100, 180])
    #expect(!statuses(bench.wait(.seconds(60))).contains { $0 >= 200 })
    let sent = bench.request(
      "CANCEL", "sip:214@example.test", from: "sip:alice@example.test", to: "sip:214@example.test", at: ExchangeBench.alice,
      branch: "z9hG4bKcall")
    #expect(statuses(sent).sorted() == [200, 487])
  }
}
