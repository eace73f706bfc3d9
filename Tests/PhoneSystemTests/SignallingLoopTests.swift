import CPlatform
import Glibc
import PhoneSystem
import SIPUserAgent
import SansIO
import Testing

@Suite("The signalling loop on real sockets", .serialized)
struct SignallingLoopTests {
  @Test(
    "A datagram reaches the other side with its source address, over IPv4 and IPv6", arguments: [IPAddress.loopbackV4, .loopbackV6])
  func datagrams(address: IPAddress) throws {
    let (left, right) = (Line(), Line())
    defer { [left, right].forEach { $0.stop() } }
    let (leftID, leftAddress) = try #require(left.opened(.udp, address))
    let (rightID, rightAddress) = try #require(right.opened(.udp, address))
    left.order(.datagram([1, 2, 3], to: rightAddress, from: leftID))
    #expect(right.events.contains { $0 == .datagram([1, 2, 3], from: leftAddress, to: rightID) })
    let large = [UInt8](repeating: 7, count: 60_000)
    right.order(.datagram(large, to: leftAddress, from: rightID))
    #expect(left.events.contains { $0 == .datagram(large, from: rightAddress, to: leftID) })
  }

  @Test("A datagram to a dead port comes back as failed, and the socket goes on working")
  func portUnreachable() throws {
    let (line, other) = (Line(), Line())
    defer { [line, other].forEach { $0.stop() } }
    let (id, address) = try #require(line.opened(.udp))
    let (otherID, otherAddress) = try #require(other.opened(.udp))
    let dead = SocketAddress(.loopbackV4, port: 9)
    for _ in 0..<20 {
      line.order(.datagram([1], to: dead, from: id))
      line.order(.datagram([2], to: otherAddress, from: id))
    }
    #expect(line.events.contains { $0 == .datagramFailed(to: dead, from: id) })
    #expect(!line.events.all.contains(.datagramFailed(to: otherAddress, from: id)))
    other.order(.datagram([3], to: address, from: otherID))
    #expect(line.events.contains { $0 == .datagram([3], from: otherAddress, to: id) })
    #expect(eventually { other.events.all.filter { if case .datagram([2], _, _) = $0 { true } else { false } }.count == 20 })
  }

  @Test("A port that is taken is told in a plain sentence", arguments: [TransportProtocol.udp, .tcp])
  func portTaken(transport: TransportProtocol) throws {
    let (first, second) = (Line(), Line())
    defer { [first, second].forEach { $0.stop() } }
    let (_, address) = try #require(first.opened(transport))
    second.listen(transport, port: address.port)
    let reason = second.events.first { if case .listenerFailed(_, transport, let reason) = $0 { reason } else { nil } }
    #expect(reason == "\(transport) \(address) is taken by another program; choose another port under [network] listen")
  }

  @Test("Where another port does as well, UDP and TCP move to the same one, whichever of them is taken", arguments: [true, false])
  func moves(isUDPTaken: Bool) throws {
    let (first, second) = (Line(), Line())
    defer { [first, second].forEach { $0.stop() } }
    let (_, taken) = try #require(first.opened(isUDPTaken ? .udp : .tcp))
    second.listen([TransportProtocol.udp, .tcp].map { ListenAddress($0, taken, mayMove: true) })
    let ports = [TransportProtocol.udp, .tcp].compactMap { transport in
      second.events.first { if case .listening(_, transport, let address, _) = $0 { address.port } else { nil } }
    }
    #expect(ports.count == 2 && ports[0] == ports[1] && ports[0] != taken.port)
  }

  @Test("A port that is free stays, where another one would have done as well")
  func stays() throws {
    let former = Line()
    let opened = former.opened(.udp)
    former.stop()
    let (_, free) = try #require(opened)
    let line = Line()
    defer { line.stop() }
    line.listen([ListenAddress(.udp, free, mayMove: true)])
    #expect(line.events.first { if case .listening(_, .udp, let address, _) = $0 { address } else { nil } } == free)
  }

