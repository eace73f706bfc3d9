import Media
import SansIO

/// What the last minute of one call measured, about one sample a second.
struct QualityHistory: Hashable, Sendable {
  struct Sample: Hashable, Sendable {
    /// The share of packets lost on the way in since the sample before, 0 to 1; nil when none were due.
    var lossIn: Double?
    var lossOut: Double?
    var jitter: Double
    /// Milliseconds, as are all times here.
    var roundTrip: Double?
    var buffer: Double
    var received: UInt64
    var late: UInt64
  }

  static let length = 60
  private(set) var samples: [Sample] = []
  private var latest: MediaStatistics?

  mutating func append(_ statistics: MediaStatistics) {
    guard statistics != latest else { return }
    let received = delta(statistics.packetsReceived, latest?.packetsReceived ?? 0)
    let lost = max(0, Double(statistics.packetsLost) - Double(latest?.packetsLost ?? 0))
    let due = Double(received) + lost
    samples.append(
      Sample(
        lossIn: due > 0 ? lost / due : nil, lossOut: statistics.remoteFractionLost,
        jitter: milliseconds(statistics.jitter), roundTrip: statistics.roundTrip.map(milliseconds),
        buffer: milliseconds(statistics.bufferDepth), received: received,
        late: delta(statistics.packetsLate, latest?.packetsLate ?? 0)))
    if samples.count > Self.length { samples.removeFirst(samples.count - Self.length) }
    latest = statistics
  }

  /// Counters start again when a stream does.
  private func delta(_ new: UInt64, _ old: UInt64) -> UInt64 { new >= old ? new - old : new }

  private func milliseconds(_ duration: Duration) -> Double { Double(duration.wholeMilliseconds) }
}
