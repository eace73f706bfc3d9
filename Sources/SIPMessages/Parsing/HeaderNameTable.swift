/// Finds the number of a header field name from its bytes without making a String.
///
/// An open hash over the length and the first and last eight bytes in lower case. Those two words decide a name of up to sixteen
/// bytes; of a longer one they leave out the middle, which is compared byte by byte.
struct HeaderNameTable: Sendable {
  private struct Entry: Sendable {
    var head: UInt64
    var tail: UInt64
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
    let free = Entry(head: 0, tail: 0, length: 0, known: .unknown)
    var slots = [Entry](repeating: free, count: Self.slotCount)
    for known in KnownHeader.allCases where known != .unknown {
      for spelling in [known.spelling, known.compactForm ?? ""] where !spelling.isEmpty {
        let name = Array(spelling.utf8)
        let (head, tail) = Self.words(name.span, in: 0..<name.count)
        var slot = Self.hash(head, tail, name.count)
        while slots[slot].length != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
        slots[slot] = Entry(head: head, tail: tail, length: name.count, known: known)
      }
    }
    self.slots = slots
  }

  /// The name's number, `unknown` when it is none of ours. `range` must lie within `bytes`.
  func lookUp(_ bytes: Span<UInt8>, in range: Range<Int>) -> KnownHeader {
    guard !range.isEmpty, range.count <= Self.longestName else { return .unknown }
    let (head, tail) = Self.words(bytes, in: range)
    let slots = slots.span
    var slot = Self.hash(head, tail, range.count)
    while slots[slot].length != 0 {
      if slots[slot].head == head, slots[slot].tail == tail, slots[slot].length == range.count {
        let known = slots[slot].known
        if range.count <= 16 || Self.middleMatches(known, bytes, range) { return known }
      }
      slot = (slot &+ 1) & (Self.slotCount &- 1)
    }
    return .unknown
  }

  private static func middleMatches(_ known: KnownHeader, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for byte in known.spelling.utf8 {
      guard bytes[index] | 0x20 == byte | 0x20 else { return false }
      index += 1
    }
    return true
  }

  /// The first and the last eight bytes, little end first, zero-filled when the name is shorter. Setting bit 5 is lower case for
  /// letters, and no other character of a token becomes a letter or a hyphen by it.
  @inline(__always)
  private static func words(_ bytes: Span<UInt8>, in range: Range<Int>) -> (UInt64, UInt64) {
    let caseBits: UInt64 = 0x2020_2020_2020_2020
    let start = range.lowerBound
    let length = range.count
    if length >= 8 {
      return (ByteScan.word(bytes, at: start) | caseBits, ByteScan.word(bytes, at: range.upperBound &- 8) | caseBits)
    }
    let mask = (UInt64(1) << UInt64(8 &* length)) &- 1
    if start &+ 8 <= bytes.count { return ((ByteScan.word(bytes, at: start) | caseBits) & mask, 0) }
    return ((bytes.shortWord(range) | caseBits) & mask, 0)
  }

  @inline(__always)
  private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> Int {
    let mixed = (head ^ (tail &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(truncatingIfNeeded: count)) &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: mixed >> 40) & (slotCount &- 1)
  }
}
