/// Finds the number of a header field name from its bytes without making a String.
///
/// An open hash over the length and the first and last eight bytes in lower case. Those two words decide a name of up to sixteen bytes;
/// of a longer one they leave out the middle, which is compared byte by byte.
enum HeaderNameTable {
  private struct Entry: Sendable {
    var head: UInt64
    var tail: UInt64
    var name: [UInt8]
    var known: KnownHeader
  }

  /// Four times the number of names, so that a probe nearly always ends at its first slot.
  private static let slotCount = 512
  private static let slots: [UInt16] = makeSlots()
  private static let entries: [Entry] = makeEntries()
  /// `Content-Transfer-Encoding` is the longest we know.
  private static let longestName = 25

  /// The name's number, `unknown` when it is none of ours. `range` must lie within `bytes`.
  static func lookUp(_ bytes: Span<UInt8>, in range: Range<Int>) -> KnownHeader {
    guard !range.isEmpty, range.count <= longestName else { return .unknown }
    let (head, tail) = words(bytes, in: range)
    let slots = slots
    var slot = hash(head, tail, range.count)
    while slots[slot] != UInt16.max {
      let entry = entries[Int(slots[slot])]
      if entry.head == head, entry.tail == tail, entry.name.count == range.count, middleMatches(entry.name, bytes, range) {
        return entry.known
      }
      slot = (slot + 1) % slotCount
    }
    return .unknown
  }

  private static func middleMatches(_ name: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard name.count > 16 else { return true }
    for offset in 8..<(name.count - 8) where name[offset] != bytes[range.lowerBound + offset] | 0x20 { return false }
    return true
  }

  /// The first and the last eight bytes, little end first, zero-filled when the name is shorter. Setting bit 5 is lower case for letters,
  /// and no other character of a token becomes a letter or a hyphen by it.
  private static func words(_ bytes: Span<UInt8>, in range: Range<Int>) -> (UInt64, UInt64) {
    let caseBits: UInt64 = 0x2020_2020_2020_2020
    let count = range.count
    if count >= 8 {
      return (
        ByteScan.word(bytes, at: range.lowerBound) | caseBits, ByteScan.word(bytes, at: range.upperBound - 8) | caseBits
      )
    }
    var head: UInt64 = 0
    for offset in 0..<count { head |= UInt64(bytes[range.lowerBound + offset] | 0x20) << (8 * UInt64(offset)) }
    return (head, 0)
  }

  private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> Int {
    let mixed = (head ^ (tail &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(count)) &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: mixed >> 40) & (slotCount - 1)
  }

  private static func makeEntries() -> [Entry] {
    var entries: [Entry] = []
    for known in KnownHeader.allCases where known != .unknown {
      for spelling in [known.spelling, known.compactForm ?? ""] where !spelling.isEmpty {
        let name = spelling.utf8.map { $0 | 0x20 }
        let (head, tail) = words(name.span, in: 0..<name.count)
        entries.append(Entry(head: head, tail: tail, name: name, known: known))
      }
    }
    return entries
  }

  private static func makeSlots() -> [UInt16] {
    var slots = [UInt16](repeating: UInt16.max, count: slotCount)
    for (number, entry) in entries.enumerated() {
      var slot = hash(entry.head, entry.tail, entry.name.count)
      while slots[slot] != UInt16.max { slot = (slot + 1) % slotCount }
      slots[slot] = UInt16(number)
    }
    return slots
  }
}
