/// Splits the value of a field at its commas, but not at those in quotes or angle brackets. Empty elements are passed over.
@usableFromInline
struct ElementSplitter {
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  @usableFromInline
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  /// The next element without the blanks around it; nil when there is no other.
  @usableFromInline
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
    let start = index
    let end = bytes.endIndex
    var isQuoted = false
    var isInAngles = false
    while index < end {
      switch bytes[index] {
      case 0x22: isQuoted.toggle()
      case 0x5C where isQuoted: index += 1
      case 0x3C where !isQuoted: isInAngles = true
      case 0x3E where !isQuoted: isInAngles = false
      case 0x2C where !isQuoted && !isInAngles:
        index += 1
        return start..<(index - 1)
      default: break
      }
      index += 1
    }
    index = Swift.min(index, end)
    return start..<index
  }
}
