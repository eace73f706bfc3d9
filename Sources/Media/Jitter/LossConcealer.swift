/// Invents sound for packets that are missing: the last pitch period goes on, loud for ten milliseconds and gone after sixty, as
/// ITU-T G.711 appendix I found to be least disturbing.
struct LossConcealer: Sendable {
  private let sampleRate: Int
  /// The newest 40 ms of what was played.
  private var history: [Int16] = []
  private let historyLength: Int
  private var cycle: [Int16] = []
  private var produced = 0
  /// Where in `cycle` the next sample is.
  private var place = 0
  private(set) var isActive = false

  init(sampleRate: Int) {
    self.sampleRate = sampleRate
    historyLength = sampleRate * 40 / 1000
    history.reserveCapacity(historyLength * 2)
  }

  /// True when everything that could be invented has been: only silence would follow.
  var isExhausted: Bool { isActive && produced >= sampleRate * 60 / 1000 }

  /// Remembers what was played.
  mutating func played(_ samples: ArraySlice<Int16>) {
    history.append(contentsOf: samples.suffix(historyLength))
    if history.count > historyLength { history.removeFirst(history.count - historyLength) }
  }

  /// Ends the invention at once; what comes next still grows out of silence.
  mutating func hush() {
    if isActive { produced = max(produced, sampleRate * 60 / 1000) }
  }

  mutating func reset() {
    history.removeAll(keepingCapacity: true)
    isActive = false
  }

  /// Appends `count` invented samples.
  mutating func conceal(_ count: Int, into samples: inout [Int16]) {
    if !isActive { begin() }
    for _ in 0..<count { samples.append(nextSample()) }
  }

  /// The first packet after the gap grows out of the invented sound over four milliseconds. `start` is its first sample in
  /// `samples`.
  mutating func recover(_ samples: inout [Int16], from start: Int) {
    guard isActive else { return }
    let overlap = min(sampleRate / 250, samples.count - start)
    if overlap > 0 {
      for index in 0..<overlap {
        let invented = Int32(nextSample())
        let real = Int32(samples[start + index])
        samples[start + index] = Int16((invented * Int32(overlap - index) + real * Int32(index)) / Int32(overlap))
      }
    }
    isActive = false
  }

  private mutating func begin() {
    isActive = true
    produced = 0
    place = 0
    cycle.removeAll(keepingCapacity: true)
    let shortest = sampleRate / 400
    guard history.count >= 3 * shortest else { return }
    let period = pitchPeriod(shortest: shortest, longest: min(sampleRate * 15 / 1000, history.count / 2))
    cycle.append(contentsOf: history.suffix(period))
    // The end of the cycle is led over to its beginning, else every turn would click.
    let overlap = min(period / 4, history.count - period)
    for index in 0..<overlap {
      let at = period - overlap + index
      let before = Int32(history[history.count - period - overlap + index])
      cycle[at] = Int16((Int32(cycle[at]) * Int32(overlap - index) + before * Int32(index)) / Int32(overlap))
    }
  }

  /// The lag at which the newest sound resembles itself most.
  private func pitchPeriod(shortest: Int, longest: Int) -> Int {
    guard longest > shortest else { return shortest }
    let template = min(sampleRate / 50, history.count - longest)
    let start = history.count - template
    var best = longest
    var bestScore = -1.0
    // Two samples at a time are enough to find the peak at 16 kHz and above.
    let stride = sampleRate >= 16_000 ? 2 : 1
    for lag in Swift.stride(from: shortest, through: longest, by: stride) {
      var product: Int64 = 0
      var energy: Int64 = 1
      var index = start
      while index < history.count {
        let past = Int64(history[index - lag])
        product += Int64(history[index]) * past
        energy += past * past
        index += stride
      }
      guard product > 0 else { continue }
      let score = Double(product) * Double(product) / Double(energy)
      if score > bestScore {
        bestScore = score
        best = lag
      }
    }
    return best
  }

  private mutating func nextSample() -> Int16 {
    guard !cycle.isEmpty else {
      produced += 1
      return 0
    }
    let sample = Int32(cycle[place])
    place += 1
    if place == cycle.count { place = 0 }
    let loud = sampleRate / 100
    let end = sampleRate * 60 / 1000
    defer { produced += 1 }
    if produced < loud { return Int16(sample) }
    guard produced < end else { return 0 }
    return Int16(sample * Int32(end - produced) / Int32(end - loud))
  }
}
