/// Adds sounds, with a ceiling instead of an overflow.
public struct Mixer: Sendable {
  private var sum: [Int32] = []

  public init() {}

  /// Begins a piece of `frames` samples.
  public mutating func begin(frames: Int) {
    sum.removeAll(keepingCapacity: true)
    sum.append(contentsOf: repeatElement(0, count: max(frames, 0)))
  }

  /// Adds a source, with a gain of 0 to 1; what is longer than the piece is left out.
  public mutating func add(_ samples: [Int16], gain: Double = 1) {
    let factor = Int32(min(max(gain, 0), 1) * 256)
    for index in 0..<min(samples.count, sum.count) { sum[index] &+= (Int32(samples[index]) * factor) >> 8 }
  }

  /// The mixed piece.
  public func mixed() -> [Int16] {
    sum.map { Int16(min(max($0, -32_768), 32_767)) }
  }

  /// Two sources at once; as long as the longer one.
  public static func mix(_ left: [Int16], _ right: [Int16]) -> [Int16] {
    var mixer = Mixer()
    mixer.begin(frames: max(left.count, right.count))
    mixer.add(left)
    mixer.add(right)
    return mixer.mixed()
  }
}
