/// Tokens between commas.
@usableFromInline
enum TokenList {
  /// Reads tokens and makes an element of each, which gets the bytes of its token.
  static func parse<Element>(
    _ bytes: ArraySlice<UInt8>, _ make: (Span<UInt8>, Range<Int>, ArraySlice<UInt8>) -> Element
  ) throws(HeaderError) -> [Element] {
    let span = bytes.span
    let base = bytes.startIndex
    var elements: [Element] = []
    // Real lists have five or ten; this saves growing step by step.
    elements.reserveCapacity(8)
    var index = 0
    span.skipWhitespace(&index)
    while index < span.count {
      let start = index
      span.take(.token, &index)
      guard index > start else { throw HeaderError(.expectedToken, offset: index) }
      elements.append(make(span, start..<index, bytes[(base + start)..<(base + index)]))
      span.skipWhitespace(&index)
      guard index == span.count || span[index] == 0x2C else { throw HeaderError(.unexpectedCharacter, offset: index) }
      while span.skipSeparator(0x2C, &index) {}
    }
    return elements
  }

  static func strings(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> [String] {
    try parse(bytes) { _, _, token in String(decoding: token, as: UTF8.self) }
  }

  @usableFromInline
  static func optionTags(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> [OptionTag] {
    try parse(bytes) { _, _, token in OptionTag(String(decoding: token, as: UTF8.self)) }
  }

  static func serialize(_ tokens: [String], into bytes: inout [UInt8]) {
    for (position, token) in tokens.enumerated() {
      if position > 0 {
        bytes.append(0x2C)
        bytes.append(0x20)
      }
      bytes.append(fieldText: token)
    }
  }
}
