import SansIO

/// How evenly the device asks for sound. One that asks early needs more in store, just as a packet that comes late does.
struct PullClock: Sendable {
  private var pulled: Int64 = 0
  /// Microseconds between the device's clock and ours, slowly averaged; nil before the first pull and after a pause.
  private var mean: Double?
  private var early = 0.0
  private var last: Instant?

  /// In microseconds, at most 60 ms.
  var unevenness: Int64 { Int64(min(early, 60_000)) }

  mutating func pulled(_ frames: Int, clockRate: Int, now: Instant) {
    let isPause = last.map { (now - $0).wholeMilliseconds > 250 } ?? true
    last = now
    if isPause {
      pulled = 0
      mean = nil
    }
    let offset = Double(now.nanoseconds / 1000 - pulled * 1_000_000 / Int64(clockRate))
    pulled += Int64(frames)
    if let mean {
      early = max(mean - offset, early * 0.998, 0)
      self.mean = mean + (offset - mean) / 32
    } else {
      mean = offset
    }
  }
}
