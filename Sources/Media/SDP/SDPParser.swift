/// Bytes to session description.
enum SDPParser {
  static func parse(_ bytes: [UInt8]) throws(SDPError) -> SessionDescription {
    guard bytes.count <= SDPLimits.bytes else { throw SDPError(.tooLong, line: 0) }
    var state = SDPParser.State(bytes: bytes)
    var number = 0
    var index = 0
    while index < bytes.count {
      let start = index
      while index < bytes.count, bytes[index] != 10 { index += 1 }
      var end = index
      while end > start, bytes[end - 1] == 13 { end -= 1 }
      index += 1
      number += 1
      guard number <= SDPLimits.lines else { throw SDPError(.tooManyLines, line: number) }
      // Empty lines are not allowed, but senders that end with one are common.
      if start == end { continue }
      guard end - start >= 2, bytes[start + 1] == UInt8(ascii: "=") else { throw SDPError(.malformedLine, line: number) }
      // RFC 8866 section 9: a byte-string holds neither; what we repeat in an answer must be what was offered.
      for place in start..<end where bytes[place] == 0 || bytes[place] == 13 { throw SDPError(.malformedLine, line: number) }
      try state.take(bytes[start], (start + 2)..<end, line: number)
    }
    return try state.finish()
  }

  private struct State {
    let bytes: [UInt8]
    var sawVersion = false
    var origin: SDPOrigin?
    var description = SessionDescription(
      origin: SDPOrigin(username: "-", sessionID: 0, version: 0, addressType: "IP4", address: "0.0.0.0"), timings: [])

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// Invalid UTF-8 becomes replacement characters; NUL cannot stand in any value we use.
    private func text(_ range: Range<Int>) -> String { SDPParser.text(bytes, range) }

    mutating func take(_ letter: UInt8, _ value: Range<Int>, line: Int) throws(SDPError) {
      guard sawVersion else {
        let version = SDPText.trimmed(bytes, value)
        guard letter == UInt8(ascii: "v"), version.count == 1, bytes[version.lowerBound] == UInt8(ascii: "0") else {
          throw SDPError(.missingVersion, line: line)
        }
        sawVersion = true
        return
      }
      if letter == UInt8(ascii: "m") {
        guard description.media.count < SDPLimits.media else { throw SDPError(.tooManyMedia, line: line) }
        description.media.append(try SDPParser.media(bytes, value, line: line))
      } else if description.media.isEmpty {
        try takeSessionLine(letter, value, line: line)
      } else {
        try takeMediaLine(letter, value, line: line)
      }
    }

    private mutating func takeSessionLine(_ letter: UInt8, _ value: Range<Int>, line: Int) throws(SDPError) {
      switch letter {
      case UInt8(ascii: "o"): origin = try SDPParser.origin(bytes, value, line: line)
      case UInt8(ascii: "s"): description.name = text(value)
      case UInt8(ascii: "i"): description.information = text(value)
      case UInt8(ascii: "u"), UInt8(ascii: "e"), UInt8(ascii: "p"):
        description.contacts.append(SDPLine(Character(UnicodeScalar(letter)), text(value)))
      case UInt8(ascii: "c"): description.connection = try SDPParser.connection(bytes, value, line: line)
      case UInt8(ascii: "b"): description.bandwidths.append(text(value))
      case UInt8(ascii: "t"): description.timings.append(try SDPParser.timing(bytes, value, line: line))
      case UInt8(ascii: "r"):
        if !description.timings.isEmpty { description.timings[description.timings.count - 1].repeats.append(text(value)) }
      case UInt8(ascii: "a"): description.attributes.append(SDPParser.attribute(bytes, value))
      // RFC 8866 section 5: unknown letters are ignored by those who can; z= and k= mean nothing to a call.
      default: break
      }
    }

