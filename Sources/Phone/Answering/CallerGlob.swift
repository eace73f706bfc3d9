/// A pattern with `*` for any characters, made ready to be compared many times.
struct CallerGlob: Sendable {
  private let prefix: [UInt8]
  /// Between the first and the last star.
  private let middle: [[UInt8]]
  private let suffix: [UInt8]
  private let hasStar: Bool

  init(_ pattern: String) {
    let parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    hasStar = parts.count > 1
    prefix = parts[0]
    suffix = hasStar ? parts[parts.count - 1] : []
    middle = hasStar ? parts.dropFirst().dropLast().filter { !$0.isEmpty } : []
  }

  /// What a text that matches begins and ends with.
  var ends: (prefix: [UInt8], suffix: [UInt8]) { (prefix, hasStar ? suffix : prefix) }

  func matches(_ text: [UInt8]) -> Bool {
    guard hasStar else { return text == prefix }
    guard text.count >= prefix.count + suffix.count, Self.isEqual(suffix, text, at: text.count - suffix.count),
      Self.isEqual(prefix, text, at: 0)
    else { return false }
    var index = prefix.count
    let end = text.count - suffix.count
    for part in middle {
      while index + part.count <= end, !Self.isEqual(part, text, at: index) { index += 1 }
      guard index + part.count <= end else { return false }
      index += part.count
    }
    return true
  }

  private static func isEqual(_ part: [UInt8], _ text: [UInt8], at start: Int) -> Bool {
    var index = 0
    while index < part.count {
      guard part[index] == text[start + index] else { return false }
      index += 1
    }
    return true
  }
}
