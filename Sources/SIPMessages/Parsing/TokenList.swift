/// Tokens between commas.
@usableFromInline
enum TokenList {
  /// Reads tokens and makes an element of each, which gets the bytes and, as offsets, the place of its token.
  static func parse<Element>(
    _ bytes: ArraySlice<UInt8>, _ make: (ArraySlice<UInt8>, Range<Int>) -> Element
  ) throws(HeaderError) -> [Element] {
    let span = bytes.span
    var elements: [Element] = []
    // Real lists have five or ten; this saves growing step by step.
    elements.reserveCapacity(8)
    var index = 0
    span.skipWhitespace(&index)
    while let token = try next(span, &index) { elements.append(make(bytes, token)) }
    return elements
  }

  /// Throws what `parse` would throw.
  static func check(_ bytes: ArraySlice<UInt8>) throws(HeaderError) {
    let span = bytes.span
    var index = 0
    span.skipWhitespace(&index)
    while try next(span, &index) != nil {}
  }

  @inline(__always)
  private static func next(_ span: Span<UInt8>, _ index: inout Int) throws(HeaderError) -> Range<Int>? {
    guard index < span.count else { return nil }
    let start = index
    span.take(.token, &index)
    let end = index
    guard end > start else { throw HeaderError(.expectedToken, offset: index) }
    span.skipWhitespace(&index)
    guard index == span.count || span.byte(index) == 0x2C else { throw HeaderError(.unexpectedCharacter, offset: index) }
    while span.skipSeparator(0x2C, &index) {}
    return start..<end
  }

  static func strings(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> [String] {
    try parse(bytes) { String(decoding: $0[Piece($1)], as: UTF8.self) }
  }

  @usableFromInline
  static func optionTags(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> [OptionTag] {
    try parse(bytes) { OptionTag(String(decoding: $0[Piece($1)], as: UTF8.self)) }
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
