/// Changes the sample rate by a ratio of small whole numbers, as a stream: a low-pass filter in polyphase form.
public struct Resampler: Sendable {
  /// Rate out to rate in, in lowest terms.
  private let up: Int
  private let down: Int
  /// One row of coefficients for each of the `up` phases, oldest sample first.
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
      rows[index % up][taps - 1 - index / up] = Float(sinc * window * Double(up))
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
      let sum = Self.product(phases[position % up], history, from: position / up)
      output.append(Int16(min(max(sum.rounded(), -32_768), 32_767)))
      position += down
    }
    position -= end
    history.removeFirst(samples.count)
    return output
  }

  /// The sum of products of a row and as many samples. Four sums at once, because each addition must wait for the one before it.
  private static func product(_ row: [Float], _ samples: [Float], from start: Int) -> Float {
    guard start >= 0, start + row.count <= samples.count else { return 0 }
    return unsafe row.withUnsafeBufferPointer { row in
      unsafe samples.withUnsafeBufferPointer { samples in
        // In bounds: the guard above holds for every index below.
        var sums = SIMD4<Float>(repeating: 0)
        var tap = 0
        while tap + 4 <= row.count {
          let at = start + tap
          let left = unsafe SIMD4(row[tap], row[tap + 1], row[tap + 2], row[tap + 3])
          let right = unsafe SIMD4(samples[at], samples[at + 1], samples[at + 2], samples[at + 3])
          sums += left * right
          tap += 4
        }
        var sum = sums.sum()
        while tap < row.count {
          sum += unsafe row[tap] * samples[start + tap]
          tap += 1
        }
        return sum
      }
    }
  }
}
