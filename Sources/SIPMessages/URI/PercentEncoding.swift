/// Escapes of the form `%41` in URIs (RFC 3261 section 19.1.2).
enum PercentEncoding {
  /// The text with its escapes resolved. A percent sign that starts no escape stays.
  static func decode(_ bytes: some Collection<UInt8>) -> String {
    guard bytes.contains(0x25) else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: decodeBytes(Array(bytes)), as: UTF8.self)
  }

  static func decodeBytes(_ bytes: [UInt8]) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count, let high = bytes[index + 1].hexadecimalValue,
        let low = bytes[index + 2].hexadecimalValue
      {
        plain.append(high << 4 | low)
        index += 3
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    return plain
  }

  /// `text` with everything escaped that is not in `set`; the percent sign always is.
  static func encode(_ text: String, keeping set: ByteSet) -> String {
    if text.utf8.allSatisfy({ set.contains($0) && $0 != 0x25 }) { return text }
    let digits = Array("0123456789ABCDEF".utf8)
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      if set.contains(byte), byte != 0x25 {
        escaped.append(byte)
      } else {
        escaped += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// `text`, which has escapes already, with everything else escaped that is not in `set`.
  static func complete(_ text: String, keeping set: ByteSet) -> String {
    let bytes = Array(text.utf8)
    guard isWellFormed(bytes.span, 0..<bytes.count) else { return encode(text, keeping: set) }
    return text.split(separator: "%", omittingEmptySubsequences: false).map { encode(String($0), keeping: set) }
      .joined(separator: "%")
  }

  /// Whether every percent sign in `range` starts a whole escape.
  static func isWellFormed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == 0x25 {
        guard index + 2 < range.upperBound, bytes[index + 1].hexadecimalValue != nil, bytes[index + 2].hexadecimalValue != nil
        else {
          return false
        }
        index += 3
      } else {
        index += 1
      }
    }
    return true
  }
}
