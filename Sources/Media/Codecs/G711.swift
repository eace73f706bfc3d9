/// ITU-T G.711 (RFC 3551 section 4.5.14): eight bits a sample, logarithmic, in the two laws.
public enum G711 {
  /// The linear value of a mu-law byte, 14 bits scaled to 16.
  public static func decodeMuLaw(_ byte: UInt8) -> Int16 {
    let inverted = ~byte
    let exponent = Int32(inverted >> 4 & 7)
    let mantissa = Int32(inverted & 0x0F)
    let magnitude = ((mantissa << 3) + 0x84) << exponent - 0x84
    return Int16(inverted & 0x80 != 0 ? -magnitude : magnitude)
  }

  public static func encodeMuLaw(_ sample: Int16) -> UInt8 {
    let value = Int32(sample)
    // The bias makes every segment begin at a power of two; beyond the clip the eighth segment would overflow.
    let magnitude = min(abs(value), 32_635) + 0x84
    let exponent = 31 - Int32(magnitude.leadingZeroBitCount) - 7
    let mantissa = magnitude >> (exponent + 3) & 0x0F
    return ~UInt8(truncatingIfNeeded: (value < 0 ? 0x80 : 0) | exponent << 4 | mantissa)
  }

  /// The linear value of an A-law byte, 13 bits scaled to 16.
  public static func decodeALaw(_ byte: UInt8) -> Int16 {
    // Every second bit is inverted on the line (G.711 table 1a, note 2).
    let code = byte ^ 0x55
    let exponent = Int32(code >> 4 & 7)
    let mantissa = Int32(code & 0x0F)
    let magnitude = exponent == 0 ? mantissa << 4 + 8 : (mantissa << 4 + 0x108) << (exponent - 1)
    return Int16(code & 0x80 != 0 ? magnitude : -magnitude)
  }

  public static func encodeALaw(_ sample: Int16) -> UInt8 {
    let isNegative = sample < 0
    // One's complement, as the reference does, so that -1 and 0 fall into the smallest steps of either sign.
    let magnitude = Int32(isNegative ? ~sample : sample) >> 4
    let sign: Int32 = isNegative ? 0 : 0x80
    // The first two segments have the same step.
    if magnitude < 16 { return UInt8(truncatingIfNeeded: sign | magnitude) ^ 0x55 }
    let exponent = 31 - Int32(magnitude.leadingZeroBitCount) - 4
    return UInt8(truncatingIfNeeded: sign | (exponent + 1) << 4 | magnitude >> exponent & 0x0F) ^ 0x55
  }

  /// The decoders as tables: one load a sample on the path of every packet.
  static let muLawTable: [Int16] = (0...255).map { decodeMuLaw(UInt8($0)) }
  static let aLawTable: [Int16] = (0...255).map { decodeALaw(UInt8($0)) }
}
