import Foundation

/// Tones, and the measure of how much of one is in a sound: ears that are programs.
enum SoundFile {
  static func tone(hertz: Double, seconds: Double, rate: Int) -> [Int16] {
    (0..<Int(seconds * Double(rate))).map { Int16(8000 * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  /// The share of the loudest second's energy that lies at `hertz`: 1 for a pure tone, near 0 for anything else (Goertzel).
  static func share(of hertz: Double, in samples: [Int16], rate: Int) -> Double {
    var best = 0.0
    var start = 0
    while start + rate <= samples.count {
      let second = samples[start..<start + rate].map(Double.init)
      let energy = second.reduce(0) { $0 + $1 * $1 }
      if energy > 1e9 {
        let coefficient = 2 * cos(2 * .pi * hertz / Double(rate))
        var (before, last) = (0.0, 0.0)
        for sample in second { (before, last) = (last, sample + coefficient * last - before) }
        let power = before * before + last * last - coefficient * before * last
        best = max(best, 2 * power / (energy * Double(rate)))
      }
      start += rate / 4
    }
    return best
  }
}
