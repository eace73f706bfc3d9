import SIPMessages
import SansIO
import Testing

@testable import SIPUserAgent

@Suite("RFC 3263 section 4.3: the next server")
struct FailoverTests {
  /// Answers every question of the bench: example.com has two addresses, reached over `transport`.
  private func resolve(_ bench: inout LayerBench) {
    for (lookup, question) in bench.questions {
      let addresses: [DNSRecord] = question.type == .a ? [.address(.v4(0xC000_0201)), .address(.v4(0xC000_0202))] : []
      bench.handle(.resolved(lookup, .records(addresses)))
    }
  }

  // Proves: rfc3261-8.1.2-09 rfc3261-17.1.1.2-20 rfc3261-21.5.4-03 rfc3263-4-02 rfc3263-4.2-01 rfc3263-4.3-01 rfc3263-4.4-01
  @Test("A 503 sends the request to the next server with a new branch; the first one still gets its ACK")
  func unavailable() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060")
    resolve(&bench)
    let first = try #require(bench.sentRequests.first)
    bench.receive(Response(to: first, status: .serviceUnavailable, toTag: "x"))
    #expect(bench.statuses.isEmpty)
    #expect(bench.sentRequests.map(\.method) == [.invite, .ack, .invite])
    #expect(bench.datagrams.map(\.to.address.description) == ["192.0.2.1", "192.0.2.1", "192.0.2.2"])
    let second = try #require(bench.sentRequests.last)
    #expect(second.topVia?.branch != first.topVia?.branch)
    bench.receive(Response(to: first, status: .serviceUnavailable, toTag: "x"))
    #expect(bench.sentRequests.last?.method == .ack, "The left transaction acknowledges retransmissions.")
    bench.receive(Response(to: second, status: .ok, toTag: "y"))
    #expect(bench.statuses == [200])
    bench.run(to: 60_000)
    #expect(bench.layer.transactionCount == 0)
  }

  @Test("The 503 of the last server is the outcome")
  func allUnavailable() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(.options), to: "sip:example.com:5060")
    resolve(&bench)
    bench.receive(Response(to: try #require(bench.sentRequests.last), status: .serviceUnavailable, toTag: "x"))
    bench.receive(Response(to: try #require(bench.sentRequests.last), status: .serviceUnavailable, toTag: "y"))
    #expect(bench.statuses == [503])
    #expect(bench.responses.first?.to?.tag == "y")
    #expect(bench.failures.isEmpty)
  }

  // Proves: rfc3261-8.1.2-09 rfc3263-4.2-02
  @Test("A silent server is left after timer B, a dead one at once")
  func silent() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060")
    resolve(&bench)
    bench.run(to: 31_999)
    #expect(bench.datagrams.last?.to.address.description == "192.0.2.1")
    bench.run(to: 32_000)
    #expect(bench.datagrams.last?.to.address.description == "192.0.2.2")
    bench.handle(.datagramFailed(to: SocketAddress(.v4(0xC000_0202), port: 5060), from: LayerBench.listener))
    #expect(bench.failures == [.unreachable("Nothing listens at 192.0.2.2:5060 (UDP refused), or there is no way to it.")])
    #expect(bench.layer.statistics.failovers == 1)
  }

  @Test("A server that failed is the last to be tried for a minute, and the first again after that or once it has answered")
  func memory() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060;transport=tcp")
    resolve(&bench)
    bench.handle(.failed(bench.opened[0].0, .refused))
    bench.handle(.failed(bench.opened[1].0, .refused))
    let order = { (locator: ServerLocator) in
      var locator = locator
      var random = RandomSource(seed: 1)
      var seen: [String] = []
      var steps: [ServerLocator.Output] = []
      locator.start(into: &steps)
      locator.receive(.records([]), to: DNSQuestion(name: "example.com", type: .aaaa), random: &random, into: &steps)
      locator.receive(
        .records([.address(.v4(0xC000_0201)), .address(.v4(0xC000_0202))]), to: DNSQuestion(name: "example.com", type: .a),
        random: &random, into: &steps)
      while case .attempt(let destination)? = steps.last {
        seen.append(destination.remote.address.description)
        locator.attemptFailed(into: &steps)
      }
      return seen
    }
    let uri = try SIPURI(parsing: "sip:example.com:5060")
    let dead = SocketAddress(.v4(0xC000_0201), port: 5060)
    let abilities = ServerLocator.Abilities()
    #expect(order(ServerLocator(uri: uri, abilities: abilities)) == ["192.0.2.1", "192.0.2.2"])
    #expect(order(ServerLocator(uri: uri, abilities: abilities, avoided: [dead])) == ["192.0.2.2", "192.0.2.1"])
    var servers = FailedServers()
    let now = Instant(nanoseconds: 0)
    let destination = Destination(transport: .tcp, remote: dead, domain: nil)
    servers.remember(destination, now: now)
    #expect(servers.servers(now: now + .seconds(59)) == [dead])
    #expect(servers.servers(now: now + .seconds(60)).isEmpty)
    servers.forget(destination)
    #expect(servers.servers(now: now).isEmpty)
    // The layer remembers both of them by now, and asks all the same.
    #expect(bench.layer.failedServers.servers(now: now + .seconds(1)).count == 2)
    _ = bench.send(LayerBench.request(), to: "sip:192.0.2.1:5060;transport=tcp")
    #expect(bench.opened.count == 3)
  }

  @Test("A server whose 503 asks for rest comes last until its time is over, whatever else it answers meanwhile; an hour at most")
  func rest() throws {
    var bench = LayerBench()
    let destination = { (bench: inout LayerBench) -> String? in
      let known = bench.datagrams.count
      _ = bench.send(LayerBench.request(.options), to: "sip:example.com:5060")
      resolve(&bench)
      #expect(bench.datagrams.count == known + 1)
      return bench.datagrams.last?.to.address.description
    }
    #expect(destination(&bench) == "192.0.2.1")
    let early = try #require(bench.sentRequests.last)
    #expect(destination(&bench) == "192.0.2.1")
    var refusal = Response(to: try #require(bench.sentRequests.last), status: .serviceUnavailable, toTag: "x")
    refusal.fields.append(RetryAfter(120))
    bench.receive(refusal)
    #expect(bench.datagrams.last?.to.address.description == "192.0.2.2")
    bench.receive(Response(to: early, status: .ok, toTag: "y"))
    #expect(destination(&bench) == "192.0.2.2")
    bench.run(to: 119_999)
    #expect(destination(&bench) == "192.0.2.2")
    bench.run(to: 120_000)
    #expect(destination(&bench) == "192.0.2.1")
    var servers = FailedServers()
    let now = Instant(nanoseconds: 0)
    let server = Destination(transport: .udp, remote: SocketAddress(.v4(0xC000_0201), port: 5060), domain: nil)
    servers.remember(server, rest: .seconds(Int64(UInt32.max)), now: now)
    #expect(servers.servers(now: now + .seconds(3599)) == [server.remote])
    #expect(servers.servers(now: now + .seconds(3600)).isEmpty)
  }

  @Test("A cancelled request is not taken to another server")
  func cancelled() throws {
    var bench = LayerBench()
    let id = bench.send(LayerBench.request(), to: "sip:example.com:5060")
    resolve(&bench)
    bench.cancel(id)
    bench.run(to: 32_000)
    #expect(bench.failures == [.timedOut])
    #expect(bench.datagrams.allSatisfy { $0.to.address.description == "192.0.2.1" })
  }

  @Test("A name without an address fails with a sentence")
  func nothing() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060")
    for (lookup, _) in bench.questions { bench.handle(.resolved(lookup, .records([]))) }
    #expect(bench.failures == [.unreachable("No address was found for example.com.")])
    #expect(bench.layer.transactionCount == 0)
  }

  // Proves: rfc3261-18.4-03 rfc3263-4.2-02
  @Test("A refused connection leads to the next address, and the last refusal is told")
  func refused() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060;transport=tcp")
    resolve(&bench)
    #expect(bench.opened.map(\.1.remote.description) == ["192.0.2.1:5060"])
    bench.handle(.failed(bench.opened[0].0, .refused))
    #expect(bench.opened.map(\.1.remote.description) == ["192.0.2.1:5060", "192.0.2.2:5060"])
    bench.handle(.failed(bench.opened[1].0, .refused))
    #expect(bench.failures == [.unreachable("192.0.2.2:5060 over TCP refused the connection.")])
  }

  @Test("A connection that does not stand in time is given up, sooner when there is another server")
  func slowConnection() throws {
    var bench = LayerBench()
    _ = bench.send(LayerBench.request(), to: "sip:example.com:5060;transport=tcp")
    resolve(&bench)
    bench.run(to: 4000)
    #expect(bench.opened.count == 2)
    #expect(bench.orders.contains(.close(bench.opened[0].0)))
    bench.run(to: 20_000)
    #expect(bench.failures.count == 1)
    #expect(bench.layer.transactionCount == 0)
  }
}
