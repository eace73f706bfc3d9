/// Looks at eight bytes at a time. The only place of this room that reads memory without a bounds check per byte.
enum ByteScan {
  /// Eight bytes from `index` on, the first one lowest. `index + 8` must not pass the end; the load itself checks it.
  @inline(__always)
  static func word(_ bytes: Span<UInt8>, at index: Int) -> UInt64 {
    let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
    return UInt64(littleEndian: loaded)
  }

  /// The index of the first line feed at or after `start`; nil when there is none.
  @inline(__always)
  static func lineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var index = start
    let end = bytes.count
    while index &+ 8 <= end {
      let differences = word(bytes, at: index) ^ (ones &* 0x0A)
      // The lowest high bit marks the first byte that is zero; those above it may be false alarms, and are not looked at.
      let zeros = (differences &- ones) & ~differences & highs
      if zeros != 0 { return index &+ zeros.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < end {
      if bytes[index] == 0x0A { return index }
      index &+= 1
    }
    return nil
  }
}
