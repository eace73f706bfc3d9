/// Tokens between commas.
enum TokenList {
  static func parse(_ bytes: ArraySlice<UInt8>) throws(HeaderError) -> [String] {
    var tokens: [String] = []
    var cursor = HeaderCursor(bytes)
    cursor.skipWhitespace()
    while !cursor.isAtEnd {
      tokens.append(try cursor.token())
      cursor.skipWhitespace()
      guard cursor.isAtEnd || cursor.current == 0x2C else { throw cursor.error(.unexpectedCharacter) }
      while cursor.skipSeparator(0x2C) {}
    }
    return tokens
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
