/// Splits the value of a field at its commas, but not at those in quotes or angle brackets. Empty elements are passed over.
struct ElementSplitter {
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  init(_ bytes: ArraySlice<UInt8>, from offset: Int = 0) {
    self.bytes = bytes
    index = bytes.startIndex + offset
  }

  /// From the first byte to where the search for the next element begins.
  var offset: Int { index - bytes.startIndex }

  /// The next element without the blanks around it; nil when there is no other.
  mutating func next() -> ArraySlice<UInt8>? {
    let end = bytes.endIndex
    while index < end {
      let element = nextRange()
      var first = element.lowerBound
      var last = element.upperBound
      while first < last, bytes[first].isLinearWhitespace { first += 1 }
      while first < last, bytes[last - 1].isLinearWhitespace { last -= 1 }
      if first < last { return bytes[first..<last] }
    }
    return nil
  }

  private mutating func nextRange() -> Range<Int> {
    let bytes = bytes
    let span = bytes.span
    let base = bytes.startIndex
    let start = index
    var place = index - base
    var isInAngles = false
    while place < span.count {
      switch span.byte(place) {
      case 0x22:
        // Quotes within angle brackets are no quotes, they only make the URI a bad one.
        if !isInAngles {
          _ = span.skipQuoted(&place)
          continue
        }
      case 0x3C: isInAngles = true
      case 0x3E: isInAngles = false
      case 0x2C where !isInAngles:
        index = base + place + 1
        return start..<(base + place)
      default: break
      }
      place &+= 1
    }
    index = bytes.endIndex
    return start..<index
  }
}
