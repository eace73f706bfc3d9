/// Small text helpers that the standard library leaves to Foundation. They work on bytes: every session description passes here,
/// and none of its separators needs to know what a grapheme is.
enum SDPText {
  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

  static func trim(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    return String(decoding: bytes[trimmed(bytes, 0..<bytes.count)], as: UTF8.self)
  }

  static func words(_ text: some StringProtocol) -> [String] {
    let bytes = Array(text.utf8)
    return words(bytes, 0..<bytes.count).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// The range without blanks around.
  static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, isBlank(bytes[lower]) { lower += 1 }
    while lower < upper, isBlank(bytes[upper - 1]) { upper -= 1 }
    return lower..<upper
  }

  /// What stands between blanks.
  static func words(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    result.reserveCapacity(8)
    var index = range.lowerBound
    while index < range.upperBound {
      let start = index
      while index < range.upperBound, !isBlank(bytes[index]) { index += 1 }
      if index > start { result.append(start..<index) }
      index += 1
    }
    return result
  }

  /// A decimal number with or without a sign, as the standard library reads it; nil for anything else, and for what no Int holds.
  static func integer(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    var isNegative = false
    if index < range.upperBound, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < range.upperBound else { return nil }
    var value = 0
    while index < range.upperBound {
      guard (48...57).contains(bytes[index]) else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOver) = product.addingReportingOverflow(Int(bytes[index] - 48))
      guard !isTooLarge, !isOver else { return nil }
      value = sum
      index += 1
    }
    return isNegative ? -value : value
  }

  /// Whether the text is `word`, which is written in lower case, whatever the case of its ASCII letters.
  static func isEqual(_ text: String, lowercase word: StaticString) -> Bool {
    let text = text.utf8
    guard text.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { word in
      var position = 0
      for byte in text {
        guard unsafe ((65...90).contains(byte) ? byte | 32 : byte) == word[position] else { return false }
        position += 1
      }
      return true
    }
  }
}
