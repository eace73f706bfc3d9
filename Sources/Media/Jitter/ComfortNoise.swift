/// Low noise for the pauses of a peer that sends its level instead (RFC 3389). The spectral coefficients are not used: at these
/// levels white noise serves.
struct ComfortNoise: Sendable {
  private var amplitude: Int32 = 0
  private var state: UInt32

  init(seed: UInt32) {
    state = seed | 1
  }

  /// RFC 3389 section 3: the first octet is the level in -dBov, 0 to 127; never made louder than -30 dBov, whatever is asked.
  mutating func setLevel(_ payload: ArraySlice<UInt8>) {
    guard let first = payload.first else { return }
    let level = max(Int(first & 0x7F), 30)
    // Uniform noise of peak p has a mean square of p²/3.
    amplitude = level > 78 ? 0 : Int32(32_768 * Arithmetic.amplitude(decibels: Double(-level)) * 1.73)
  }

  mutating func stop() { amplitude = 0 }

  mutating func append(_ count: Int, to samples: inout [Int16]) {
    guard amplitude > 0 else {
      for _ in 0..<count { samples.append(0) }
      return
    }
    for _ in 0..<count {
      // A linear congruence is random enough for the ear.
      state = state &* 1_664_525 &+ 1_013_904_223
      let fraction = Int32(bitPattern: state) >> 16
      samples.append(Int16(truncatingIfNeeded: (fraction * amplitude) >> 15))
    }
  }
}