  @Test(
    "A socket bound to all addresses is told as one that peers can reach, for 0.0.0.0 is no place to answer to",
    arguments: [TransportProtocol.udp, .tcp])
  func boundToAll(transport: TransportProtocol) throws {
    let line = Line()
    defer { line.stop() }
    let (_, address) = try #require(line.opened(transport, .anyV4))
    #expect(!address.address.isUnspecified)
    #expect(address.port != 0)
  }

  @Test("Listening for TLS without a certificate says what is missing")
  func missingCertificate() {
    let line = Line()
    defer { line.stop() }
    line.listen(.tls)
    let reason = line.events.first { if case .listenerFailed(_, .tls, let reason) = $0 { reason } else { nil } }
    #expect(reason?.contains("needs a certificate and its key") == true)
  }

  @Test("A TCP connection carries bytes both ways, those too that were ordered before it stood, and its end is told once")
  func stream() throws {
    let (server, client) = (Line(), Line())
    defer { [server, client].forEach { $0.stop() } }
    let (_, address) = try #require(server.opened(.tcp))
    client.order(.open(FlowID(2), FlowTarget(transport: .tcp, remote: address)))
    client.order(.bytes(Array("early ".utf8), on: FlowID(2)))
    let facts = try #require(client.facts(of: FlowID(2)))
    client.order(.bytes(Array("late".utf8), on: FlowID(2)))
    let (flow, acceptedFacts) = try #require(server.accepted)
    #expect(flow.rawValue % 2 == 1)
    #expect(facts.remote == address && facts.local == acceptedFacts.remote && facts.peer == nil)
    #expect(server.bytes(on: flow, count: 10) == Array("early late".utf8))
    server.order(.bytes(Array("answer".utf8), on: flow))
    server.order(.close(flow))
    #expect(client.bytes(on: FlowID(2), count: 6) == Array("answer".utf8))
    #expect(client.failure(of: FlowID(2)) == .closedByPeer)
    #expect(!server.events.all.contains { if case .failed = $0 { true } else { false } })
  }

  @Test("A refused connection is told as refused")
  func refused() {
    let line = Line()
    defer { line.stop() }
    line.order(.open(FlowID(4), FlowTarget(transport: .tcp, remote: SocketAddress(.loopbackV4, port: 9))))
    #expect(line.failure(of: FlowID(4)) == .refused)
  }

  @Test("A peer that does not read is given up instead of filling the memory")
  func slowReader() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    #expect(listen(listener, 1) == 0)
    var local = cp_address()
    #expect(unsafe cp_local_address(listener, &local) == 0)
    var limits = NetworkLimits()
    limits.unsentBytes = 100_000
    let line = Line(limits: limits)
    defer { line.stop() }
    line.order(.open(FlowID(6), FlowTarget(transport: .tcp, remote: SocketAddress(.loopbackV4, port: local.port))))
    _ = try #require(line.facts(of: FlowID(6)))
    for _ in 0..<400 { line.order(.bytes([UInt8](repeating: 65, count: 50_000), on: FlowID(6))) }
    #expect(line.failure(of: FlowID(6)) == .other("the peer does not read what is sent to it"))
  }

  @Test("More connections than allowed from one address are closed at once")
  func tooManyConnections() throws {
    var limits = NetworkLimits()
    limits.acceptedConnectionsPerAddress = 2
    let (server, client) = (Line(limits: limits), Line())
    defer { [server, client].forEach { $0.stop() } }
    let (_, address) = try #require(server.opened(.tcp))
    for number in [2, 4, 6] as [UInt64] {
      client.order(.open(FlowID(number), FlowTarget(transport: .tcp, remote: address)))
      _ = try #require(client.facts(of: FlowID(number)))
    }
    #expect(client.failure(of: FlowID(6)) == .closedByPeer)
    #expect(server.events.all.filter { if case .accepted = $0 { true } else { false } }.count == 2)
  }

  @Test("The machine is woken at its deadline, also at one that moved nearer")
  func deadline() throws {
    let line = Line()
    defer { line.stop() }
    let start = SystemClock().instant
    line.wake(at: start + .seconds(30))
    line.wake(at: start + .milliseconds(40))
    let woken = try #require(line.wakes.first { $0 })
    #expect(woken >= start + .milliseconds(40))
    #expect(woken < start + .seconds(5))
  }
}
