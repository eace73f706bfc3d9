/// Makes a piece of sound one pitch period shorter or longer without a change of pitch: two periods are laid over each other.
///
/// With it the jitter buffer changes its delay, and follows a peer whose clock runs faster or slower, while someone speaks.
enum TimeScaler {
  /// Shortens the samples from `start` on; returns how many are gone, 0 when no two periods are alike enough.
  static func shorten(_ samples: inout [Int16], from start: Int, sampleRate: Int, force: Bool) -> Int {
    guard let period = period(samples, from: start, sampleRate: sampleRate, force: force) else { return 0 }
    for index in 0..<period {
      let out = Int32(samples[start + index])
      let into = Int32(samples[start + period + index])
      samples[start + index] = Int16((out * Int32(period - index) + into * Int32(index)) / Int32(period))
    }
    samples.removeSubrange((start + period)..<(start + 2 * period))
    return period
  }

  /// Lengthens the samples from `start` on; returns how many were added.
  static func lengthen(_ samples: inout [Int16], from start: Int, sampleRate: Int, force: Bool) -> Int {
    guard let period = period(samples, from: start, sampleRate: sampleRate, force: force) else { return 0 }
    // The second period fades back into the first, after which it is heard once more.
    var extra: [Int16] = []
    extra.reserveCapacity(period)
    for index in 0..<period {
      let out = Int32(samples[start + period + index])
      let into = Int32(samples[start + index])
      extra.append(Int16((out * Int32(period - index) + into * Int32(index)) / Int32(period)))
    }
    samples.insert(contentsOf: extra, at: start + period)
    return period
  }

  /// The best lag between 2.5 and 10 ms, nil when the likeness is poor; in quiet sound any lag will do.
  private static func period(_ samples: [Int16], from start: Int, sampleRate: Int, force: Bool) -> Int? {
    let count = samples.count - start
    let shortest = sampleRate / 400
    let longest = min(sampleRate / 100, count / 2)
    guard longest >= shortest, shortest > 0 else { return nil }
    var loudest: Int16 = 0
    for index in start..<samples.count { loudest = max(loudest, samples[index] == .min ? .max : abs(samples[index])) }
    // About -50 dBFS.
    if loudest < 100 { return longest }
    let stride = sampleRate >= 16_000 ? 2 : 1
    var best = longest
    var bestLikeness = -1.0
    for lag in Swift.stride(from: shortest, through: longest, by: stride) {
      var product: Int64 = 0
      var left: Int64 = 1
      var right: Int64 = 1
      var index = start
      let end = samples.count - lag
      while index < end {
        let a = Int64(samples[index])
        let b = Int64(samples[index + lag])
        product += a * b
        left += a * a
        right += b * b
        index += stride
      }
      let likeness = Double(product) / (Double(left) * Double(right)).squareRoot()
      if likeness > bestLikeness {
        bestLikeness = likeness
        best = lag
      }
    }
    return bestLikeness > 0.6 || force ? best : nil
  }
}
