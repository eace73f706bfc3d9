internal import SIPUserAgent
public import SansIO

/// A scripted peer that breaks rules: it answers twice, late, with foreign tags and sequence numbers, changes its mind about media,
/// calls and cancels, never acknowledges, falls silent.
///
/// It shares no code with the machines under test: messages are lines of text to it. Each call draws one of its scripts.
public struct LyingPeer: Sendable {
  /// Whom it calls: the Request-URI, and where to send it.
  public struct Victim: Sendable {
    public var uri: String
    public var address: SocketAddress

    public init(uri: String, address: SocketAddress) {
      self.uri = uri
      self.address = address
    }
  }

  /// How something reaches the other side.
  enum Way: Hashable, Sendable {
    case datagram(SocketAddress)
    case stream(FlowID)
  }

  enum Move: Sendable {
    /// Begin another call.
    case call
    /// Answer the INVITE of a call; a success is repeated until its ACK.
    case answer(Answer)
    case repeatAnswer(Answer, interval: Duration)
    /// A request within the dialog; `skew` is added to the CSeq that is due.
    case request(String, FalseDescription?, skew: Int)
    case cancel
    case repeatInvite
    case acknowledge
  }

  struct Answer: Sendable {
    var status: Int
    var tag: String
    var description: FalseDescription?
    /// RSeq, when the response wants a PRACK.
    var reliable: Int?
    var lie: Lie?
    var fields: [(name: String, value: String)] = []
  }

  /// What is wrong with a response.
  enum Lie: Int, CaseIterable, Sendable {
    case sequenceNumber, sequenceMethod, fromTag, callID, noToTag, branch, secondVia, unknownStatus
  }

  struct Planned: Sendable {
    var callID: String
    var move: Move
  }

  let name: String
  let address: SocketAddress
  private let victims: [Victim]
  private let callInterval: Duration?
  var random: RandomSource
  var calls: [String: LiarCall] = [:]
  private var queue = EventQueue<Planned>()
  private var listener = ListenerID(0)
  private var buffers: [FlowID: [UInt8]] = [:]
  private var isQuiet = false
  var orders: [NetworkOrder] = []
  var now = Instant(nanoseconds: 0)

  /// `callInterval` is how long it waits between its own calls, about; nil for a peer that never calls.
  public init(name: String, address: SocketAddress, victims: [Victim], callInterval: Duration?, random: RandomSource) {
    self.name = name
    self.address = address
    self.victims = victims
    self.callInterval = callInterval
    self.random = random
    if callInterval != nil, !victims.isEmpty { plan(.call, for: "", after: .seconds(5)) }
  }

  var nextDeadline: Instant? { queue.next }

  /// It begins nothing new and repeats nothing: what is open is the others' to end.
  public mutating func fallSilent() {
    isQuiet = true
    queue = EventQueue()
  }

  mutating func handle(_ event: NetworkEvent, now: Instant, into orders: inout [NetworkOrder]) {
    self.now = now
    switch event {
    case .listening(let id, .udp, _, _): listener = id
    case .datagram(let bytes, from: let source, to: _): receive(bytes, .datagram(source))
    case .accepted(let flow, _, _): buffers[flow] = []
    case .bytes(let bytes, on: let flow): receive(bytes, onStream: flow)
    case .failed(let flow, _): buffers[flow] = nil
    case .listening, .listenerFailed, .datagramFailed, .opened, .resolved: break
    }
    orders += self.orders
    self.orders = []
  }

  mutating func wakeUp(_ now: Instant, into orders: inout [NetworkOrder]) {
    self.now = now
    while let planned = queue.pop(now: now) { carryOut(planned) }
    orders += self.orders
    self.orders = []
  }

  // MARK: Bytes

  private mutating func receive(_ bytes: [UInt8], onStream flow: FlowID) {
    guard var buffer = buffers[flow] else { return }
    buffer += bytes
    while let end = Self.endOfMessage(buffer) {
      let message = Array(buffer[..<end])
      buffer.removeFirst(end)
      receive(message, .stream(flow))
    }
    buffers[flow] = buffer.count > 65_536 ? [] : buffer
  }

