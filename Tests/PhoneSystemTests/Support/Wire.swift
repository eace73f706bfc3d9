import PhoneSystem
import SIPUserAgent
import SansIO

/// A machine without a will of its own: reports what the network says and passes on what the test orders.
struct Wire: NetworkedMachine, Sendable {
  enum Input: Sendable {
    case event(NetworkEvent)
    case order(NetworkOrder)
    case wakeMe(at: Instant)
    case wakeUp
  }

  enum Output: Sendable {
    case order(NetworkOrder)
    case saw(NetworkEvent)
    case woke(Instant)
  }

  var nextDeadline: Instant?

  mutating func handle(_ input: Input, now: Moment, into outputs: inout [Output]) {
    switch input {
    case .event(let event): outputs.append(.saw(event))
    case .order(let order): outputs.append(.order(order))
    case .wakeMe(let at): nextDeadline = at
    case .wakeUp:
      nextDeadline = nil
      outputs.append(.woke(now.instant))
    }
  }
}

/// A signalling loop with a `Wire`, and what it saw.
final class Line: Sendable {
  let events = Arrivals<NetworkEvent>()
  let wakes = Arrivals<Instant>()
  private let thread = SignallingThread()
  private let loop: SignallingLoop<Wire>

  init(tls: TLSSettings = TLSSettings(), limits: NetworkLimits = NetworkLimits(), resolver: Resolver = .shared) {
    loop = SignallingLoop(
      machine: Wire(),
      border: MachineBorder(
        event: { .event($0) }, wakeUp: { .wakeUp }, order: { if case .order(let order) = $0 { order } else { nil } }),
      on: thread, tls: tls, resolver: resolver, limits: limits,
      output: { [events, wakes] output in
        switch output {
        case .saw(let event): events.post(event)
        case .woke(let instant): wakes.post(instant)
        case .order: break
        }
      })
  }

  func order(_ order: NetworkOrder) {
    loop.post(.order(order))
  }

  func wake(at instant: Instant) {
    loop.post(.wakeMe(at: instant))
  }

  func listen(_ transport: TransportProtocol, _ address: IPAddress = .loopbackV4, port: UInt16 = 0) {
    loop.listen([ListenAddress(transport, SocketAddress(address, port: port))])
  }

  func listen(_ addresses: [ListenAddress]) {
    loop.listen(addresses)
  }

  /// Listens and returns the address that came of it.
  func opened(_ transport: TransportProtocol, _ address: IPAddress = .loopbackV4) -> (ListenerID, SocketAddress)? {
    listen(transport, address)
    return events.first { event in
      if case .listening(let id, transport, let local, _) = event { (id, local) } else { nil }
    }
  }

  func bytes(on flow: FlowID, count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = events.first { event -> Bool? in
      if case .bytes(let piece, flow) = event { bytes += piece }
      return bytes.count >= count ? true : nil
    }
    return bytes
  }

  func failure(of flow: FlowID) -> FlowFailure? {
    events.first { if case .failed(flow, let failure) = $0 { failure } else { nil } }
  }

  func facts(of flow: FlowID) -> ConnectionFacts? {
    events.first { if case .opened(flow, let facts) = $0 { facts } else { nil } }
  }

  var accepted: (FlowID, ConnectionFacts)? {
    events.first { if case .accepted(let flow, _, let facts) = $0 { (flow, facts) } else { nil } }
  }

  func stop() {
    let done = Arrivals<Bool>()
    loop.stop { done.post(true) }
    _ = done.first { $0 }
    thread.shutDown()
  }
}
