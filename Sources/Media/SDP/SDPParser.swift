/// Bytes to session description.
enum SDPParser {
  static func parse(_ bytes: [UInt8]) throws(SDPError) -> SessionDescription {
    guard bytes.count <= SDPLimits.bytes else { throw SDPError(.tooLong, line: 0) }
    var state = SDPParser.State()
    var number = 0
    var index = 0
    while index < bytes.count {
      let end = bytes[index...].firstIndex(of: 10) ?? bytes.count
      var line = bytes[index..<end]
      while line.last == 13 { line.removeLast() }
      index = end + 1
      number += 1
      guard number <= SDPLimits.lines else { throw SDPError(.tooManyLines, line: number) }
      // Empty lines are not allowed, but senders that end with one are common.
      if line.isEmpty { continue }
      guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "=") else { throw SDPError(.malformedLine, line: number) }
      let letter = Character(UnicodeScalar(line[line.startIndex]))
      // Invalid UTF-8 becomes replacement characters; NUL cannot stand in any value we use.
      let value = String(decoding: line.dropFirst(2), as: UTF8.self)
      try state.take(letter, value, line: number)
    }
    return try state.finish()
  }

  private struct State {
    var sawVersion = false
    var origin: SDPOrigin?
    var description = SessionDescription(
      origin: SDPOrigin(username: "-", sessionID: 0, version: 0, addressType: "IP4", address: "0.0.0.0"), timings: [])

    mutating func take(_ letter: Character, _ value: String, line: Int) throws(SDPError) {
      guard sawVersion else {
        guard letter == "v", SDPText.trim(value) == "0" else { throw SDPError(.missingVersion, line: line) }
        sawVersion = true
        return
      }
      if letter == "m" {
        guard description.media.count < SDPLimits.media else { throw SDPError(.tooManyMedia, line: line) }
        description.media.append(try SDPParser.media(value, line: line))
      } else if description.media.isEmpty {
        try takeSessionLine(letter, value, line: line)
      } else {
        try takeMediaLine(letter, value, line: line)
      }
    }

    private mutating func takeSessionLine(_ letter: Character, _ value: String, line: Int) throws(SDPError) {
      switch letter {
      case "o": origin = try SDPParser.origin(value, line: line)
      case "s": description.name = value
      case "i": description.information = value
      case "u", "e", "p": description.contacts.append(SDPLine(letter, value))
      case "c": description.connection = try SDPParser.connection(value, line: line)
      case "b": description.bandwidths.append(value)
      case "t": description.timings.append(try SDPParser.timing(value, line: line))
      case "r":
        if !description.timings.isEmpty { description.timings[description.timings.count - 1].repeats.append(value) }
      case "a": description.attributes.append(SDPParser.attribute(value))
      // RFC 8866 section 5: unknown letters are ignored by those who can; z= and k= mean nothing to a call.
      default: break
      }
    }

    private mutating func takeMediaLine(_ letter: Character, _ value: String, line: Int) throws(SDPError) {
      let last = description.media.count - 1
      switch letter {
      case "i": description.media[last].information = value
      case "c":
        // Several c= lines are for multicast layers; the first is the one we could use.
        let connection = try SDPParser.connection(value, line: line)
        if description.media[last].connection == nil { description.media[last].connection = connection }
      case "b": description.media[last].bandwidths.append(value)
      case "a": description.media[last].attributes.append(SDPParser.attribute(value))
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

  private static func origin(_ value: String, line: Int) throws(SDPError) -> SDPOrigin {
    let words = SDPText.words(value)
    guard words.count == 6, let session = number(words[1]), let version = number(words[2]) else {
      throw SDPError(.malformedOrigin, line: line)
    }
    return SDPOrigin(username: words[0], sessionID: session, version: version, addressType: words[4], address: words[5])
  }

  /// Identifiers are digits without a bound (RFC 8866 section 9); those beyond 64 bits keep their low part, which is enough to see a
  /// change.
  private static func number(_ text: String) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return text.utf8.reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 - 48) }
  }

  private static func connection(_ value: String, line: Int) throws(SDPError) -> SDPConnection {
    let words = SDPText.words(value)
    guard words.count == 3, words[0] == "IN" else { throw SDPError(.malformedConnection, line: line) }
    return SDPConnection(addressType: words[1], address: words[2])
  }

  private static func timing(_ value: String, line: Int) throws(SDPError) -> SDPTiming {
    let words = SDPText.words(value)
    guard words.count == 2, let start = number(words[0]), let stop = number(words[1]) else {
      throw SDPError(.malformedTiming, line: line)
    }
    return SDPTiming(start: start, stop: stop)
  }

  private static func media(_ value: String, line: Int) throws(SDPError) -> MediaDescription {
    let words = SDPText.words(value)
    guard words.count >= 3 else { throw SDPError(.malformedMedia, line: line) }
    let ports = words[1].split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(ports.count), let port = UInt16(ports[0]) else { throw SDPError(.malformedMedia, line: line) }
    var count = 1
    if ports.count == 2 {
      guard let written = Int(ports[1]), (1...65_535).contains(written) else { throw SDPError(.malformedMedia, line: line) }
      count = written
    }
    let formats = Array(words.dropFirst(3).prefix(SDPLimits.formats))
    return MediaDescription(kind: words[0].lowercased(), port: port, portCount: count, proto: words[2], formats: formats)
  }

  private static func attribute(_ value: String) -> SDPAttribute {
    guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else { return SDPAttribute(SDPText.trim(value)) }
    return SDPAttribute(String(value[..<colon]), String(value[value.utf8.index(after: colon)...]))
  }
}
