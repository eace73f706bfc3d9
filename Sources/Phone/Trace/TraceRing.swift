import SIPUserAgent
import SansIO

/// The newest messages that crossed the border.
struct TraceRing: Sendable {
  /// How many messages are kept.
  static let capacity = 200
  /// How much of one message is kept, in bytes: with 64 KiB each the ring would hold 12 MB.
  static let longestMessage = 8192

  private var entries: [TraceEntry] = []
  /// Where the oldest entry lies once the ring is full.
  private var start = 0

  mutating func append(_ message: TracedMessage, at time: WallTime) {
    let entry = TraceEntry(message, at: time)
    if entries.count < Self.capacity {
      entries.append(entry)
    } else {
      entries[start] = entry
      start = (start + 1) % Self.capacity
    }
  }

  /// Oldest first.
  var ordered: [TraceEntry] {
    Array(entries[start...] + entries[..<start])
  }
}
