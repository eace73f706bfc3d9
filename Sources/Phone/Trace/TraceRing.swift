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
    if let callID = entry.keepAliveCallID { dropKeepAlives(before: entry, callID) }
    if entries.count < Self.capacity {
      entries.append(entry)
    } else {
      entries[start] = entry
      start = (start + 1) % Self.capacity
    }
  }

  /// One keep-alive after the other would push out what somebody looks for here: of those to one server the newest stays, with its
  /// answer.
  private mutating func dropKeepAlives(before newest: TraceEntry, _ callID: ArraySlice<UInt8>) {
    let earlier = entries.filter { $0.peer == newest.peer }.compactMap(\.keepAliveCallID).filter { $0 != callID }
    guard !earlier.isEmpty else { return }
    entries = ordered.filter { entry in
      guard entry.peer == newest.peer, let own = entry.rawCallID else { return true }
      return !earlier.contains(own)
    }
    start = 0
  }

  /// Oldest first.
  var ordered: [TraceEntry] {
    Array(entries[start...] + entries[..<start])
  }
}
