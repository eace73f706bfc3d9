extension SIPURI {
  /// Reads what follows the scheme. `start` is the index of the URI's first byte, for errors.
  init(bytes: ArraySlice<UInt8>, isSecure: Bool, start: Int) throws(URIError) {
    var index = bytes.startIndex
    let end = bytes.endIndex
    var user: String?
    var password: String?

    // No part after the user may hold an `@`, and the user may hold `;`, `?` and `/`: so the `@` is looked for first.
    if let at = bytes.firstIndex(of: 0x40) {
      let colon = bytes[index..<at].firstIndex(of: 0x3A)
      let userEnd = colon ?? at
      guard userEnd > index else { throw URIError(.badUser, offset: index - start) }
      try Self.check(bytes[index..<userEnd], .user, .badUser, start)
      user = String(decoding: bytes[index..<userEnd], as: UTF8.self)
      if let colon {
        try Self.check(bytes[(colon + 1)..<at], .password, .badUser, start)
        password = String(decoding: bytes[(colon + 1)..<at], as: UTF8.self)
      }
      index = at + 1
    }

    let hostStart = index
    if index < end, bytes[index] == 0x5B {
      guard let close = bytes[index...].firstIndex(of: 0x5D) else { throw URIError(.badHost, offset: index - start) }
      index = close + 1
    } else {
      while index < end, ByteSet.host.contains(bytes[index]) { index += 1 }
    }
    guard let host = Host(bytes: bytes[hostStart..<index]) else { throw URIError(.badHost, offset: hostStart - start) }

    var port: UInt16?
    if index < end, bytes[index] == 0x3A {
      index += 1
      var value: UInt32 = 0
      let digits = index
      while index < end, bytes[index].isDigit {
        value = value * 10 + UInt32(bytes[index] - 48)
        guard value <= 65535 else { throw URIError(.badPort, offset: index - start) }
        index += 1
      }
      guard index > digits else { throw URIError(.badPort, offset: index - start) }
      port = UInt16(truncatingIfNeeded: value)
    }

    let parametersStart = index
    while index < end, bytes[index] == 0x3B {
      index += 1
      try Self.skipPart(.uriParameter, bytes, &index, .badParameter, start)
      if index < end, bytes[index] == 0x3D {
        index += 1
        try Self.skipPart(.uriParameter, bytes, &index, .badParameter, start)
      }
    }
    let parameters = Parameters(validated: bytes[parametersStart..<index], style: .uri)

    var headers: [Header] = []
    if index < end, bytes[index] == 0x3F {
      repeat {
        index += 1
        let nameStart = index
        try Self.skipPart(.uriHeader, bytes, &index, .badHeader, start)
        let nameEnd = index
        guard index < end, bytes[index] == 0x3D else { throw URIError(.badHeader, offset: index - start) }
        index += 1
        let valueStart = index
        while index < end, ByteSet.uriHeader.contains(bytes[index]) { index += 1 }
        headers.append(
          Header(
            name: String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self),
            value: String(decoding: bytes[valueStart..<index], as: UTF8.self)))
      } while index < end && bytes[index] == 0x26
    }
    guard index == end else { throw URIError(.badCharacter, offset: index - start) }
    self.init(
      isSecure: isSecure, user: user, password: password, host: host, port: port, parameters: parameters, headers: headers)
  }

  private static func check(_ bytes: ArraySlice<UInt8>, _ set: ByteSet, _ code: URIError.Code, _ start: Int) throws(URIError) {
    var hasEscape = false
    for index in bytes.indices {
      guard set.contains(bytes[index]) else { throw URIError(code, offset: index - start) }
      if bytes[index] == 0x25 { hasEscape = true }
    }
    if hasEscape, !PercentEncoding.isWellFormed(bytes) { throw URIError(code, offset: bytes.startIndex - start) }
  }

  /// Passes at least one character of `set`.
  private static func skipPart(
    _ set: ByteSet, _ bytes: ArraySlice<UInt8>, _ index: inout Int, _ code: URIError.Code, _ start: Int
  ) throws(URIError) {
    let first = index
    while index < bytes.endIndex, set.contains(bytes[index]) { index += 1 }
    guard index > first else { throw URIError(code, offset: first - start) }
  }
}
