internal import SIPUserAgent
internal import SansIO

/// The stream connections of the simulated network. Each has two ends, and each end knows its own number only.
struct StreamTable: Sendable {
  struct End: Hashable, Sendable {
    var node: NodeID
    var flow: FlowID
  }

  struct Stream: Sendable {
    /// The end that opened, then the end that accepted.
    var ends: [End]
    var transport: TransportProtocol
    /// Nothing that the opener says travels before this.
    var establishedAt: Instant
    /// When the last piece towards each end arrives: later pieces must not overtake it.
    var lastArrival: [Instant]
    var isClosed = false
  }

  private(set) var streams: [Stream] = []
  private var indexes: [End: (stream: Int, side: Int)] = [:]
  private var accepted: UInt64 = 0
  /// Ends that write into nothing and are not told before that.
  private var silent: [End: Instant] = [:]
  /// Ends that have heard that their stream is gone: nothing else comes to them, whatever was still under way.
  private var ended: Set<End> = []

  /// Accepted connections have odd numbers.
  mutating func nextAcceptedFlow() -> FlowID {
    accepted += 1
    return FlowID(2 * accepted - 1)
  }

  mutating func add(_ stream: Stream) {
    for (side, end) in stream.ends.enumerated() { indexes[end] = (streams.count, side) }
    streams.append(stream)
  }

  /// The stream that an end belongs to and the side it is on; nil for a number that never was or is gone.
  func find(_ end: End) -> (stream: Int, side: Int)? { indexes[end] }

  mutating func arrives(_ stream: Int, towards side: Int, at instant: Instant) -> Instant {
    let arrival = max(instant, streams[stream].lastArrival[side])
    streams[stream].lastArrival[side] = arrival
    return arrival
  }

  /// True while nobody says that what is written here reaches nobody.
  func isSilent(_ end: End, now: Instant) -> Bool { silent[end].map { $0 > now } ?? false }

  mutating func silence(_ stream: Int, until instant: Instant) {
    for end in streams[stream].ends { silent[end] = instant }
    close(stream)
  }

  /// Whether an end still hears this; whoever hears that its stream failed hears nothing more of it.
  mutating func hears(_ event: NetworkEvent, at node: NodeID) -> Bool {
    switch event {
    case .bytes(_, on: let flow): !ended.contains(End(node: node, flow: flow))
    case .failed(let flow, _): ended.insert(End(node: node, flow: flow)).inserted
    case .listening, .listenerFailed, .datagram, .datagramFailed, .opened, .accepted, .resolved: true
    }
  }

  /// A host begins to count its connections anew.
  mutating func forgetEnds(of node: NodeID) { ended = ended.filter { $0.node != node } }

  mutating func close(_ stream: Int) {
    streams[stream].isClosed = true
    for end in streams[stream].ends { indexes[end] = nil }
  }

  /// The open streams that have an end at `node`, oldest first.
  func streams(of node: NodeID) -> [Int] {
    streams.indices.filter { !streams[$0].isClosed && streams[$0].ends.contains { $0.node == node } }
  }
}
