import Exchange
import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("The exchange's registrar (RFC 3261 section 10.3, RFC 3327, 5626 section 6, 5627 section 5)")
struct RegistrarTests {
  @Test("An exchange listens on loopback only and refuses any other address")
  func loopbackOnly() throws {
    let bench = ExchangeBench()
    let elsewhere = SocketAddress(try #require(IPAddress("192.0.2.1")), port: 5060)
    _ = bench.handle(.network(.listening(ListenerID(9), .udp, elsewhere)))
    #expect(bench.events == [.listenerRefused(elsewhere)])
    #expect(!Exchange.permits(elsewhere))
    let ping =
      "OPTIONS sip:example.test SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKx\r\nMax-Forwards: 70\r\n"
      + "From: <sip:a@b>;tag=1\r\nTo: <sip:example.test>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    let sent = bench.handle(.network(.datagram(Array(ping.utf8), from: ExchangeBench.alice, to: ListenerID(9))))
    #expect(sent.isEmpty)
    #expect(bench.deliver(ping, at: ExchangeBench.alice).first?.message.response?.status == .ok)
  }

  @Test("A REGISTER makes a binding, the 200 lists it with its lifetime, and it goes when its time is over")
  func registers() throws {
    let bench = ExchangeBench()
    let response = try #require(
      bench.register("alice", contact: "<sip:alice@127.0.0.2>", at: ExchangeBench.alice, ["Expires: 600"]))
    #expect(response.status == .ok)
    #expect(response.contacts.map(\.expires) == [600])
    #expect(response.to?.tag != nil)
    let fetched = bench.request(
      "REGISTER", "sip:example.test", from: "sip:alice@example.test", to: "sip:alice@example.test", call: "reg-alice", sequence: 2,
      at: ExchangeBench.alice)
    #expect(fetched.last?.message.response?.contacts.count == 1)
    _ = bench.wait(.seconds(601))
    let gone = bench.request(
      "REGISTER", "sip:example.test", from: "sip:alice@example.test", to: "sip:alice@example.test", call: "reg-alice", sequence: 3,
      at: ExchangeBench.alice)
    #expect(gone.last?.message.response?.contacts.isEmpty == true)
  }

  @Test("A lifetime that is too short is refused with 423 and Min-Expires")
  func tooBrief() throws {
    let bench = ExchangeBench()
    let response = try #require(bench.register("alice", contact: "<sip:alice@127.0.0.2>;expires=5", at: ExchangeBench.alice))
    #expect(response.status == .intervalTooBrief)
    #expect(response.value(MinExpires.self)?.seconds == 60)
    #expect(bench.exchange.bindingCount == 0)
  }

  @Test("A wildcard with Expires 0 removes every binding, and without it is refused")
  func wildcard() throws {
    let bench = ExchangeBench()
    _ = bench.register("alice", contact: "<sip:alice@127.0.0.2>", at: ExchangeBench.alice)
    _ = bench.register("alice", contact: "<sip:alice@127.0.0.4>", call: "other", at: ExchangeBench.carol)
    #expect(bench.exchange.bindingCount == 2)
    #expect(bench.register("alice", contact: "*", sequence: 2, at: ExchangeBench.alice)?.status == .badRequest)
    #expect(bench.register("alice", contact: "*", sequence: 3, at: ExchangeBench.alice, ["Expires: 0"])?.status == .ok)
    #expect(bench.exchange.bindingCount == 0)
  }

  @Test("A CSeq that does not rise within one Call-ID changes nothing")
  func outOfOrder() throws {
    let bench = ExchangeBench()
    _ = bench.register("alice", contact: "<sip:alice@127.0.0.2>", sequence: 7, at: ExchangeBench.alice)
    let late = bench.register("alice", contact: "<sip:alice@127.0.0.2>;expires=0", sequence: 6, at: ExchangeBench.alice)
    #expect(late?.status == .serverInternalError)
    #expect(bench.exchange.bindingCount == 1)
  }

  @Test("Nobody registers at an address that does not exist")
  func unknownAddress() {
    let bench = ExchangeBench()
    #expect(bench.register("mallory", contact: "<sip:m@127.0.0.2>", at: ExchangeBench.alice)?.status == .notFound)
  }

  private static let instance = "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\""

