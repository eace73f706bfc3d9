/// Changes the sample rate by a ratio of small whole numbers, as a stream: a low-pass filter in polyphase form.
public struct Resampler: Sendable {
  /// Rate out to rate in, in lowest terms.
  private let up: Int
  private let down: Int
  /// One row of coefficients for each of the `up` phases, newest sample first.
  private let phases: [[Float]]
  private let taps: Int
  /// The last `taps` - 1 samples, then the new ones.
  private var history: [Float]
  /// Position of the next output, in 1/`up` of an input sample, from the first new one.
  private var position = 0

  /// Rates in hertz, 1000 to 192000.
  public init(from inputRate: Int, to outputRate: Int) {
    let input = min(max(inputRate, 1000), 192_000)
    let output = min(max(outputRate, 1000), 192_000)
    var (a, b) = (input, output)
    while b != 0 { (a, b) = (b, a % b) }
    up = output / a
    down = input / a
    // Sixteen zero crossings of the slower rate: flat to 3.4 kHz for telephony, a delay of one millisecond at 8 kHz.
    let stretch = max((down + up - 1) / up, 1)
    taps = up == down ? 1 : 16 * stretch
    phases = Self.design(up: up, down: down, taps: taps)
    history = [Float](repeating: 0, count: taps - 1)
  }

  private static func design(up: Int, down: Int, taps: Int) -> [[Float]] {
    guard up != down else { return [[1]] }
    let length = taps * up
    let cutoff = 0.5 * 0.94 / Double(max(up, down))
    var rows = [[Float]](repeating: [Float](repeating: 0, count: taps), count: up)
    for index in 0..<length {
      let x = Double(index) - Double(length - 1) / 2
      let sinc = x == 0 ? 2 * cutoff : Arithmetic.sine(turns: cutoff * x) / (Double.pi * x)
      // Blackman's window.
      let place = (Double(index) + 0.5) / Double(length)
      let window = 0.42 - 0.5 * Arithmetic.cosine(turns: place) + 0.08 * Arithmetic.cosine(turns: 2 * place)
      rows[index % up][index / up] = Float(sinc * window * Double(up))
    }
    return rows
  }

  /// The output for the next samples of input, about `samples.count` times the ratio.
  public mutating func process(_ samples: [Int16]) -> [Int16] {
    guard up != down else { return samples }
    for sample in samples { history.append(Float(sample)) }
    var output: [Int16] = []
    output.reserveCapacity(samples.count * up / down + 1)
    let end = samples.count * up
    while position < end {
      let newest = position / up + taps - 1
      let row = phases[position % up]
      var sum: Float = 0
      for tap in 0..<taps { sum += row[tap] * history[newest - tap] }
      output.append(Int16(min(max(sum.rounded(), -32_768), 32_767)))
      position += down
    }
    position -= end
    history.removeFirst(samples.count)
    return output
  }
}
