/// A run in 64 bits: two runs that differ in one byte on the wire, one order or one moment have different ones.
public struct TraceHash: Hashable, Sendable {
  /// FNV's offset basis; any odd start would do.
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  public mutating func mix(_ word: UInt64) {
    value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 29
  }

  public mutating func mix(_ bytes: [UInt8]) {
    mix(UInt64(bytes.count))
    var word: UInt64 = 0
    var count = 0
    for byte in bytes {
      word = word << 8 | UInt64(byte)
      count += 1
      if count == 8 {
        mix(word)
        word = 0
        count = 0
      }
    }
    if count > 0 { mix(word) }
  }

  /// Sixteen hexadecimal digits.
  public var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