  @Test(
    "With a reg-id, instance and reg-id name the binding whatever its URI, and the 200 requires outbound and gives a Flow-Timer")
  func outbound() throws {
    let bench = ExchangeBench()
    let first = try #require(
      bench.register(
        "alice", contact: "<sip:alice@127.0.0.2>;reg-id=1;\(Self.instance)", at: ExchangeBench.alice,
        ["Supported: path, outbound"]))
    #expect(first.status == .ok)
    #expect(first.fields.optionTags(Require.self) == [.outbound])
    #expect(first.value(FlowTimer.self) != nil)
    _ = bench.register(
      "alice", contact: "<sip:alice@127.0.0.4>;reg-id=1;\(Self.instance)", sequence: 2, at: ExchangeBench.carol,
      ["Supported: path, outbound"])
    #expect(bench.exchange.bindingCount == 1)
    _ = bench.register(
      "alice", contact: "<sip:alice@127.0.0.4>;reg-id=2;\(Self.instance)", sequence: 3, at: ExchangeBench.carol,
      ["Supported: path, outbound"])
    #expect(bench.exchange.bindingCount == 2)
  }

  @Test("A first hop without outbound is refused with 439")
  func firstHop() throws {
    let bench = ExchangeBench()
    let response = try #require(
      bench.register(
        "alice", contact: "<sip:alice@127.0.0.9>;reg-id=1;\(Self.instance)", at: ExchangeBench.alice,
        extraVias: ["SIP/2.0/UDP 127.0.0.9;branch=z9hG4bKfar"], ["Supported: path, outbound", "Path: <sip:127.0.0.2;lr>"]))
    #expect(response.status == .firstHopLacksOutboundSupport)
    let better = try #require(
      bench.register(
        "alice", contact: "<sip:alice@127.0.0.9>;reg-id=1;\(Self.instance)", sequence: 2, at: ExchangeBench.alice,
        extraVias: ["SIP/2.0/UDP 127.0.0.9;branch=z9hG4bKfar2"], ["Supported: path, outbound", "Path: <sip:127.0.0.2;lr;ob>"]))
    #expect(better.status == .ok)
    #expect(better.values(Path.self).map(\.address.uri.description) == ["sip:127.0.0.2;lr;ob"])
  }

  @Test("A GRUU is given to who asks, a public one always the same, a temporary one each time new, and both lead to the instance")
  func gruu() throws {
    let bench = ExchangeBench()
    let contact = "<sip:alice@127.0.0.2>;\(Self.instance)"
    let first = try #require(bench.register("alice", contact: contact, at: ExchangeBench.alice, ["Supported: gruu"]))
    let second = try #require(bench.register("alice", contact: contact, sequence: 2, at: ExchangeBench.alice, ["Supported: gruu"]))
    let one = try #require(first.contacts.first?.parameters)
    let two = try #require(second.contacts.first?.parameters)
    let publicGRUU = try #require(one["pub-gruu"])
    #expect(publicGRUU == two["pub-gruu"])
    let temporary = try #require(one["temp-gruu"])
    #expect(temporary != two["temp-gruu"])
    for (number, gruu) in [publicGRUU, temporary].enumerated() {
      let sent = bench.request(
        "OPTIONS", gruu, from: "sip:bob@example.test", to: gruu, call: "gruu\(number)", at: ExchangeBench.bob)
      #expect(sent.contains { $0.to == ExchangeBench.alice && $0.message.request?.method == .options }, "\(gruu) reaches alice")
    }
    // Another Call-ID ends the life of the temporary ones (RFC 5627 section 5.1).
    _ = bench.register("alice", contact: contact, call: "new", at: ExchangeBench.alice, ["Supported: gruu"])
    let sent = bench.request("OPTIONS", temporary, from: "sip:bob@example.test", to: temporary, call: "late", at: ExchangeBench.bob)
    #expect(sent.last?.message.response?.status == .notFound)
  }

  @Test("A REGISTER without credentials is challenged")
  func challenged() throws {
    let bench = ExchangeBench(authenticates: true)
    let response = try #require(bench.register("alice", contact: "<sip:alice@127.0.0.2>", at: ExchangeBench.alice))
    #expect(response.status == .unauthorized)
    #expect(response.fields.contains(.wwwAuthenticate))
    #expect(bench.exchange.bindingCount == 0)
  }
}