    private mutating func takeMediaLine(_ letter: UInt8, _ value: Range<Int>, line: Int) throws(SDPError) {
      let last = description.media.count - 1
      switch letter {
      case UInt8(ascii: "i"): description.media[last].information = text(value)
      case UInt8(ascii: "c"):
        // Several c= lines are for multicast layers; the first is the one we could use.
        let connection = try SDPParser.connection(bytes, value, line: line)
        if description.media[last].connection == nil { description.media[last].connection = connection }
      case UInt8(ascii: "b"): description.media[last].bandwidths.append(text(value))
      case UInt8(ascii: "a"): description.media[last].attributes.append(SDPParser.attribute(bytes, value))
      default: break
      }
    }

    func finish() throws(SDPError) -> SessionDescription {
      guard sawVersion else { throw SDPError(.missingVersion, line: 0) }
      guard let origin else { throw SDPError(.missingOrigin, line: 0) }
      var result = description
      result.origin = origin
      if result.timings.isEmpty { result.timings = [SDPTiming()] }
      return result
    }
  }

  private static func origin(_ bytes: [UInt8], _ value: Range<Int>, line: Int) throws(SDPError) -> SDPOrigin {
    let words = SDPText.words(bytes, value)
    guard words.count == 6, let session = number(bytes, words[1]), let version = number(bytes, words[2]) else {
      throw SDPError(.malformedOrigin, line: line)
    }
    return SDPOrigin(
      username: text(bytes, words[0]), sessionID: session, version: version, addressType: text(bytes, words[4]),
      address: text(bytes, words[5]))
  }

  /// Identifiers are digits without a bound (RFC 8866 section 9); those beyond 64 bits keep their low part, which is enough to see
  /// a change.
  private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64? {
    guard !range.isEmpty else { return nil }
    var value: UInt64 = 0
    for index in range {
      guard (48...57).contains(bytes[index]) else { return nil }
      value = value &* 10 &+ UInt64(bytes[index] - 48)
    }
    return value
  }

  private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private static func connection(_ bytes: [UInt8], _ value: Range<Int>, line: Int) throws(SDPError) -> SDPConnection {
    let words = SDPText.words(bytes, value)
    guard words.count == 3, text(bytes, words[0]) == "IN" else { throw SDPError(.malformedConnection, line: line) }
    return SDPConnection(addressType: text(bytes, words[1]), address: text(bytes, words[2]))
  }

  private static func timing(_ bytes: [UInt8], _ value: Range<Int>, line: Int) throws(SDPError) -> SDPTiming {
    let words = SDPText.words(bytes, value)
    guard words.count == 2, let start = number(bytes, words[0]), let stop = number(bytes, words[1]) else {
      throw SDPError(.malformedTiming, line: line)
    }
    return SDPTiming(start: start, stop: stop)
  }

  private static func media(_ bytes: [UInt8], _ value: Range<Int>, line: Int) throws(SDPError) -> MediaDescription {
    let words = SDPText.words(bytes, value)
    guard words.count >= 3 else { throw SDPError(.malformedMedia, line: line) }
    let ports = bytes[words[1]].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard (1...2).contains(ports.count), let port = SDPText.integer(bytes, ports[0].indices).flatMap({ UInt16(exactly: $0) }) else {
      throw SDPError(.malformedMedia, line: line)
    }
    var count = 1
    if ports.count == 2 {
      guard let written = SDPText.integer(bytes, ports[1].indices), (1...65_535).contains(written) else {
        throw SDPError(.malformedMedia, line: line)
      }
      count = written
    }
    let kind = text(bytes, words[0])
    let isLowercase = kind.utf8.allSatisfy { (97...122).contains($0) }
    let formats = words.dropFirst(3).prefix(SDPLimits.formats).map { text(bytes, $0) }
    return MediaDescription(
      kind: isLowercase ? kind : kind.lowercased(), port: port, portCount: count, proto: text(bytes, words[2]), formats: formats)
  }

  private static func attribute(_ bytes: [UInt8], _ value: Range<Int>) -> SDPAttribute {
    guard let colon = bytes[value].firstIndex(of: UInt8(ascii: ":")) else {
      return SDPAttribute(text(bytes, SDPText.trimmed(bytes, value)))
    }
    return SDPAttribute(text(bytes, value.lowerBound..<colon), text(bytes, (colon + 1)..<value.upperBound))
  }
}
