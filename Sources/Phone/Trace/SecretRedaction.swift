/// Hides what must not be shown or passed on in a message: digest responses, and keys in session descriptions.
enum SecretRedaction {
  private static let hidden = Array("(hidden)".utf8)
  private static let credentialFields = [
    "authorization", "proxy-authorization", "authentication-info", "proxy-authentication-info",
  ]
  /// RFC 4568 section 6, RFC 8839 section 5.4, RFC 8866 section 5.12.
  private static let keyLines = ["a=crypto:", "a=ice-pwd:", "k="]

  /// The message's lines, CRLF or not, with their secrets replaced.
  static func redact(_ message: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(message.count)
    var isSecretField = false
    var rest = message[...]
    while !rest.isEmpty {
      let next = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
      var line = rest[..<next]
      rest = rest[next...]
      let lineEnd = line.reversed().prefix { $0 == 0x0A || $0 == 0x0D }.reversed()
      line = line.dropLast(lineEnd.count)
      // A folded line belongs to the field before it (RFC 3261 section 7.3.1).
      let isFolded = line.first == 0x20 || line.first == 0x09
      if !isFolded { isSecretField = isCredentials(line) }
      if isSecretField {
        appendField(line, isFolded: isFolded, to: &result)
      } else if let prefix = keyLines.first(where: { hasPrefix(line, $0) }) {
        result += line.prefix(prefix.utf8.count)
        result += hidden
      } else {
        result += line
      }
      result += lineEnd
    }
    return result
  }

  private static func isCredentials(_ line: ArraySlice<UInt8>) -> Bool {
    credentialFields.contains { name in
      hasPrefix(line, name) && line.dropFirst(name.utf8.count).first { $0 != 0x20 && $0 != 0x09 } == 0x3A
    }
  }

  private static func hasPrefix(_ line: ArraySlice<UInt8>, _ prefix: String) -> Bool {
    line.count >= prefix.utf8.count && zip(line, prefix.utf8).allSatisfy { ($0 | ((65...90).contains($0) ? 32 : 0)) == $1 }
  }

  /// Copies one line of a field with credentials. A scheme other than Digest may hold the password itself and goes altogether.
  private static func appendField(_ line: ArraySlice<UInt8>, isFolded: Bool, to result: inout [UInt8]) {
    if !isFolded, !line.isEmpty, hasPrefix(line, "authorization") || hasPrefix(line, "proxy-authorization"),
      let colon = line.firstIndex(of: 0x3A)
    {
      let scheme = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
      if !hasPrefix(scheme, "digest") {
        result += line[...colon] + [0x20] + hidden
        return
      }
    }
    var index = line.startIndex
    while index < line.endIndex {
      guard let name = ["response", "rspauth"].first(where: { startsParameter($0, at: index, in: line) }) else {
        result.append(line[index])
        index += 1
        continue
      }
      result += line[index..<(index + name.utf8.count)] + [0x3D] + hidden
      index += name.utf8.count
      while index < line.endIndex, line[index] == 0x20 || line[index] == 0x09 || line[index] == 0x3D { index += 1 }
      index = endOfValue(from: index, in: line)
    }
  }

  private static func startsParameter(_ name: String, at index: Int, in line: ArraySlice<UInt8>) -> Bool {
    if index > line.startIndex, ![0x20, 0x09, 0x2C, 0x3A].contains(line[index - 1]) { return false }
    let rest = line[index...]
    return hasPrefix(rest, name) && rest.dropFirst(name.utf8.count).first { $0 != 0x20 && $0 != 0x09 } == 0x3D
  }

  private static func endOfValue(from start: Int, in line: ArraySlice<UInt8>) -> Int {
    var index = start
    guard index < line.endIndex else { return line.endIndex }
    if line[index] == 0x22 {
      index += 1
      while index < line.endIndex, line[index] != 0x22 { index += line[index] == 0x5C ? 2 : 1 }
      return min(index + 1, line.endIndex)
    }
    while index < line.endIndex, ![0x2C, 0x20, 0x09].contains(line[index]) { index += 1 }
    return index
  }
}
