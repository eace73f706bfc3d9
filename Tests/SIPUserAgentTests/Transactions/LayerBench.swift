import SIPMessages
import SIPUserAgent
import SansIO

/// A transaction layer on a bench: events in, outputs sorted by kind, virtual time.
struct LayerBench {
  static let listener = ListenerID(1)
  static let home = SocketAddress(.v4(0xC000_020A), port: 5060)
  static let peer = SocketAddress(.v4(0xC000_0201), port: 5060)

  var layer = TransactionLayer(random: RandomSource(seed: 7))
  private(set) var time: Int64 = 0
  /// Everything since the last `take`.
  private(set) var outputs: [TransactionLayer.Output] = []

  /// - Parameter routes: those of the sockets, which are then bound to all addresses.
  init(listeners: [(TransportProtocol, SocketAddress)] = [(.udp, Self.home)], routes: [SourceRoute]? = nil) {
    layer.isTracing = false
    for (index, listener) in listeners.enumerated() {
      handle(.listening(ListenerID(UInt64(index + 1)), listener.0, listener.1, routes: routes))
    }
    outputs = []
  }

  mutating func handle(_ event: NetworkEvent) {
    layer.handle(event, now: .at(time), into: &outputs)
  }

  mutating func send(_ request: Request, to hop: NextHop) -> ClientTransactionID {
    layer.send(request, to: hop, now: .at(time), into: &outputs)
  }

  mutating func send(_ request: Request, to uri: String = "sip:192.0.2.1", flow: FlowReference? = nil) -> ClientTransactionID {
    send(request, to: NextHop(uri: Self.uri(uri), flow: flow))
  }

  mutating func cancel(_ id: ClientTransactionID, reason: Reason? = nil) {
    layer.cancel(id, reason: reason, now: .at(time), into: &outputs)
  }

  mutating func withdraw(_ id: ClientTransactionID) {
    layer.withdraw(id, into: &outputs)
  }

  /// The author of a request that was sent in vain sends it on, with this number.
  mutating func goOn(_ id: ClientTransactionID, with request: Request) {
    layer.goOn(id, with: request, now: .at(time), into: &outputs)
  }

  mutating func giveUp(_ id: ClientTransactionID) {
    layer.giveUp(id, into: &outputs)
  }

  mutating func acknowledge(_ ack: Request, to uri: String) {
    layer.sendWithoutTransaction(ack, to: NextHop(uri: Self.uri(uri)), now: .at(time), into: &outputs)
  }

  mutating func sendKeepAlive(on flow: FlowReference) {
    layer.sendKeepAlive(on: flow, now: .at(time), into: &outputs)
  }

  mutating func respond(_ id: ServerTransactionID, _ response: Response) {
    layer.respond(id, with: response, now: .at(time), into: &outputs)
  }

  mutating func receive(_ text: String, from source: SocketAddress = Self.peer) {
    handle(.datagram(Array(text.utf8), from: source, to: Self.listener))
  }

  mutating func receive(_ response: Response, from source: SocketAddress = Self.peer) {
    handle(.datagram(response.serialized(), from: source, to: Self.listener))
  }

  /// Lets the clock run to `end`, with every deadline on the way served at its time.
  mutating func run(to end: Int64) {
    while let deadline = layer.nextDeadline, deadline.milliseconds <= end {
      time = max(time, deadline.milliseconds)
      layer.deadlineReached(now: .at(time), into: &outputs)
    }
    time = end
  }

  mutating func take() -> [TransactionLayer.Output] {
    defer { outputs = [] }
    return outputs
  }

  // MARK: What came out

  var orders: [NetworkOrder] {
    outputs.compactMap { if case .network(let order) = $0 { order } else { nil } }
  }

  /// Datagrams as messages, in order, with where they went.
  var datagrams: [(message: Message, to: SocketAddress)] {
    orders.compactMap { order in
      if case .datagram(let bytes, to: let remote, from: _) = order, let parsed = try? MessageParser.parse(bytes) {
        (parsed.message, remote)
      } else {
        nil
      }
    }
  }

