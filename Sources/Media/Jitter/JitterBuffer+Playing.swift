import SansIO

extension JitterBuffer {
  /// Appends the next `frames` samples, at the pace of the device.
  mutating func pull(frames: Int, now: Instant, into samples: inout [Int16]) {
    guard frames > 0 else { return }
    lastPullFrames = min(frames, clockRate / 10)
    pullClock.pulled(frames, clockRate: clockRate, now: now)
    measureDelay(now: now)
    let start = samples.count
    while samples.count - start < frames {
      let missing = frames - (samples.count - start)
      if read < pcm.count {
        let end = min(read + missing, pcm.count)
        samples.append(contentsOf: pcm[read..<end])
        read = end
      } else {
        pcm.removeAll(keepingCapacity: true)
        read = 0
        produce(missing, at: now, after: samples.count - start, into: &samples)
      }
    }
  }

  /// How far the sample that is played at `now` lags behind an undisturbed arrival, in microseconds.
  private func delay(of timestamp: Int64, now: Instant) -> Int64? {
    estimator.base.map { estimator.transit(timestamp: timestamp, arrival: now) &- $0 }
  }

  private mutating func measureDelay(now: Instant) {
    guard case .playing(_, let timestamp, _) = state,
      let delay = delay(of: timestamp - Int64(pcm.count - read), now: now), delay.magnitude < 10_000_000
    else {
      smoothedDelay = nil
      return
    }
    smoothedDelay = smoothedDelay.map { $0 + (Double(delay) - $0) / 16 } ?? Double(delay)
  }

  /// Moves on by one step: decodes a packet, or appends up to `missing` samples of something else. The caller comes again until it
  /// has enough; every step that appends nothing takes a packet out or changes the state towards one that appends.
  private mutating func produce(_ missing: Int, at now: Instant, after offset: Int, into samples: inout [Int16]) {
    switch state {
    case .buffering(let floor):
      guard let first = earliest() else {
        beQuiet(missing, into: &samples)
        return
      }
      switch first.content {
      case .nothing: drop(first)
      case .noise(let payload):
        noise.setLevel(payload)
        drop(first)
      case .sound:
        let elapsed = Int64(offset) * 1_000_000 / Int64(clockRate)
        let delay = (delay(of: first.timestamp, now: now) ?? 0) &+ elapsed
        // Delays beyond reason come from clocks that leapt; then waiting has no sense.
        let wait = delay.magnitude < 2_000_000 ? Int((target - delay) * Int64(clockRate) / 1_000_000) : 0
        if wait > 0 {
          beQuiet(min(wait, missing), into: &samples)
        } else {
          noise.stop()
          smoothedDelay = nil
          state = .playing(sequence: max(first.sequence, floor), timestamp: first.timestamp, debt: 0)
        }
      }
    case .playing(let sequence, let timestamp, let debt):
      if let next = slot(sequence) {
        play(next, expected: timestamp, debt: debt, now: now)
      } else if let later = earliest() {
        bridge(to: later, expected: timestamp, debt: debt, missing, into: &samples)
      } else if concealer.isExhausted {
        state = .buffering(floor: sequence)
      } else {
        conceal(missing, into: &samples)
        state = .playing(sequence: sequence, timestamp: timestamp, debt: debt + missing)
      }
    }
  }

  private mutating func play(_ slot: Slot, expected: Int64, debt: Int, now: Instant) {
    guard case .sound(let codec, let payload) = slot.content else {
      if case .noise(let payload) = slot.content { noise.setLevel(payload) }
      drop(slot)
      return
    }
    let gap = slot.timestamp - expected
    // The sender was silent and did not send (RFC 3551 section 4.1): a new stretch, which waits for its time.
    if gap - Int64(debt) > Int64(clockRate / 100) {
      concealer.hush()
      state = .buffering(floor: slot.sequence)
      return
    }
    take(slot.sequence)
    let length = codec.sampleCount(bytes: payload.count)
    state = .playing(sequence: slot.sequence + 1, timestamp: slot.timestamp + Int64(length), debt: 0)
    if isFarBehind, self.slot(slot.sequence + 1) != nil {
      // Something stood still for long. Whole packets go, with a soft joint.
      concealer.conceal(0, into: &pcm)
      smoothedDelay? -= Double(length) * 1_000_000 / Double(clockRate)
      return
    }
    let start = pcm.count
    codec.decode(payload, into: &pcm)
    concealer.recover(&pcm, from: start)
    adjustDelay(from: start, now: now)
    concealer.played(pcm[start...])
  }

  /// Packets before `later` are lost.
  private mutating func bridge(
    to later: Slot, expected: Int64, debt: Int, _ missing: Int, into samples: inout [Int16]
  ) {
    let gap = later.timestamp - expected
    let paid = min(Int64(debt), max(gap, 0))
    let lost = gap - paid
    guard case .sound = later.content, lost > 0 else {
      state = .playing(sequence: later.sequence, timestamp: later.timestamp, debt: 0)
      return
    }
    // More than that is a pause and not a loss, or as good as one.
    guard lost <= Int64(clockRate * 120 / 1000) else {
      concealer.hush()
      state = .buffering(floor: later.sequence)
      return
    }
    let count = min(missing, Int(lost))
    conceal(count, into: &samples)
    let isBridged = Int64(count) == lost
    guard case .playing(let sequence, _, _) = state else { return }
    state = .playing(
      sequence: isBridged ? later.sequence : sequence, timestamp: expected + paid + Int64(count), debt: debt - Int(paid))
  }

  private mutating func drop(_ slot: Slot) {
    take(slot.sequence)
    concealer.hush()
    state = .buffering(floor: slot.sequence + 1)
  }

  private mutating func conceal(_ count: Int, into samples: inout [Int16]) {
    let start = samples.count
    concealer.conceal(count, into: &samples)
    concealer.played(samples[start...])
    concealedSamples += Int64(count)
  }

  private mutating func beQuiet(_ count: Int, into samples: inout [Int16]) {
    let start = samples.count
    noise.append(count, to: &samples)
    concealer.played(samples[start...])
  }

  private var isFarBehind: Bool {
    smoothedDelay.map { $0 > Double(target) + 200_000 } ?? false
  }

  /// Cuts a period out of what was just decoded, or puts one in, when the delay and the target are apart.
  private mutating func adjustDelay(from start: Int, now: Instant) {
    guard let delay = smoothedDelay else { return }
    let excess = delay - Double(target)
    let since = adjustedAt.map { (now - $0).wholeMilliseconds } ?? 1000
    var change = 0
    if excess > max(10_000, Double(target) / 4), since >= (excess > 60_000 ? 20 : 100) {
      change = -TimeScaler.shorten(&pcm, from: start, sampleRate: clockRate, force: excess > 60_000)
    } else if excess < -5_000, since >= 60 {
      change = TimeScaler.lengthen(&pcm, from: start, sampleRate: clockRate, force: excess < -30_000)
    }
    guard change != 0 else { return }
    adjustedAt = now
    smoothedDelay = delay + Double(change) * 1_000_000 / Double(clockRate)
  }
}
