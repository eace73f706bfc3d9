import SIPMessages
import SIPUserAgent
import SansIO
import Testing

/// Two transaction layers and a wire between them that loses, doubles, delays and reorders datagrams, in virtual time.
private struct LossyWire {
  struct Flight {
    var arrives: Int64
    var order: Int
    var bytes: [UInt8]
    var toCaller: Bool
  }

  static let caller = SocketAddress(.v4(0xC000_0201), port: 5060)
  static let callee = SocketAddress(.v4(0xC000_0202), port: 5060)

  var random: RandomSource
  var loss: Double
  var layers: [TransactionLayer] = []
  var time: Int64 = 0
  var flights: [Flight] = []
  var sent = 0
  /// Final responses and failures per client transaction, in order of arrival.
  var outcomes: [ClientTransactionID: [String]] = [:]
  var requestsSeen: [String: Int] = [:]

  init(seed: UInt64, loss: Double) {
    random = RandomSource(seed: seed)
    self.loss = loss
    for (index, address) in [Self.caller, Self.callee].enumerated() {
      var layer = TransactionLayer(random: RandomSource(seed: seed + UInt64(index)))
      layer.isTracing = false
      var outputs: [TransactionLayer.Output] = []
      layer.handle(.listening(ListenerID(1), .udp, address), now: .at(0), into: &outputs)
      layers.append(layer)
    }
  }

  mutating func start(_ method: Method, callID: String) -> ClientTransactionID {
    var request = LayerBench.request(method, uri: "sip:bob@192.0.2.2")
    request.fields.set(name: .callID, value: callID)
    var outputs: [TransactionLayer.Output] = []
    let hop = NextHop(uri: LayerBench.uri("sip:192.0.2.2"))
    let id = layers[0].send(request, to: hop, now: .at(time), into: &outputs)
    outcomes[id] = []
    follow(outputs, of: 0)
    return id
  }

  mutating func follow(_ outputs: [TransactionLayer.Output], of index: Int) {
    for output in outputs {
      switch output {
      case .network(.datagram(let bytes, to: _, from: _)):
        for _ in 0..<(random.nextFraction() < 0.1 ? 2 : 1) where random.nextFraction() >= loss {
          sent += 1
          let arrives = time + 1 + Int64(random.next(below: 400))
          flights.append(Flight(arrives: arrives, order: sent, bytes: bytes, toCaller: index == 1))
        }
      case .response(let id, let response, _):
        if response.status.isFinal { outcomes[id, default: []].append(String(response.status.rawValue)) }
      case .clientFailed(let id, let failure):
        outcomes[id, default: []].append("\(failure)")
      case .request(let id, let received):
        requestsSeen[received.request.callID ?? "", default: 0] += 1
        answer(id, received.request)
      case .network, .ack, .cancelled, .attemptLost, .serverTimedOut, .undeliverable, .flowClosed, .flowOpened, .pong, .stun,
        .unreachable, .listening, .listenerFailed, .traced:
        break
      }
    }
  }

  private mutating func answer(_ id: ServerTransactionID, _ request: Request) {
    var outputs: [TransactionLayer.Output] = []
    if request.method == .invite {
      layers[1].respond(id, with: Response(to: request, status: .ringing, toTag: "b"), now: .at(time), into: &outputs)
    }
    let status: StatusCode = request.method == .invite ? .busyHere : .ok
    layers[1].respond(id, with: Response(to: request, status: status, toTag: "b"), now: .at(time), into: &outputs)
    follow(outputs, of: 1)
  }

  mutating func run() {
    while true {
      let flight = flights.min { ($0.arrives, $0.order) < ($1.arrives, $1.order) }
      let deadlines = layers.indices.compactMap { layers[$0].nextDeadline?.milliseconds }
      guard let next = ([flight?.arrives].compactMap { $0 } + deadlines).min() else { return }
      time = max(time, next)
      if let flight, flight.arrives <= time {
        flights.removeAll { $0.order == flight.order }
        let index = flight.toCaller ? 0 : 1
        var outputs: [TransactionLayer.Output] = []
        let source = flight.toCaller ? Self.callee : Self.caller
        layers[index].handle(.datagram(flight.bytes, from: source, to: ListenerID(1)), now: .at(time), into: &outputs)
        follow(outputs, of: index)
      }
      for index in layers.indices {
        var outputs: [TransactionLayer.Output] = []
        layers[index].deadlineReached(now: .at(time), into: &outputs)
        follow(outputs, of: index)
      }
    }
  }
}

@Suite("Transactions over a wire that loses, doubles and reorders")
struct LossyWireTests {
  // Proves: rfc3261-17.2.1-14
  @Test("Every request has exactly one outcome, is seen at most once above, and leaves nothing behind", arguments: 1...40)
  func outcomes(seed: Int) {
    var wire = LossyWire(seed: UInt64(seed), loss: Double(seed % 5) * 0.2)
    for number in 0..<4 {
      _ = wire.start(number % 2 == 0 ? .invite : .options, callID: "call-\(number)")
      wire.time += 50
    }
    wire.run()
    #expect(wire.outcomes.values.allSatisfy { $0.count == 1 }, "\(wire.outcomes)")
    #expect(wire.requestsSeen.values.allSatisfy { $0 == 1 }, "\(wire.requestsSeen)")
    #expect(wire.layers.map(\.transactionCount) == [0, 0])
    if seed % 5 == 0 {
      #expect(Set(wire.outcomes.values.map { $0.first ?? "" }) == ["486", "200"])
    }
  }
}
