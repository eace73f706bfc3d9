import SansIO

/// How evenly packets arrive, over the last few seconds.
///
/// The transit of a packet is its arrival minus its timestamp, on two clocks that nobody set alike; the least transit of the window
/// is taken for the undisturbed path, and what others need beyond it is their jitter. A window that moves follows clocks that
/// drift.
struct DelayEstimator: Sendable {
  /// About four seconds of 20 ms packets.
  private static let capacity = 200
  /// How many of the packets shall come in time.
  private static let percentile = 97

  private let clockRate: Int64
  /// In microseconds.
  private var transits: [Int64] = []
  private var next = 0
  private var scratch: [Int64] = []
  private var sinceEstimate = 0
  /// The least transit of the window, in microseconds; nil before the first packet.
  private(set) var base: Int64?
  /// What the percentile's packet needs beyond the base, in microseconds.
  private(set) var spread: Int64 = 0

  init(clockRate: Int) {
    self.clockRate = Int64(clockRate)
    transits.reserveCapacity(Self.capacity)
    scratch.reserveCapacity(Self.capacity)
  }

  func transit(timestamp: Int64, arrival: Instant) -> Int64 {
    arrival.nanoseconds / 1000 &- (timestamp &* 1_000_000) / clockRate
  }

  mutating func record(timestamp: Int64, arrival: Instant) {
    let transit = transit(timestamp: timestamp, arrival: arrival)
    if transits.count < Self.capacity {
      transits.append(transit)
    } else {
      transits[next] = transit
      next = (next + 1) % Self.capacity
    }
    sinceEstimate += 1
    guard let base, transit >= base else {
      // A new minimum shifts everything at once.
      estimate()
      return
    }
    if sinceEstimate >= 8 || transit &- base > spread { estimate() }
  }

  mutating func reset() {
    transits.removeAll(keepingCapacity: true)
    next = 0
    base = nil
    spread = 0
    sinceEstimate = 0
  }

  private mutating func estimate() {
    sinceEstimate = 0
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: transits)
    scratch.sort()
    base = scratch[0]
    spread = scratch[(scratch.count - 1) * Self.percentile / 100] &- scratch[0]
  }
}
