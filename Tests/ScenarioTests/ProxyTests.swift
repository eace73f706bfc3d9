import Exchange
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("The exchange's proxy (RFC 3261 section 16, RFC 5626 section 5)")
struct ProxyTests {
  private func twoBobs() -> ExchangeBench {
    let bench = ExchangeBench()
    _ = bench.register("bob", contact: "<sip:bob@127.0.0.3>", at: ExchangeBench.bob)
    _ = bench.register("bob", contact: "<sip:bob@127.0.0.4>", call: "second", at: ExchangeBench.carol)
    return bench
  }

  private func invite(_ bench: ExchangeBench, _ uri: String = "sip:bob@example.test") -> [ExchangeBench.Sent] {
    bench.request(
      "INVITE", uri, from: "sip:alice@example.test", to: uri, at: ExchangeBench.alice, branch: "z9hG4bKinvite",
      ["Contact: <sip:alice@127.0.0.2>"])
  }

  private func requests(_ sent: [ExchangeBench.Sent], _ method: Method) -> [(to: SocketAddress?, request: Request)] {
    sent.compactMap { sent in sent.message.request.flatMap { $0.method == method ? (sent.to, $0) : nil } }
  }

  private func statuses(_ sent: [ExchangeBench.Sent]) -> [Int] { sent.compactMap { $0.message.response?.status.rawValue } }

  @Test("An INVITE is answered with 100 at once and forked to every binding, each with a hop less and our Record-Route and Via")
  func forks() throws {
    let bench = twoBobs()
    let sent = invite(bench)
    #expect(statuses(sent) == [100])
    let forked = requests(sent, .invite)
    #expect(Set(forked.map(\.to)) == [ExchangeBench.bob, ExchangeBench.carol])
    for (_, request) in forked {
      #expect(request.maxForwards == 69)
      #expect(request.vias.count == 2)
      #expect(request.recordRoutes.count == 1)
      #expect(request.recordRoutes.first?.address.uri.sip?.isLooseRouter == true)
    }
    #expect(Set(forked.compactMap { $0.request.topVia?.branch }).count == 2)
  }

  @Test("The first 2xx goes to the caller and the other branch is cancelled with the reason that the call was taken elsewhere")
  func firstAnswerWins() throws {
    let bench = twoBobs()
    let forked = requests(invite(bench), .invite)
    let toBob = try #require(forked.first { $0.to == ExchangeBench.bob }).request
    let toCarol = try #require(forked.first { $0.to == ExchangeBench.carol }).request
    #expect(statuses(bench.answer(toCarol, .ringing, tag: "c", at: ExchangeBench.carol)) == [180])
    let sent = bench.answer(toBob, .ok, tag: "b", at: ExchangeBench.bob, contact: "sip:bob@127.0.0.3")
    #expect(statuses(sent) == [200])
    let response = try #require(sent.compactMap(\.message.response).first)
    #expect(response.vias.count == 1)
    let cancel = try #require(requests(sent, .cancel).first)
    #expect(cancel.to == ExchangeBench.carol)
    #expect(cancel.request.value(Reason.self)?.cause == 200)
    // A second 2xx that crossed the CANCEL goes to the caller all the same (section 16.7 step 5).
    #expect(statuses(bench.answer(toCarol, .ok, tag: "c", at: ExchangeBench.carol, contact: "sip:bob@127.0.0.4")) == [200])
  }

  @Test("When every branch refuses, the caller hears the best refusal once")
  func bestRefusal() throws {
    let bench = twoBobs()
    let forked = requests(invite(bench), .invite)
    let first = try #require(forked.first)
    let second = try #require(forked.last)
    #expect(statuses(bench.answer(first.request, .serviceUnavailable, tag: "x", at: try #require(first.to))).isEmpty)
    #expect(statuses(bench.answer(second.request, .busyHere, tag: "y", at: try #require(second.to))) == [486])
  }

