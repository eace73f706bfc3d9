import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 5922 section 7.3, RFC 5923: TLS connections")
struct TLSFlowTests {
  private static func facts(_ names: [String], fingerprint: UInt8 = 1, isPinned: Bool = false) -> ConnectionFacts {
    ConnectionFacts(
      local: StreamTests.local, remote: SocketAddress(LayerBench.peer.address, port: 5061),
      peer: TLSPeerIdentity(
        uris: [], dnsNames: names, commonName: nil, fingerprint: Array(repeating: fingerprint, count: 32), isPinned: isPinned))
  }

  private func resolve(_ bench: inout LayerBench) {
    for (lookup, question) in bench.questions {
      switch question.type {
      case .srv:
        bench.handle(.resolved(lookup, .records([.srv(priority: 0, weight: 0, port: 5061, target: "edge.provider.example")])))
      case .a: bench.handle(.resolved(lookup, .records([.address(LayerBench.peer.address)])))
      case .naptr, .aaaa: bench.handle(.resolved(lookup, .records([])))
      }
    }
  }

  private func start(_ bench: inout LayerBench, _ uri: String = "sips:example.com", pin: [UInt8]? = nil) throws -> (
    FlowID, FlowTarget
  ) {
    _ = bench.take()
    _ = bench.send(LayerBench.request(.options), to: NextHop(uri: LayerBench.uri(uri), pinnedCertificate: pin))
    for _ in 0..<3 { resolve(&bench) }
    return try #require(bench.opened.first)
  }

