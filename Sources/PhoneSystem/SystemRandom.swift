import CPlatform
public import SansIO

/// The kernel's generator (getrandom).
///
/// A value without state: `RandomSource` is copied and split as machines are made, and no two copies may ever give the same
/// numbers. A call costs a fraction of a microsecond and a SIP message needs a handful.
public struct SystemRandom: RandomNumberGenerator, Sendable {
  public init() {}

  public mutating func next() -> UInt64 {
    var number: UInt64 = 0
    let failed = unsafe withUnsafeMutableBytes(of: &number) { bytes in
      guard let start = bytes.baseAddress else { return true }
      return unsafe cp_random(start, bytes.count) != 0
    }
    if failed {
      // Only a kernel before 3.17 gets here; Swift's generator reads /dev/urandom there.
      var fallback = SystemRandomNumberGenerator()
      return fallback.next()
    }
    return number
  }

  /// A source for one machine, seeded by nothing but the kernel.
  public static func source() -> RandomSource {
    RandomSource(SystemRandom())
  }
}
