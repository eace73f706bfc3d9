import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("A machine in several networks: each peer is told the address that it can reach")
struct SourceRouteTests {
  /// The company's network, by a tunnel, and a part of it that is next door.
  private static let routes = [
    SourceRoute(network: .v4(0x0A01_0200), length: 24, source: .v4(0x0A01_0205)),
    SourceRoute(network: .v4(0x0A00_0000), length: 8, source: .v4(0x0A08_0002)),
  ]

  // Proves: rfc3261-18.1.1-09
  @Test(
    "Via and Contact of a request name our address in the network of the next hop, and the general one where there is none",
    arguments: [("10.7.0.1", "10.8.0.2"), ("10.1.2.1", "10.1.2.5"), ("198.51.100.1", "192.0.2.10")])
  func requests(peer: String, ours: String) throws {
    var bench = LayerBench(routes: Self.routes)
    var request = LayerBench.request(.invite)
    let hop = NextHop(uri: LayerBench.uri("sip:\(peer)"))
    request.fields.set([Contact(NameAddress(uri: .sip(bench.layer.contact(for: hop, user: "alice"))))])
    _ = bench.send(request, to: hop)
    let sent = try #require(bench.sentRequests.first)
    #expect(sent.topVia?.sentBy == "\(ours):5060")
    #expect(try sent.fields.all(Contact.self).first?.address?.uri == .sip(LayerBench.uri("sip:alice@\(ours):5060")))
  }

  @Test("Our Contact in an answer is the address that the caller's network reaches")
  func answers() throws {
    var bench = LayerBench(routes: Self.routes)
    bench.receive(LayerBench.text("INVITE", via: "10.7.0.1"), from: SocketAddress(.v4(0x0A07_0001), port: 5060))
    let request = try #require(bench.requests.first)
    var response = Response(to: request.received.request, status: .ok, toTag: "a")
    let contact = SIPURI(user: "alice", host: .name(TransactionLayer.contactPlaceholder))
    response.fields.set([Contact(NameAddress(uri: .sip(contact)))])
    bench.respond(request.id, response)
    let sent = try #require(bench.sentResponses.last)
    #expect(try sent.fields.all(Contact.self).first?.address?.uri == .sip(LayerBench.uri("sip:alice@10.8.0.2:5060")))
    #expect(bench.layer.contact(for: request.received.flow, user: nil)?.host == .address(.v4(0x0A08_0002)))
  }

  @Test("Without a default route the machine's own networks are reached all the same, and nothing else is")
  func isolated() {
    var bench = LayerBench(listeners: [(.udp, SocketAddress(.loopbackV4, port: 5060))], routes: Self.routes)
    _ = bench.send(LayerBench.request(.options), to: "sip:10.7.0.1")
    #expect(bench.sentRequests.first?.topVia?.sentBy == "10.8.0.2:5060")
    _ = bench.send(LayerBench.request(.options), to: "sip:198.51.100.1;transport=udp")
    #expect(bench.sentRequests.count == 1)
    #expect(bench.failures == [.unreachable("There is no UDP socket from which 198.51.100.1:5060 could be reached.")])
  }

  @Test("A tunnel that comes up later counts from then on")
  func later() {
    var bench = LayerBench(routes: [])
    _ = bench.send(LayerBench.request(.options), to: "sip:10.7.0.1")
    bench.handle(.listening(LayerBench.listener, .udp, LayerBench.home, routes: Self.routes))
    _ = bench.send(LayerBench.request(.options), to: "sip:10.7.0.1")
    #expect(bench.sentRequests.map { $0.topVia?.sentBy } == ["192.0.2.10:5060", "10.8.0.2:5060"])
  }

  @Test("A route covers the addresses that share its leading bits, of its own family")
  func covers() throws {
    func route(_ network: String, _ length: Int) throws -> SourceRoute {
      SourceRoute(network: try #require(IPAddress(network)), length: length, source: .loopbackV4)
    }
    let cases: [(network: String, length: Int, inside: [String], outside: [String])] = [
      ("128.0.0.0", 1, ["128.0.0.0", "255.255.255.255"], ["127.255.255.255", "::"]),
      ("10.1.2.0", 23, ["10.1.2.0", "10.1.3.255"], ["10.1.1.255", "10.1.4.0", "::a01:200"]),
      ("10.1.2.3", 32, ["10.1.2.3"], ["10.1.2.2", "10.1.2.4"]),
      ("2001:db8::", 32, ["2001:db8:ffff::1"], ["2001:db9::", "32.1.13.184"]),
      ("2001:db8:0:1::", 64, ["2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff"], ["2001:db8:0:2::", "2001:db8::"]),
      ("2001:db8::8000:0:0:0", 65, ["2001:db8::ffff:0:0:1"], ["2001:db8::7fff:0:0:1", "2001:db8:0:1:8000::"]),
      ("2001:db8::1", 128, ["2001:db8::1"], ["2001:db8::", "2001:db8::3"]),
    ]
    for (network, length, inside, outside) in cases {
      let route = try route(network, length)
      for address in inside { #expect(route.covers(try #require(IPAddress(address))), "\(address) in \(network)/\(length)") }
      for address in outside { #expect(!route.covers(try #require(IPAddress(address))), "\(address) not in \(network)/\(length)") }
    }
  }
}
