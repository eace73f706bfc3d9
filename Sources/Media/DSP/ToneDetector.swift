/// Finds sines in sound by Goertzel's filter: for tests and for comparing with other telephones.
public enum ToneDetector {
  /// The share of the sound's energy that lies at `frequency`, 0 to 1. The longer the piece, the narrower the band: 100 ms tells
  /// tones 10 Hz apart.
  public static func share(of frequency: Double, in samples: [Int16], sampleRate: Int) -> Double {
    guard !samples.isEmpty else { return 0 }
    let coefficient = 2 * Arithmetic.cosine(turns: frequency / Double(max(sampleRate, 1)))
    var (previous, beforeThat, energy) = (0.0, 0.0, 0.0)
    for sample in samples {
      let value = Double(sample)
      (previous, beforeThat) = (value + coefficient * previous - beforeThat, previous)
      energy += value * value
    }
    guard energy > 0 else { return 0 }
    let power = previous * previous + beforeThat * beforeThat - coefficient * previous * beforeThat
    return min(power * 2 / (Double(samples.count) * energy), 1)
  }

  /// The key whose two tones make up most of the sound; nil when there is none.
  public static func dtmfDigit(in samples: [Int16], sampleRate: Int) -> Character? {
    var best: (digit: Character, share: Double)?
    for digit in "123A456B789C*0#D" {
      guard let pair = ToneProgram.dtmfFrequencies(digit) else { continue }
      let shares = pair.map { share(of: $0, in: samples, sampleRate: sampleRate) }
      // Both must be there, with at most 8 dB between them (ITU-T Q.24).
      guard shares[0] > 0.12, shares[1] > 0.12 else { continue }
      let sum = shares[0] + shares[1]
      if sum > 0.7, sum > best?.share ?? 0 { best = (digit, sum) }
    }
    return best?.digit
  }
}
