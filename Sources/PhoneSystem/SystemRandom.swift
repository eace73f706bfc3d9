import CPlatform
public import SansIO

/// The kernel's generator (getrandom), a few numbers at a time.
///
/// Unlike Swift's own system generator it is a plain value, so `RandomSource` can carry it, and it asks the kernel once for
/// thirty-two numbers. A copy that was made while numbers were left would give the same ones; `RandomSource.split` is the way to
/// hand randomness on.
public struct SystemRandom: RandomNumberGenerator, Sendable {
  private static let batch = 32
  private var numbers: [UInt64] = []

  public init() {}

  public mutating func next() -> UInt64 {
    if let number = numbers.popLast() { return number }
    numbers = [UInt64](repeating: 0, count: Self.batch)
    let failed = unsafe numbers.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return true }
      return unsafe cp_random(start, bytes.count) != 0
    }
    if failed {
      // Only a kernel before 3.17 gets here; Swift's generator reads /dev/urandom there.
      var fallback = SystemRandomNumberGenerator()
      for index in numbers.indices { numbers[index] = fallback.next() }
    }
    return numbers.removeLast()
  }

  /// A source for one machine, seeded by nothing but the kernel.
  public static func source() -> RandomSource {
    RandomSource(SystemRandom())
  }
}