  // Proves: rfc3261-26.3.2.1-04 rfc3261-26.3.2.3-01 rfc3261-26.3.2.3-02
  @Test("The certificate must name the domain of the URI, not the host that SRV named")
  func domain() throws {
    var bench = LayerBench()
    var (flow, target) = try start(&bench)
    #expect(target.serverName == "example.com")
    bench.handle(.opened(flow, Self.facts(["example.com"])))
    #expect(bench.messages(on: flow).first?.request?.topVia?.transport == "TLS")

    bench = LayerBench()
    (flow, target) = try start(&bench)
    bench.handle(.opened(flow, Self.facts(["edge.provider.example"])))
    #expect(bench.messages(on: flow).isEmpty)
    #expect(bench.orders.contains(.close(flow)))
    #expect(
      bench.failures == [
        .unreachable("The certificate of 192.0.2.1:5061 is for “edge.provider.example”, not for “example.com”.")
      ])
  }

  @Test("A pin takes the place of the names, and nothing else will do")
  func pin() throws {
    var bench = LayerBench()
    let pin = [UInt8](repeating: 9, count: 32)
    var (flow, target) = try start(&bench, pin: pin)
    #expect(target.pinnedCertificate == pin)
    bench.handle(.opened(flow, Self.facts(["private"], fingerprint: 9, isPinned: true)))
    #expect(bench.messages(on: flow).count == 1)

    bench = LayerBench()
    (flow, target) = try start(&bench, pin: pin)
    bench.handle(.opened(flow, Self.facts(["example.com"], fingerprint: 8)))
    #expect(bench.messages(on: flow).isEmpty)
    #expect(bench.failures.count == 1)
  }

  @Test("A connection on which one certificate of ours was shown is not used for an account that shows another, or none")
  func credentials() throws {
    var bench = LayerBench()
    func start(_ name: String?) throws -> (FlowID, FlowTarget)? {
      _ = bench.take()
      var hop = NextHop(uri: LayerBench.uri("sips:example.com"))
      hop.credential = name.map { ClientCredential(certificateFile: "\($0).pem", keyFile: "\($0).key") }
      _ = bench.send(LayerBench.request(.options), to: hop)
      for _ in 0..<3 { resolve(&bench) }
      guard let (flow, target) = bench.opened.first else { return nil }
      bench.handle(.opened(flow, Self.facts(["example.com"])))
      return (flow, target)
    }
    let (_, first) = try #require(try start("alice"))
    #expect(first.credential?.certificateFile == "alice.pem")
    #expect(try start("alice") == nil)
    let (_, second) = try #require(try start("bob"))
    #expect(second.credential?.keyFile == "bob.key")
    let (_, third) = try #require(try start(nil))
    #expect(third.credential == nil)
    #expect(try start(nil) == nil)
  }

  @Test("A connection is reused only for a domain that its certificate names")
  func reuse() throws {
    var bench = LayerBench()
    let (flow, _) = try start(&bench)
    bench.handle(.opened(flow, Self.facts(["example.com", "example.net"])))
    _ = bench.take()
    for (uri, isReused) in [
      ("sips:example.com", true), ("sips:example.net", true), ("sips:example.org", false),
      // A new connection would demand a certificate for the address; this one names domains only (RFC 5922 section 7.3).
      ("sips:192.0.2.1", false),
    ] {
      _ = bench.take()
      _ = bench.send(LayerBench.request(.options), to: uri)
      for _ in 0..<3 { resolve(&bench) }
      #expect(bench.messages(on: flow).isEmpty != isReused, "\(uri)")
      #expect(bench.opened.isEmpty == isReused, "\(uri)")
    }
  }

  @Test("A verified TLS peer may have requests to its listening address sent back over its connection; others may not")
  func alias() throws {
    for (peer, isReused) in [(Self.facts(["peer.example"]).peer, true), (nil, false)] {
      var bench = LayerBench()
      let flow = FlowID(5)
      let remote = SocketAddress(LayerBench.peer.address, port: 40_404)
      bench.handle(.accepted(flow, .tls, ConnectionFacts(local: LayerBench.home, remote: remote, peer: peer)))
      bench.handle(
        .bytes(Array(LayerBench.text("OPTIONS", via: "peer.example", viaParameters: ";alias", transport: "TLS").utf8), on: flow))
      _ = bench.take()
      _ = bench.send(LayerBench.request(.options), to: "sips:peer.example:5061")
      resolve(&bench)
      #expect(bench.messages(on: flow).isEmpty != isReused)
      #expect(bench.opened.isEmpty == isReused)
    }
  }

  @Test("alias is asked for where we have shown a certificate and can be connected to, and not where RFC 5626 keeps the flow")
  func asksForAlias() throws {
    func via(credential: Bool, listens: Bool, keeps: Bool = false, _ uri: String = "sips:example.com") throws -> Via? {
      let home = SocketAddress(LayerBench.home.address, port: 5061)
      var bench = listens ? LayerBench(listeners: [(.udp, LayerBench.home), (.tls, home)]) : LayerBench()
      _ = bench.take()
      var hop = NextHop(uri: LayerBench.uri(uri))
      if credential { hop.credential = ClientCredential(certificateFile: "a.pem", keyFile: "a.key") }
      hop.offersKeepAlives = keeps
      _ = bench.send(LayerBench.request(.options), to: hop)
      for _ in 0..<3 { resolve(&bench) }
      let (flow, _) = try #require(bench.opened.first)
      var facts = Self.facts(["example.com"])
      facts.local = SocketAddress(LayerBench.home.address, port: 40_000)
      bench.handle(.opened(flow, facts))
      return bench.messages(on: flow).first?.request?.topVia
    }
    let asked = try #require(try via(credential: true, listens: true))
    #expect(asked.parameters.has("alias") && asked.port == 5061)
    #expect(try via(credential: false, listens: true)?.parameters.has("alias") == false)
    #expect(try via(credential: true, listens: false)?.parameters.has("alias") == false)
    #expect(try via(credential: true, listens: true, keeps: true)?.parameters.has("alias") == false)
  }

  @Test("Nothing that comes before the check is believed")
  func early() throws {
    var bench = LayerBench()
    let (flow, _) = try start(&bench)
    bench.handle(.bytes(Array(LayerBench.text("OPTIONS", transport: "TLS").utf8), on: flow))
    #expect(bench.requests.isEmpty)
  }
}