  /// Where the first message of a stream ends; nil while it is incomplete. Keep-alives are swallowed with what follows them.
  private static func endOfMessage(_ bytes: [UInt8]) -> Int? {
    var start = 0
    while start < bytes.count, bytes[start] == 13 || bytes[start] == 10 { start += 1 }
    guard bytes.count - start > 4 else { return nil }
    for index in start..<bytes.count - 3 where bytes[index...index + 3].elementsEqual([13, 10, 13, 10]) {
      let length = RawMessage(Array(bytes[start..<index + 4]))?.value("content-length").flatMap { Int($0) } ?? 0
      let end = index + 4 + max(0, length)
      return end <= bytes.count ? end : nil
    }
    return nil
  }

  private mutating func receive(_ bytes: [UInt8], _ way: Way) {
    guard let message = RawMessage(Array(bytes.drop { $0 == 13 || $0 == 10 })) else { return }
    if let status = message.status {
      receiveResponse(message, status, way)
    } else if let method = message.method {
      receiveRequest(message, method, way)
    }
  }

  mutating func send(_ message: RawMessage, _ way: Way) {
    switch way {
    case .datagram(let remote): orders.append(.datagram(message.bytes, to: remote, from: listener))
    case .stream(let flow): if buffers[flow] != nil { orders.append(.bytes(message.bytes, on: flow)) }
    }
  }

  // MARK: What it plans

  mutating func plan(_ move: Move, for callID: String, after delay: Duration) {
    guard !isQuiet else { return }
    queue.push(Planned(callID: callID, move: move), at: now + delay)
  }

  private mutating func carryOut(_ planned: Planned) {
    if case .call = planned.move {
      if let victim = pick(victims) { begin(victim) }
      if let callInterval {
        let half = callInterval.wholeMilliseconds / 2
        plan(.call, for: "", after: .milliseconds(half + Int64(random.next(below: UInt64(2 * half + 1)))))
      }
      return
    }
    guard let call = calls[planned.callID] else { return }
    switch planned.move {
    case .call: break
    case .answer(let answer): sendAnswer(answer, call)
    case .repeatAnswer(let answer, interval: let interval):
      guard !call.acknowledged.contains(answer.tag), interval < .seconds(16) else { return }
      send(response(answer, to: call.invite), call.way)
      plan(.repeatAnswer(answer, interval: interval * 2), for: planned.callID, after: interval)
    case .request(let method, let description, skew: let skew): sendRequest(method, description, skew: skew, planned.callID)
    case .cancel: sendCancel(call)
    case .repeatInvite: if call.status == nil { send(call.invite, call.way) }
    case .acknowledge: sendAcknowledgement(call)
    }
  }

  /// A moment that hurts: at once, within a round trip, at a timer of the other side, or much later.
  mutating func awkwardDelay() -> Duration {
    switch random.next(below: 8) {
    case 0: .zero
    case 1: .milliseconds(1)
    case 2, 3: .milliseconds(Int64(random.next(below: 60)))
    case 4: .milliseconds(500)
    case 5: .milliseconds(Int64(random.next(below: 4000)))
    case 6: .milliseconds(31_900 + Int64(random.next(below: 200)))
    default: .seconds(Int64(random.next(below: 12)))
    }
  }

  mutating func pick<Element>(_ list: [Element]) -> Element? {
    list.isEmpty ? nil : list[Int(random.next(below: UInt64(list.count)))]
  }

  mutating func happens(_ percent: UInt64) -> Bool { random.next(below: 100) < percent }
}

/// One call of a lying peer, at either end.
struct LiarCall: Sendable {
  let isCaller: Bool
  /// The INVITE that began it, its own or the other's.
  var invite: RawMessage
  var way: LyingPeer.Way
  /// The From tag of its own requests, and the To tag.
  var localTag: String
  var remoteTag: String
  /// Where its requests in the dialog go.
  var remoteTarget: String
  var routes: [String] = []
  var sequence: Int
  /// Tags whose 2xx were acknowledged.
  var acknowledged: Set<String> = []
  /// The last final status of its own INVITE; nil before.
  var status: Int?
  /// A CANCEL is answered with a 2xx to the INVITE.
  var answersAfterCancel = false
  /// It says nothing more, whatever comes.
  var isDead = false
  var acknowledges = true
}