  var sentRequests: [Request] { datagrams.compactMap { $0.message.request } }
  var sentResponses: [Response] { datagrams.compactMap { $0.message.response } }

  /// Messages on a stream.
  func messages(on flow: FlowID) -> [Message] {
    orders.compactMap { order in
      if case .bytes(let bytes, on: flow) = order { (try? MessageParser.parse(bytes))?.message } else { nil }
    }
  }

  var opened: [(FlowID, FlowTarget)] {
    orders.compactMap { if case .open(let flow, let target) = $0 { (flow, target) } else { nil } }
  }

  var questions: [(LookupID, DNSQuestion)] {
    orders.compactMap { if case .resolve(let id, let question) = $0 { (id, question) } else { nil } }
  }

  var requests: [(id: ServerTransactionID, received: ReceivedRequest)] {
    outputs.compactMap { if case .request(let id, let received) = $0 { (id, received) } else { nil } }
  }

  var acknowledgements: [Request] {
    outputs.compactMap { if case .ack(let received) = $0 { received.request } else { nil } }
  }

  /// Statuses that reached the transaction user.
  var statuses: [Int] { responses.map(\.status.rawValue) }

  var responses: [Response] {
    outputs.compactMap { if case .response(_, let response, _) = $0 { response } else { nil } }
  }

  var failures: [ClientFailure] {
    outputs.compactMap { if case .clientFailed(_, let failure) = $0 { failure } else { nil } }
  }

  /// Requests that were sent in vain and wait for their author's word.
  var lost: [ClientTransactionID] {
    outputs.compactMap { if case .attemptLost(let id) = $0 { id } else { nil } }
  }

  var serverTimeouts: [ServerTransactionID] {
    outputs.compactMap { if case .serverTimedOut(let id) = $0 { id } else { nil } }
  }

  var undeliverable: [ServerTransactionID] {
    outputs.compactMap { if case .undeliverable(let id) = $0 { id } else { nil } }
  }

  var cancelled: [ServerTransactionID] {
    outputs.compactMap { if case .cancelled(let id, cancel: _) = $0 { id } else { nil } }
  }

  var closed: [(FlowID, FlowFailure)] {
    outputs.compactMap { if case .flowClosed(let flow, let failure) = $0 { (flow, failure) } else { nil } }
  }

  // MARK: Messages

  static func uri(_ text: String) -> SIPURI {
    (try? SIPURI(parsing: text)) ?? SIPURI(host: .name("unreadable.invalid"))
  }

  static func request(_ method: Method = .invite, uri: String = "sip:bob@192.0.2.1", body: Int = 0) -> Request {
    var request = Request(method: method, uri: .sip(Self.uri(uri)))
    request.fields.append(name: .maxForwards, value: "70")
    request.fields.append(name: .from, value: "Alice <sip:alice@example.com>;tag=a1")
    request.fields.append(name: .to, value: "<sip:bob@example.com>")
    request.fields.append(name: .callID, value: "call-1")
    request.fields.append(name: .cseq, value: "7 \(method.token)")
    if body > 0 { request.body = Array(repeating: 65, count: body) }
    return request
  }

  /// A request as a peer sends it.
  static func text(
    _ method: String, branch: String = "z9hG4bK-peer-1", via: String = "192.0.2.1", viaParameters: String = ";rport",
    transport: String = "UDP", toTag: String? = nil, cseq: Int = 1, extra: String = "", contentLength: String = "0"
  ) -> String {
    """
    \(method) sip:alice@192.0.2.10 SIP/2.0\r
    Via: SIP/2.0/\(transport) \(via)\(branch.isEmpty ? "" : ";branch=" + branch)\(viaParameters)\r
    Max-Forwards: 70\r
    From: <sip:bob@example.com>;tag=b1\r
    To: <sip:alice@example.com>\(toTag.map { ";tag=" + $0 } ?? "")\r
    Call-ID: call-2\r
    CSeq: \(cseq) \(method)\r
    \(extra)Content-Length: \(contentLength)\r
    \r

    """
  }
}
