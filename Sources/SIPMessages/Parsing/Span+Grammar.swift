/// The grammar that header fields share, as steps over bytes: each moves `index` and never beyond the end (RFC 3261 section 25.1).
///
/// Inlined, so that the sets of characters become constants and the index a register; what parses calls these in its inner loops.
extension Span<UInt8> {
  /// The byte at `index`, which the caller has just compared with `count`. Indices start at 0 or more and only ever grow, so that
  /// comparison is the whole bounds check.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 {
    unsafe self[unchecked: index]
  }

  @inline(__always)
  func skipWhitespace(_ index: inout Int) {
    while index < count, byte(index).isLinearWhitespace { index &+= 1 }
  }

  /// Passes spaces and tabs, but no line end.
  @inline(__always)
  func skipBlanks(_ index: inout Int) {
    while index < count, byte(index) == 0x20 || byte(index) == 0x09 { index &+= 1 }
  }

  /// Passes `wanted` if it is the next one.
  @inline(__always)
  func skip(_ wanted: UInt8, _ index: inout Int) -> Bool {
    guard index < count, byte(index) == wanted else { return false }
    index &+= 1
    return true
  }

  /// Passes `wanted` and the blanks around it, or stays.
  @inline(__always)
  func skipSeparator(_ wanted: UInt8, _ index: inout Int) -> Bool {
    var ahead = index
    skipWhitespace(&ahead)
    guard skip(wanted, &ahead) else { return false }
    skipWhitespace(&ahead)
    index = ahead
    return true
  }

  @inline(__always)
  func take(_ set: ByteSet, _ index: inout Int) {
    while index < count, set.contains(byte(index)) { index &+= 1 }
  }

  /// Passes a quoted string with its quotes; false when it does not end. The next byte must be the opening quote.
  func skipQuoted(_ index: inout Int) -> Bool {
    index &+= 1
    while index < count {
      switch byte(index) {
      case 0x22:
        index &+= 1
        return true
      case 0x5C: index &+= 2
      default: index &+= 1
      }
    }
    index = count
    return false
  }

  /// Passes one parameter and tells where its name ends; nil when it is none.
  @inline(__always)
  func skipParameter(_ index: inout Int) -> Int? {
    let start = index
    take(.token, &index)
    guard index > start else { return nil }
    let nameEnd = index
    guard skipSeparator(0x3D, &index) else { return nameEnd }
    if index < count, byte(index) == 0x22 { return skipQuoted(&index) ? nameEnd : nil }
    let valueStart = index
    take(.parameterValue, &index)
    return index > valueStart ? nameEnd : nil
  }

  /// Passes `;name=value;flag…`; false when one of them is malformed.
  func skipParameters(_ index: inout Int) -> Bool {
    while skipSeparator(0x3B, &index) {
      guard skipParameter(&index) != nil else { return false }
    }
    return true
  }

  /// Passes `name=value, name=value…`; false when one of them is malformed.
  func skipParameterList(_ index: inout Int) -> Bool {
    repeat {
      guard skipParameter(&index) != nil else { return false }
    } while skipSeparator(0x2C, &index)
    return true
  }

  /// A decimal number of at most `limit`; nil when there is none or it is larger.
  @inline(__always)
  func number(_ index: inout Int, limit: UInt64) -> UInt64? {
    let start = index
    var value: UInt64 = 0
    while index < count, byte(index).isDigit {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte(index) &- 48))
      guard !overflow, !carry, sum <= limit else { return nil }
      value = sum
      index &+= 1
    }
    return index > start ? value : nil
  }

  /// The bytes of `range`, at most eight, first one lowest: short words are compared as one number.
  @inline(__always)
  func shortWord(_ range: Range<Int>) -> UInt64 {
    var word: UInt64 = 0
    var shift: UInt64 = 0
    for index in range {
      word |= UInt64(self[index]) << shift
      shift &+= 8
    }
    return word
  }
}
