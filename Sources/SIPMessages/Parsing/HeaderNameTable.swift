/// Finds the number of a header field name from its bytes without making a String.
///
/// An open hash over the length and the first and last eight bytes in lower case. Those two words decide a name of up to sixteen
/// bytes; of a longer one they leave out the middle, which is compared byte by byte.
struct HeaderNameTable: Sendable {
  private struct Entry: Sendable {
    var head: UInt64
    var tail: UInt64
    /// Bit 5 of the hyphens in both, which their own bytes must have: a carriage return becomes a hyphen when it is set.
    var headHyphens: UInt64
    var tailHyphens: UInt64
    var length: Int
    var known: KnownHeader
  }

  /// Fetched once for a message, not for a field: a global costs a check each time.
  static let shared = HeaderNameTable()

  /// Five times the number of names, so that a probe nearly always ends at its first slot.
  private static let slotCount = 512
  /// `Content-Transfer-Encoding` is the longest we know.
  private static let longestName = 25

  /// A length of 0 marks a free slot.
  private let slots: [Entry]

  private init() {
    let free = Entry(head: 0, tail: 0, headHyphens: 0, tailHyphens: 0, length: 0, known: .unknown)
    var slots = [Entry](repeating: free, count: Self.slotCount)
    for known in KnownHeader.allCases where known != .unknown {
      for spelling in [known.spelling, known.compactForm ?? ""] where !spelling.isEmpty {
        let name = Array(spelling.utf8)
        let (rawHead, rawTail) = Self.words(name.span, in: 0..<name.count)
        let (head, tail) = (Self.lowercased(rawHead, name.count), Self.lowercased(rawTail, name.count))
        var slot = Self.hash(head, tail, name.count)
        while slots[slot].length != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
        slots[slot] = Entry(
          head: head, tail: tail, headHyphens: Self.hyphens(head), tailHyphens: Self.hyphens(tail), length: name.count, known: known
        )
      }
    }
    self.slots = slots
  }

  /// The name's number, `unknown` when it is none of ours. `range` must lie within `bytes`.
  func lookUp(_ bytes: Span<UInt8>, in range: Range<Int>) -> KnownHeader {
    guard !range.isEmpty, range.count <= Self.longestName else { return .unknown }
    let (rawHead, rawTail) = Self.words(bytes, in: range)
    let (head, tail) = (Self.lowercased(rawHead, range.count), Self.lowercased(rawTail, range.count))
    let slots = slots.span
    var slot = Self.hash(head, tail, range.count)
    while slots[slot].length != 0 {
      if slots[slot].head == head, slots[slot].tail == tail, slots[slot].length == range.count {
        let known = slots[slot].known
        guard ~rawHead & slots[slot].headHyphens == 0, ~rawTail & slots[slot].tailHyphens == 0 else { return .unknown }
        if range.count <= 16 || Self.middleMatches(known, bytes, range) { return known }
      }
      slot = (slot &+ 1) & (Self.slotCount &- 1)
    }
    return .unknown
  }

  private static func middleMatches(_ known: KnownHeader, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for byte in known.spelling.utf8 {
      guard bytes[index].lowercasedASCII == byte.lowercasedASCII else { return false }
      index += 1
    }
    return true
  }

  /// Where a name that we know may end: at the first colon or blank, or after as many bytes as the longest one has.
  @inline(__always)
  func nameEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    let end = min(bytes.count, start &+ Self.longestName)
    var index = start
    while index &+ 8 <= bytes.count, index < end {
      let word = ByteScan.word(bytes, at: index)
      let found = ByteScan.firstByte(0x3A, in: word) | ByteScan.firstByte(0x20, in: word)
      if found != 0 { return min(end, index &+ found.trailingZeroBitCount / 8) }
      index &+= 8
    }
    while index < end, bytes.byte(index) != 0x3A, bytes.byte(index) != 0x20 { index &+= 1 }
    return min(index, end)
  }

  /// The first and the last eight bytes, little end first, zero-filled when the name is shorter.
  @inline(__always)
  private static func words(_ bytes: Span<UInt8>, in range: Range<Int>) -> (UInt64, UInt64) {
    let start = range.lowerBound
    let length = range.count
    if length >= 8 { return (ByteScan.word(bytes, at: start), ByteScan.word(bytes, at: range.upperBound &- 8)) }
    let mask = (UInt64(1) &<< UInt64(8 &* length)) &- 1
    if start &+ 8 <= bytes.count { return (ByteScan.word(bytes, at: start) & mask, 0) }
    return (bytes.shortWord(range), 0)
  }

  /// Setting bit 5 is lower case for letters. No other character of a token becomes a letter or a hyphen by it; of those that are
  /// in no token only the carriage return does.
  @inline(__always)
  private static func lowercased(_ word: UInt64, _ length: Int) -> UInt64 {
    let caseBits: UInt64 = 0x2020_2020_2020_2020
    if length >= 8 { return word | caseBits }
    return word | caseBits & ((UInt64(1) &<< UInt64(8 &* length)) &- 1)
  }

  private static func hyphens(_ word: UInt64) -> UInt64 {
    var bits: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) where word >> shift & 0xFF == 0x2D { bits |= 0x20 << shift }
    return bits
  }

  @inline(__always)
  private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> Int {
    let mixed = (head ^ (tail &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(truncatingIfNeeded: count)) &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: mixed >> 40) & (slotCount &- 1)
  }
}
