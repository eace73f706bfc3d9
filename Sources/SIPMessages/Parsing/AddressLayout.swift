/// Where the parts of an address lie, as offsets into the bytes it was read from. Reading it makes no String and no URI, which is
/// all that the essentials of a message need.
struct AddressLayout {
  /// With its quotes, if it has them; nil when there is none.
  private(set) var displayName: Range<Int>?
  private(set) var uri: Range<Int>
  /// From the first semicolon to the end of the last parameter; empty when there is none.
  private(set) var parameters: Range<Int>
  /// The value of the `tag` parameter; nil when there is none.
  private(set) var tag: Range<Int>?

  /// Reads an address and its parameters from `index` on, which is left behind them.
  init(_ bytes: Span<UInt8>, _ index: inout Int) throws(HeaderError) {
    bytes.skipWhitespace(&index)
    displayName = nil
    uri = 0..<0
    parameters = 0..<0
    tag = nil
    if index < bytes.count, bytes[index] == 0x22 {
      let start = index
      guard bytes.skipQuoted(&index) else { throw HeaderError(.unterminatedQuote, offset: index) }
      if index - start > 2 { displayName = start..<index }
      bytes.skipWhitespace(&index)
      try readAngles(bytes, &index)
    } else if let angle = Self.angle(in: bytes, from: index) {
      try readPlainName(bytes, index..<angle)
      index = angle
      try readAngles(bytes, &index)
    } else {
      try readBareURI(bytes, &index)
    }
    try readParameters(bytes, &index)
  }

  private mutating func readPlainName(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HeaderError) {
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1].isLinearWhitespace { end -= 1 }
    for index in range.lowerBound..<end where bytes[index] < 0x80 && !ByteSet.displayName.contains(bytes[index]) {
      throw HeaderError(.unexpectedCharacter, offset: index)
    }
    if end > range.lowerBound { displayName = range.lowerBound..<end }
  }

  /// RFC 3261 section 20: without angle brackets every semicolon starts a header field parameter, a question mark may not stand
  /// and a comma ends the address.
  private mutating func readBareURI(_ bytes: Span<UInt8>, _ index: inout Int) throws(HeaderError) {
    let start = index
    while index < bytes.count {
      let byte = bytes.byte(index)
      if byte == 0x3B || byte == 0x2C || byte.isLinearWhitespace { break }
      guard byte != 0x3F, byte != 0x3E, byte != 0x22 else { throw HeaderError(.badURI, offset: index) }
      index += 1
    }
    guard index > start else { throw HeaderError(.empty, offset: index) }
    uri = start..<index
  }

  private mutating func readAngles(_ bytes: Span<UInt8>, _ index: inout Int) throws(HeaderError) {
    guard bytes.skip(0x3C, &index) else { throw HeaderError(.unexpectedCharacter, offset: index) }
    let start = index
    // Eight at a time up to the first that needs a look.
    while index &+ 8 <= bytes.count {
      let word = ByteScan.word(bytes, at: index)
      let special =
        ByteScan.firstByte(0x3E, in: word) | ByteScan.firstByte(0x3C, in: word) | ByteScan.firstByte(0x22, in: word)
        | ByteScan.firstBlank(in: word)
      if special != 0 {
        index &+= special.trailingZeroBitCount / 8
        break
      }
      index &+= 8
    }
    while index < bytes.count, bytes.byte(index) != 0x3E {
      let byte = bytes.byte(index)
      guard byte > 0x20, byte != 0x3C, byte != 0x22 else { throw HeaderError(.badURI, offset: index) }
      index &+= 1
    }
    guard index < bytes.count else { throw HeaderError(.unterminatedAngle, offset: index) }
    guard index > start else { throw HeaderError(.badURI, offset: index) }
    uri = start..<index
    index += 1
  }

  private mutating func readParameters(_ bytes: Span<UInt8>, _ index: inout Int) throws(HeaderError) {
    let start = index
    while bytes.skipSeparator(0x3B, &index) {
      let name = index
      guard let nameEnd = bytes.skipParameter(&index) else { throw HeaderError(.badParameter, offset: index) }
      if nameEnd &- name == 3, tag == nil, index > nameEnd, Self.isTag(bytes, name) {
        var value = nameEnd
        if bytes.skipSeparator(0x3D, &value) { tag = value..<index }
      }
    }
    parameters = start..<index
  }

  private static func isTag(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
    bytes[index] | 0x20 == 0x74 && bytes[index + 1] | 0x20 == 0x61 && bytes[index + 2] | 0x20 == 0x67
  }

  private static func angle(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      // A quote or semicolon before it means that the angle bracket belongs to a parameter, a comma to another address.
      let byte = bytes.byte(index)
      if byte == 0x3C { return index }
      if byte == 0x3B || byte == 0x22 || byte == 0x2C { return laterAngleIsOurs(bytes, start, index) }
      index &+= 1
    }
    return nil
  }

  /// `sip:a@b;x="<"` has no angle of ours; `Bell; <sip:a@b>` has a broken display name. Only a scheme's colon before tells them
  /// apart.
  private static func laterAngleIsOurs(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Int? {
    for index in start..<stop where bytes[index] == 0x3A { return nil }
    for index in stop..<bytes.count where bytes[index] == 0x3C { return index }
    return nil
  }
}
