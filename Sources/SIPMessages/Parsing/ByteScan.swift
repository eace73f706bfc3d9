/// Looks at eight bytes at a time. The only place of this room that reads memory without a bounds check per byte.
enum ByteScan {
  /// Eight bytes from `index` on, the first one lowest. `index + 8` must not pass the end; the load itself checks it.
  @inline(__always)
  static func word(_ bytes: Span<UInt8>, at index: Int) -> UInt64 {
    let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
    return UInt64(littleEndian: loaded)
  }

  /// A word in which the lowest bit that is set marks the first `byte`; 0 when there is none.
  @inline(__always)
  static func firstByte(_ byte: UInt8, in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let differences = word ^ (ones &* UInt64(byte))
    // Bits above the lowest one may be false alarms.
    return (differences &- ones) & ~differences & 0x8080_8080_8080_8080
  }

  /// The index of the first line feed at or after `start`; nil when there is none.
  @inline(__always)
  static func lineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    index(of: 0x0A, bytes, from: start)
  }

  /// The index of the first `byte` at or after `start`; nil when there is none.
  @inline(__always)
  static func index(of byte: UInt8, _ bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    let end = bytes.count
    while index &+ 8 <= end {
      let found = firstByte(byte, in: word(bytes, at: index))
      if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
      index &+= 8
    }
    while index < end {
      if bytes.byte(index) == byte { return index }
      index &+= 1
    }
    return nil
  }

  /// A word in which the lowest bit that is set marks the first control or blank; 0 when there is none.
  @inline(__always)
  static func firstBlank(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    return (word &- ones &* 0x21) & ~word & 0x8080_8080_8080_8080
  }
}
