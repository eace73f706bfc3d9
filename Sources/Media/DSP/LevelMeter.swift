/// The loudness of a stream of samples, smoothed like a needle.
public struct LevelMeter: Sendable {
  private var meanSquare = 0.0

  public init() {}

  /// The level in dBFS: 0 for a full-scale square, -3 for a full-scale sine; nil for silence below what 16 bits can hold.
  public var decibels: Double? {
    guard meanSquare > 0.25 else { return nil }
    return 10 * Arithmetic.log10(meanSquare / (32_768 * 32_768))
  }

  /// Takes in samples; each call weighs as much as its length, with a time constant of `sampleRate`/20 samples (50 ms).
  public mutating func feed(_ samples: ArraySlice<Int16>, sampleRate: Int) {
    guard !samples.isEmpty else { return }
    var sum = 0.0
    for sample in samples { sum += Double(sample) * Double(sample) }
    let weight = min(Double(samples.count) * 20 / Double(max(sampleRate, 1)), 1)
    meanSquare += (sum / Double(samples.count) - meanSquare) * weight
  }

  public mutating func reset() { meanSquare = 0 }
}
