/// Where the parts of an address lie. Reading it makes no String and no URI, which is all that the essentials of a message need.
struct AddressLayout {
  /// With its quotes, if it has them; nil when there is none.
  var displayName: Range<Int>?
  var uri: Range<Int>
  var parameters: Parameters

  init(_ cursor: inout HeaderCursor) throws(HeaderError) {
    cursor.skipWhitespace()
    let bytes = cursor.bytes
    if cursor.current == 0x22 {
      let quoted = try cursor.quotedRange()
      displayName = quoted.count > 2 ? quoted : nil
      cursor.skipWhitespace()
      uri = try Self.inAngles(&cursor)
    } else if let angle = Self.angle(in: bytes, from: cursor.index) {
      var end = angle
      while end > cursor.index, bytes[end - 1].isLinearWhitespace { end -= 1 }
      for index in cursor.index..<end where bytes[index] < 0x80 && !ByteSet.displayName.contains(bytes[index]) {
        cursor.index = index
        throw cursor.error(.unexpectedCharacter)
      }
      displayName = end > cursor.index ? cursor.index..<end : nil
      cursor.index = angle
      uri = try Self.inAngles(&cursor)
    } else {
      // RFC 3261 section 20: without angle brackets every semicolon starts a header field parameter, and a question mark or comma may not stand.
      let start = cursor.index
      while let byte = cursor.current, byte != 0x3B, !byte.isLinearWhitespace {
        guard byte != 0x3F, byte != 0x2C, byte != 0x3E, byte != 0x22 else { throw cursor.error(.badURI) }
        cursor.index += 1
      }
      guard cursor.index > start else { throw cursor.error(.empty) }
      displayName = nil
      uri = start..<cursor.index
    }
    parameters = try cursor.parameters()
  }

  private static func angle(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
    var index = start
    while index < bytes.endIndex {
      // A quote or semicolon before it means that the angle bracket belongs to a parameter.
      if bytes[index] == 0x3C { return index }
      if bytes[index] == 0x3B || bytes[index] == 0x22 { return index == start ? nil : laterAngleIsOurs(bytes, index) }
      index += 1
    }
    return nil
  }

  /// `sip:a@b;x="<"` has no angle of ours; `Bell; <sip:a@b>` has a broken display name. Only a scheme's colon before tells them apart.
  private static func laterAngleIsOurs(_ bytes: ArraySlice<UInt8>, _ index: Int) -> Int? {
    guard !bytes[bytes.startIndex..<index].contains(0x3A) else { return nil }
    return bytes[index...].firstIndex(of: 0x3C)
  }

  private static func inAngles(_ cursor: inout HeaderCursor) throws(HeaderError) -> Range<Int> {
    guard cursor.skip(0x3C) else { throw cursor.error(.unexpectedCharacter) }
    let start = cursor.index
    while let byte = cursor.current {
      if byte == 0x3E {
        let range = start..<cursor.index
        guard !range.isEmpty else { throw cursor.error(.badURI) }
        cursor.index += 1
        return range
      }
      guard byte > 0x20, byte != 0x3C, byte != 0x22 else { throw cursor.error(.badURI) }
      cursor.index += 1
    }
    throw cursor.error(.unterminatedAngle)
  }
}
