/// The randomness of a machine, handed to it when it is made: the system's generator in the phone, a seeded one in the simulation.
public struct RandomSource: Sendable {
  private var generator: any RandomNumberGenerator & Sendable

  public init(_ generator: any RandomNumberGenerator & Sendable) {
    self.generator = generator
  }

  /// A source that gives the same numbers on every machine. For simulation and tests only: it can be guessed.
  public init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  public mutating func nextUInt64() -> UInt64 {
    generator.next()
  }

  /// A number from 0 up to, not including, `bound`. `bound` must not be 0.
  public mutating func next(below bound: UInt64) -> UInt64 {
    // Rejection keeps every value equally likely.
    let limit = UInt64.max - UInt64.max % bound
    while true {
      let candidate = generator.next()
      if candidate < limit { return candidate % bound }
    }
  }

  /// A fraction from 0 up to, not including, 1.
  public mutating func nextFraction() -> Double {
    Double(generator.next() >> 11) * 0x1p-53
  }

  /// A token of lower-case hexadecimal digits that holds at least `bits` random bits (RFC 3261 section 19.3 asks for 32, we use 64
  /// and more).
  public mutating func token(bits: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let length = (bits + 3) / 4
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    var pool: UInt64 = 0
    for position in 0..<length {
      if position % 16 == 0 { pool = generator.next() }
      bytes.append(digits[Int(pool & 0xF)])
      pool >>= 4
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A new source whose numbers do not depend on how often this one is asked later. What cannot be guessed stays so: only a seeded
  /// source gives a seeded one, the system's generator is shared as it is.
  public mutating func split() -> RandomSource {
    generator is SeededGenerator ? RandomSource(seed: generator.next()) : self
  }
}

/// SplitMix64: small, fast, the same everywhere.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
