internal import SIPUserAgent
public import SansIO

extension SimulatedNetwork {
  mutating func open(_ flow: FlowID, _ target: FlowTarget, by node: NodeID, now: Instant) {
    let there = now + oneWay()
    let back = there + oneWay()
    guard let acceptor = listeners[Endpoint(transport: target.transport, address: target.remote)], !isDown(acceptor.node),
      !isLost(acceptor.listener), !isOff(acceptor.node), !isDown(node), !happens(faults.refusal)
    else {
      undeliverable += 1
      deliver(.failed(flow, .refused), to: node, at: back)
      return
    }
    var identity: TLSPeerIdentity?
    if target.transport.isSecure {
      guard !happens(faults.tlsFailure) else {
        deliver(.failed(flow, .tls("The handshake failed.")), to: node, at: back)
        return
      }
      guard var certificate = hosts[Int(acceptor.node.rawValue)].certificate else {
        deliver(.failed(flow, .tls("The server shows no certificate.")), to: node, at: back)
        return
      }
      if let pin = target.pinnedCertificate {
        guard pin == certificate.fingerprint else {
          deliver(.failed(flow, .tls("The certificate is not the pinned one.")), to: node, at: back)
          return
        }
        certificate.isPinned = true
      }
      identity = certificate
    }
    let local = SocketAddress(
      hosts[Int(node.rawValue)].listeners.first?.address.address ?? .loopbackV4,
      port: 49152 + UInt16(truncatingIfNeeded: streams.streams.count % 16000))
    let acceptedFlow = streams.nextAcceptedFlow()
    streams.add(
      StreamTable.Stream(
        ends: [StreamTable.End(node: node, flow: flow), StreamTable.End(node: acceptor.node, flow: acceptedFlow)],
        transport: target.transport, establishedAt: back, lastArrival: [back, there]))
    deliver(
      .accepted(acceptedFlow, target.transport, ConnectionFacts(local: target.remote, remote: local)), to: acceptor.node, at: there)
    deliver(.opened(flow, ConnectionFacts(local: local, remote: target.remote, peer: identity)), to: node, at: back)
  }

  mutating func write(_ bytes: [UInt8], on flow: FlowID, by node: NodeID, now: Instant) {
    guard let (stream, side) = streams.find(StreamTable.End(node: node, flow: flow)) else {
      // Broken, and the host has yet to hear of it: the other machine says so, unless there is none.
      record(Passage(at: now, from: node, to: nil, transport: .tcp, bytes: bytes, fate: .lost))
      if !isDown(node), !streams.isSilent(StreamTable.End(node: node, flow: flow), now: now) {
        deliver(.failed(flow, .closedByPeer), to: node, at: now + oneWay() + oneWay())
      }
      return
    }
    let known = streams.streams[stream]
    let peer = known.ends[1 - side]
    if happens(faults.reset) {
      record(Passage(at: now, from: node, to: peer.node, transport: known.transport, bytes: bytes, fate: .lost))
      breakStream(stream, now: now)
      return
    }
    let number = record(Passage(at: now, from: node, to: peer.node, transport: known.transport, bytes: bytes, fate: .delivered))
    let departure = max(now, known.establishedAt)
    var rest = bytes[...]
    while !rest.isEmpty {
      var count = rest.count
      if count > 1, happens(faults.chunking) { count = 1 + Int(random.next(below: UInt64(count - 1))) }
      let piece = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
      let arrival = streams.arrives(stream, towards: 1 - side, at: departure + oneWay())
      deliver(.bytes(piece, on: peer.flow), to: peer.node, at: arrival, passage: rest.isEmpty ? number : nil)
    }
  }

  mutating func close(_ flow: FlowID, by node: NodeID, now: Instant) {
    guard let (stream, side) = streams.find(StreamTable.End(node: node, flow: flow)) else { return }
    let peer = streams.streams[stream].ends[1 - side]
    let arrival = streams.arrives(stream, towards: 1 - side, at: max(now, streams.streams[stream].establishedAt) + oneWay())
    deliver(.failed(peer.flow, .closedByPeer), to: peer.node, at: arrival)
    streams.close(stream)
  }

  /// Breaks every stream of a host, as a NAT or a dead link does: both ends hear of it.
  public mutating func breakStreams(of node: NodeID, now: Instant) {
    for stream in streams.streams(of: node) { breakStream(stream, now: now) }
  }

  /// Every stream of a host leads nowhere from now on, as when a NAT has forgotten it: nobody is told before `instant`.
  public mutating func silenceStreams(of node: NodeID, until instant: Instant) {
    for stream in streams.streams(of: node) {
      for end in streams.streams[stream].ends { deliver(.failed(end.flow, .timedOut), to: end.node, at: instant) }
      streams.silence(stream, until: instant)
    }
  }

  mutating func breakStream(_ stream: Int, now: Instant) {
    for (side, end) in streams.streams[stream].ends.enumerated() {
      let arrival = streams.arrives(stream, towards: side, at: now + oneWay())
      deliver(.failed(end.flow, .closedByPeer), to: end.node, at: arrival)
    }
    streams.close(stream)
  }
}
