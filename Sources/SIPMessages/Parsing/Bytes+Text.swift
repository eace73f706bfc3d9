extension [UInt8] {
  /// Appends the UTF-8 of `text`.
  mutating func append(text: String) {
    append(contentsOf: text.utf8)
  }

  /// Appends a number in decimal.
  mutating func append(number: some BinaryInteger) {
    append(contentsOf: String(number).utf8)
  }

  /// Appends `text` for a place inside a header field: a line end in it becomes a space, or it would end the field and start
  /// another.
  mutating func append(fieldText text: String) {
    let start = count
    append(contentsOf: text.utf8)
    removeLineEnds(from: start)
  }

  /// As `append(fieldText:)`, for bytes.
  mutating func append(field bytes: ArraySlice<UInt8>) {
    let start = count
    append(contentsOf: bytes)
    removeLineEnds(from: start)
  }

  private mutating func removeLineEnds(from start: Int) {
    for index in start..<count where self[index] == 0x0D || self[index] == 0x0A { self[index] = 0x20 }
  }
}

extension Sequence<UInt8> {
  /// Whether these bytes are `text`, without regard to the case of ASCII letters.
  func equalsIgnoringCase(_ text: String) -> Bool {
    var iterator = makeIterator()
    for byte in text.utf8 {
      guard let mine = iterator.next(), mine.lowercasedASCII == byte.lowercasedASCII else { return false }
    }
    return iterator.next() == nil
  }
}

extension String {
  /// In lower case; without making a new String when it is already, as tokens on the wire mostly are.
  func lowercasedIfNeeded() -> String {
    for byte in utf8 where byte &- 65 < 26 || byte >= 0x80 { return lowercased() }
    return self
  }

  func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.equalsIgnoringCase(other)
  }
}
