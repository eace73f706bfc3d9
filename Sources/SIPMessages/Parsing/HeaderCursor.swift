/// Reads the value of one header field from left to right, with the grammar that all header fields share (RFC 3261 section 25.1).
///
/// Every index it hands out lies within `bytes`; nothing a peer writes can move it outside.
public struct HeaderCursor: Sendable {
  public let bytes: ArraySlice<UInt8>
  /// The index, in `bytes`, of the next byte to read.
  public var index: Int

  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    index = bytes.startIndex
  }

  public var isAtEnd: Bool { index >= bytes.endIndex }

  /// Bytes from the start, for errors.
  public var offset: Int { index - bytes.startIndex }

  /// The next byte, nil at the end.
  public var current: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

  public func error(_ code: HeaderError.Code) -> HeaderError { HeaderError(code, offset: offset) }

  public func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// The token at `index` in lower case.
  public mutating func lowercasedToken() throws(HeaderError) -> String {
    let range = try tokenRange()
    for byte in bytes[range] where byte &- 65 < 26 { return string(range).lowercased() }
    return string(range)
  }

  /// Passes blanks, also those of a folded line.
  public mutating func skipWhitespace() {
    var place = offset
    bytes.span.skipWhitespace(&place)
    index = bytes.startIndex + place
  }

  /// Passes `byte` if it is the next one.
  public mutating func skip(_ byte: UInt8) -> Bool {
    guard index < bytes.endIndex, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// Passes `byte` and the blanks around it, as SEMI, COMMA, EQUAL and SLASH of the grammar do. Stays before the blanks otherwise.
  public mutating func skipSeparator(_ byte: UInt8) -> Bool {
    var place = offset
    guard bytes.span.skipSeparator(byte, &place) else { return false }
    index = bytes.startIndex + place
    return true
  }

  @inline(__always)
  mutating func take(_ set: ByteSet) -> Range<Int> {
    let start = index
    var place = offset
    bytes.span.take(set, &place)
    index = bytes.startIndex + place
    return start..<index
  }

  public mutating func tokenRange() throws(HeaderError) -> Range<Int> {
    let range = take(.token)
    guard !range.isEmpty else { throw error(.expectedToken) }
    return range
  }

  public mutating func token() throws(HeaderError) -> String {
    string(try tokenRange())
  }

  /// A decimal number of at most `limit`.
  public mutating func number(limit: UInt64) throws(HeaderError) -> UInt64 {
    let start = index
    var value: UInt64 = 0
    while index < bytes.endIndex, bytes[index].isDigit {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] - 48))
      guard !overflow, !carry, sum <= limit else { throw error(.numberTooLarge) }
      value = sum
      index += 1
    }
    guard index > start else { throw error(.expectedNumber) }
    return value
  }

  /// A number that is the whole of a value.
  @usableFromInline
  static func onlyNumber(_ bytes: ArraySlice<UInt8>, limit: UInt64) throws(HeaderError) -> UInt64 {
    let span = bytes.span
    var place = 0
    span.skipWhitespace(&place)
    guard let number = span.number(&place, limit: limit) else { throw HeaderError(.expectedNumber, offset: place) }
    span.skipWhitespace(&place)
    guard place == span.count else { throw HeaderError(.unexpectedCharacter, offset: place) }
    return number
  }

  /// A Call-ID: a word, or two with an `@` between them.
  public mutating func callID() throws(HeaderError) -> String {
    skipWhitespace()
    var range = take(.word)
    if skip(0x40) { range = range.lowerBound..<take(.word).upperBound }
    guard !range.isEmpty else { throw error(.empty) }
    return string(range)
  }

  /// A quoted string with its quotes. The next byte must be the opening one.
  public mutating func quotedRange() throws(HeaderError) -> Range<Int> {
    let start = index
    guard current == 0x22 else { throw error(.expectedToken) }
    var place = offset
    let isTerminated = bytes.span.skipQuoted(&place)
    index = bytes.startIndex + place
    guard isTerminated else { throw error(.unterminatedQuote) }
    return start..<index
  }

  /// What a quoted string says: without its quotes and escapes. The range must come from `quotedRange`.
  public func unquoted(_ range: Range<Int>) -> String {
    Self.unquote(bytes[range])
  }

  /// A comment in parentheses, which may hold others; without its own parentheses. The next byte must be the opening one.
  public mutating func comment() throws(HeaderError) -> String {
    guard skip(0x28) else { throw error(.expectedToken) }
    let start = index
    var depth = 1
    while index < bytes.endIndex {
      switch bytes[index] {
      case 0x28: depth += 1
      case 0x29: depth -= 1
      case 0x5C: index += 1
      default: break
      }
      if depth == 0 {
        index += 1
        return string(start..<(index - 1))
      }
      index += 1
    }
    index = bytes.endIndex
    throw error(.unterminatedComment)
  }

  /// Everything that is left, without the blanks at its end.
  public mutating func rest() -> String {
    var end = bytes.endIndex
    while end > index, bytes[end - 1].isLinearWhitespace { end -= 1 }
    defer { index = bytes.endIndex }
    return string(index..<end)
  }

  /// Passes blanks, and throws unless nothing follows them.
  public mutating func expectEnd() throws(HeaderError) {
    skipWhitespace()
    guard isAtEnd else { throw error(.unexpectedCharacter) }
  }

  static func unquote(_ slice: ArraySlice<UInt8>) -> String {
    var inner = slice
    if inner.first == 0x22 { inner = inner.dropFirst() }
    if inner.count > 0, inner.last == 0x22 { inner = inner.dropLast() }
    // A carriage return that is no line end is a blank here, as it is when it is written again.
    guard inner.contains(where: { $0 == 0x5C || $0 == 0x0D || $0 == 0x0A }) else { return String(decoding: inner, as: UTF8.self) }
    var plain: [UInt8] = []
    plain.reserveCapacity(inner.count)
    var isEscaped = false
    for byte in inner {
      if byte == 0x5C, !isEscaped {
        isEscaped = true
      } else {
        plain.append(byte == 0x0D || byte == 0x0A ? 0x20 : byte)
        isEscaped = false
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Writes `text` as a quoted string.
  public static func quote(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(0x22)
    for byte in text.utf8 {
      // A line end inside quotes would end the header field.
      if byte == 0x0D || byte == 0x0A {
        bytes.append(0x20)
        continue
      }
      if byte == 0x22 || byte == 0x5C { bytes.append(0x5C) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }
}
