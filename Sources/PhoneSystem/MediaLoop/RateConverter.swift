import Media

/// A resampler that remembers between which rates it stands.
struct RateConverter {
  private let inputRate: Int
  private let outputRate: Int
  private var resampler: Resampler
  /// Input samples that were asked for too little so far, in 1/`outputRate`; keeps the average exact when the ratio is not whole.
  private var owed = 0

  init(from inputRate: Int, to outputRate: Int) {
    self.inputRate = inputRate
    self.outputRate = outputRate
    resampler = Resampler(from: inputRate, to: outputRate)
  }

  func converts(from inputRate: Int, to outputRate: Int) -> Bool {
    self.inputRate == inputRate && self.outputRate == outputRate
  }

  /// How many input samples make `frames` of output, on average over the calls.
  mutating func inputNeeded(for frames: Int) -> Int {
    owed += frames * inputRate
    defer { owed %= outputRate }
    return owed / outputRate
  }

  mutating func process(_ samples: [Int16]) -> [Int16] {
    resampler.process(samples)
  }
}