  @Test("A 6xx ends the search: the other branch is cancelled and the caller hears the 6xx")
  func globalRefusal() throws {
    let bench = twoBobs()
    let forked = requests(invite(bench), .invite)
    let first = try #require(forked.first)
    let second = try #require(forked.last)
    _ = bench.answer(second.request, .ringing, tag: "y", at: try #require(second.to))
    let sent = bench.answer(first.request, .decline, tag: "x", at: try #require(first.to))
    #expect(requests(sent, .cancel).count == 1)
    let ended = bench.answer(second.request, .requestTerminated, tag: "y", at: try #require(second.to))
    #expect(statuses(ended) == [603])
  }

  @Test("The caller's CANCEL goes to every branch that rings, and the 487 comes back")
  func cancels() throws {
    let bench = twoBobs()
    let forked = requests(invite(bench), .invite)
    for (to, request) in forked { _ = bench.answer(request, .ringing, tag: "t", at: try #require(to)) }
    let sent = bench.request(
      "CANCEL", "sip:bob@example.test", from: "sip:alice@example.test", to: "sip:bob@example.test", at: ExchangeBench.alice,
      branch: "z9hG4bKinvite")
    #expect(statuses(sent) == [200])
    #expect(requests(sent, .cancel).count == 2)
    var heard: [Int] = []
    for (to, request) in forked { heard += statuses(bench.answer(request, .requestTerminated, tag: "t", at: try #require(to))) }
    #expect(heard == [487])
  }

  @Test("A branch that rings without end is cancelled by timer C, and the caller hears 408")
  func timerC() throws {
    let bench = ExchangeBench()
    _ = bench.register("bob", contact: "<sip:bob@127.0.0.3>", at: ExchangeBench.bob)
    let request = try #require(requests(invite(bench), .invite).first).request
    _ = bench.answer(request, .ringing, tag: "t", at: ExchangeBench.bob)
    let sent = bench.wait(.seconds(181))
    #expect(requests(sent, .cancel).first?.to == ExchangeBench.bob)
    #expect(statuses(sent).contains(408))
  }

  @Test("Nobody of that name is 404, somebody without a binding 480, no hop left 483, an unknown Proxy-Require 420")
  func refusals() {
    let bench = ExchangeBench()
    let options = { (bench: ExchangeBench, uri: String, more: [String]) in
      bench.request(
        "OPTIONS", uri, from: "sip:alice@example.test", to: uri, call: "o\(uri.utf8.count)-\(more.count)", at: ExchangeBench.alice,
        more
      ).compactMap { $0.message.response?.status.rawValue }
    }
    #expect(options(bench, "sip:nobody-here@example.test", []) == [404])
    #expect(options(bench, "sip:bob@example.test", []) == [480])
    #expect(options(bench, "sip:bob@example.test", ["Proxy-Require: teleport"]) == [420])
    let text =
      "OPTIONS sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKh\r\nMax-Forwards: 0\r\n"
      + "From: <sip:a@b>;tag=1\r\nTo: <sip:bob@example.test>\r\nCall-ID: h\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    #expect(statuses(bench.deliver(text, at: ExchangeBench.alice)) == [483])
  }

  @Test("A request that comes back unchanged is a loop: 482; one that comes back with another Request-URI is a spiral and goes on")
  func loops() throws {
    let bench = twoBobs()
    let forked = try #require(requests(invite(bench), .invite).first).request
    // Somebody sends it back to the proxy as it went in.
    var loop = forked
    loop.uri = .sip(try SIPURI(parsing: "sip:bob@example.test"))
    loop.fields.prepend(Via(transport: "UDP", host: .address(ExchangeBench.bob.address), port: 5060, branch: "z9hG4bKback"))
    #expect(statuses(bench.deliver(loop.serialized(), at: ExchangeBench.bob)) == [482])
    var spiral = loop
    spiral.uri = .sip(try SIPURI(parsing: "sip:alice@example.test"))
    spiral.fields.replaceFirstElement(
      with: Via(transport: "UDP", host: .address(ExchangeBench.bob.address), port: 5060, branch: "z9hG4bKspiral"))
    #expect(!statuses(bench.deliver(spiral.serialized(), at: ExchangeBench.bob)).contains(482))
  }

  @Test("Forking shares Max-Breadth among the branches, and with too little of it the answer is 440")
  func breadth() {
    let bench = twoBobs()
    let sent = { (breadth: Int?, call: String) in
      bench.request(
        "INVITE", "sip:bob@example.test", from: "sip:alice@example.test", to: "sip:bob@example.test", call: call,
        at: ExchangeBench.alice, ["Contact: <sip:alice@127.0.0.2>"] + (breadth.map { ["Max-Breadth: \($0)"] } ?? []))
    }
    #expect(requests(sent(nil, "b0"), .invite).map { $0.request.value(MaxBreadth.self)?.value } == [30, 30])
    #expect(requests(sent(5, "b5"), .invite).map { $0.request.value(MaxBreadth.self)?.value } == [2, 2])
    #expect(statuses(sent(1, "b1")) == [440])
  }

  @Test(
    "A call to a binding that came over TCP goes down the same connection, and is 480 with the binding gone once that is closed")
  func usesTheFlow() throws {
    let bench = ExchangeBench()
    let flow = FlowID(1)
    _ = bench.handle(.network(.accepted(flow, .tcp, ConnectionFacts(local: ExchangeBench.home, remote: ExchangeBench.bob))))
    let response = try #require(
      bench.register(
        "bob", contact: "<sip:bob@10.9.8.7;transport=tcp>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"", at: ExchangeBench.bob,
        flow: flow,
        ["Supported: outbound, path"]))
    #expect(response.status == .ok)
    let sent = invite(bench)
    #expect(sent.contains { $0.flow == flow && $0.message.request?.method == .invite })
    _ = bench.handle(.network(.failed(flow, .closedByPeer)))
    #expect(bench.exchange.bindingCount == 0)
  }
}
