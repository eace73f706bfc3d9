import SansIO

/// Puts packets in order, holds them as long as their arrival is uneven and no longer, and hands out sound without gaps.
///
/// Theory of operation. `insert` files packets by sequence number. `pull`, called at the device's pace, takes sound out. A stretch
/// of sound begins in `.buffering`: its first packet waits until the delay is the target, then `.playing` follows the timestamps.
/// In a gap with later packets behind it the packet is taken for lost and concealed; when nothing is there at all, concealment goes
/// on while the timestamps stand still, so that a late packet is heard later instead of never. The delay is compared with the
/// target at every pull, and a pitch period is cut out or put in when they are apart; that follows drifting clocks too.
/// The half that hands out is in `JitterBuffer+Playing.swift`.
struct JitterBuffer: Sendable {
  /// What a packet holds.
  enum Content: Hashable, Sendable {
    case sound(AudioCodec, ArraySlice<UInt8>)
    /// RFC 3389.
    case noise(ArraySlice<UInt8>)
    /// A packet without sound that only uses up a sequence number: a telephone event, or a format that we cannot read.
    case nothing
  }

  enum Insertion: Hashable, Sendable { case accepted, duplicate, late }

  struct Slot: Sendable {
    var sequence: Int64
    var timestamp: Int64
    var content: Content
  }

  enum State: Sendable {
    /// Waiting for the first packet of a stretch, or for its time. Packets below `floor` have been played or passed over.
    case buffering(floor: Int64)
    /// `sequence` comes next and should begin at `timestamp`. `debt` samples were invented since the last packet while time stood
    /// still.
    case playing(sequence: Int64, timestamp: Int64, debt: Int)
  }

  /// More than a second of 10 ms packets. A power of two.
  private static let capacity = 128
  /// Below it the jitter of our own sound device would be heard.
  private static let minimumTarget: Int64 = 20_000
  /// Beyond it a call is no conversation any more.
  private static let maximumTarget: Int64 = 400_000

  let clockRate: Int
  private var slots: [Slot?]
  private var count = 0
  private var lowest: Int64 = 0
  private var highest: Int64 = 0
  private var seen: UInt64 = 0
  private var lastTimestamp: (raw: UInt32, extended: Int64)?
  var estimator: DelayEstimator
  var concealer: LossConcealer
  var noise: ComfortNoise
  var state = State.buffering(floor: .min)
  /// Decoded and not yet taken, from `read` on.
  var pcm: [Int16] = []
  var read = 0
  /// The delay, smoothed, in microseconds; nil after a jump.
  var smoothedDelay: Double?
  var adjustedAt: Instant?
  var lastPullFrames = 0
  var pullClock = PullClock()

  var concealedSamples: Int64 = 0
  private(set) var latePackets: UInt64 = 0
  private(set) var duplicates: UInt64 = 0

  init(clockRate: Int, noiseSeed: UInt32 = 1) {
    self.clockRate = clockRate
    slots = [Slot?](repeating: nil, count: Self.capacity)
    estimator = DelayEstimator(clockRate: clockRate)
    concealer = LossConcealer(sampleRate: clockRate)
    noise = ComfortNoise(seed: noiseSeed)
  }

  /// The delay aimed at, in microseconds: what one pull takes, and the jitter of both sides.
  var target: Int64 {
    let pull = Int64(lastPullFrames) * 1_000_000 / Int64(clockRate)
    return min(max(pull + estimator.spread + pullClock.unevenness + 3_000, Self.minimumTarget), Self.maximumTarget)
  }

  /// What waits to be played.
  var depth: Duration {
    var samples = pcm.count - read
    if count > 0, case .playing(_, let timestamp, _) = state, let newest = slot(highest) {
      samples += Int(max(min(newest.timestamp - timestamp, Int64(clockRate)), 0))
    }
    return .microseconds(Int64(samples) * 1_000_000 / Int64(clockRate))
  }

  /// Forgets everything: another source speaks, or the stream was stopped.
  mutating func reset() {
    clearSlots()
    seen = 0
    lastTimestamp = nil
    estimator.reset()
    concealer.reset()
    noise.stop()
    state = .buffering(floor: .min)
    pcm.removeAll(keepingCapacity: true)
    read = 0
    smoothedDelay = nil
    adjustedAt = nil
  }

  // MARK: In

  /// `sequence` is without its wrap.
  mutating func insert(
    sequence: Int64, timestamp raw: UInt32, marker: Bool, content: Content, arrival: Instant
  ) -> Insertion {
    if lastTimestamp == nil {
      highest = sequence
      seen = 1
    } else if sequence > highest {
      let step = sequence - highest
      seen = step < 64 ? seen << UInt64(step) | 1 : 1
      highest = sequence
    } else {
      let age = highest - sequence
      if age < 64 {
        let bit = UInt64(1) << UInt64(age)
        if seen & bit != 0 {
          duplicates += 1
          return .duplicate
        }
        seen |= bit
      }
    }

    let timestamp = extend(raw)
    if case .sound = content { observe(timestamp: timestamp, marker: marker, arrival: arrival) }

    let floor: Int64
    switch state {
    case .buffering(let known): floor = known
    case .playing(let next, _, _): floor = next
    }
    guard sequence >= floor else {
      latePackets += 1
      return .late
    }
    if count == 0 {
      lowest = sequence
    } else if max(highest, sequence) - min(lowest, sequence) >= Int64(Self.capacity) {
      // Nobody takes, or the sender leapt: what is old is worth nothing.
      clearSlots()
      lowest = sequence
      state = .buffering(floor: sequence)
      smoothedDelay = nil
    }
    lowest = min(lowest, sequence)
    let index = Self.index(sequence)
    if slots[index] == nil { count += 1 }
    slots[index] = Slot(sequence: sequence, timestamp: timestamp, content: content)
    return .accepted
  }

  private mutating func observe(timestamp: Int64, marker: Bool, arrival: Instant) {
    if let base = estimator.base {
      let beyond = estimator.transit(timestamp: timestamp, arrival: arrival) &- base
      // A source whose clock stood still in a pause, or leapt, is measured anew.
      let distance = beyond.magnitude
      if distance > 2_000_000 || (marker && distance > 100_000 + UInt64(max(estimator.spread, 0))) {
        estimator.reset()
        smoothedDelay = nil
      }
    }
    estimator.record(timestamp: timestamp, arrival: arrival)
  }

  private mutating func extend(_ raw: UInt32) -> Int64 {
    guard let last = lastTimestamp else {
      lastTimestamp = (raw, Int64(raw))
      return Int64(raw)
    }
    let extended = last.extended + Int64(Int32(bitPattern: raw &- last.raw))
    lastTimestamp = (raw, extended)
    return extended
  }

  private static func index(_ sequence: Int64) -> Int { Int(sequence & Int64(capacity - 1)) }

  func slot(_ sequence: Int64) -> Slot? {
    guard let slot = slots[Self.index(sequence)], slot.sequence == sequence else { return nil }
    return slot
  }

  private mutating func clearSlots() {
    for index in slots.indices { slots[index] = nil }
    count = 0
  }

  /// Takes out the packet with that number.
  mutating func take(_ sequence: Int64) {
    slots[Self.index(sequence)] = nil
    count -= 1
    if sequence == lowest { lowest = sequence + 1 }
  }

  /// The earliest packet from `floor` on.
  mutating func earliest() -> Slot? {
    guard count > 0 else { return nil }
    while lowest <= highest {
      if let found = slot(lowest) { return found }
      lowest += 1
    }
    return nil
  }
}
