extension SIPURI {
  /// Reads what follows the scheme. `start` is the index of the URI's first byte, for errors.
  init(bytes: ArraySlice<UInt8>, isSecure: Bool, start: Int) throws(URIError) {
    let span = bytes.span
    let base = bytes.startIndex
    let shift = base - start
    var index = 0
    self.isSecure = isSecure
    userBytes = nil
    passwordBytes = nil
    port = nil
    headers = []

    // No part after the user may hold an `@`, and the user may hold `;`, `?` and `/`: so the `@` is looked for first.
    if let at = Self.find(0x40, span) {
      span.take(.user, &index)
      guard index > 0, index <= at else { throw URIError(.badUser, offset: shift + min(index, at)) }
      let userEnd = index
      userBytes = bytes[base..<(base + userEnd)]
      if span.skip(0x3A, &index) {
        let passwordStart = index
        span.take(.password, &index)
        passwordBytes = bytes[(base + passwordStart)..<(base + index)]
      }
      guard index == at, PercentEncoding.isWellFormed(span, 0..<at) else { throw URIError(.badUser, offset: shift + index) }
      index = at + 1
    }

    let hostStart = index
    guard Host.skip(span, &index) else { throw URIError(.badHost, offset: shift + hostStart) }
    hostBytes = bytes[(base + hostStart)..<(base + index)]

    if span.skip(0x3A, &index) {
      guard let number = span.number(&index, limit: 65535) else { throw URIError(.badPort, offset: shift + index) }
      port = UInt16(truncatingIfNeeded: number)
    }

    let parametersStart = index
    while span.skip(0x3B, &index) {
      try Self.skipPart(.uriParameter, span, &index, .badParameter, shift)
      if span.skip(0x3D, &index) { try Self.skipPart(.uriParameter, span, &index, .badParameter, shift) }
    }
    parameters = Parameters(validated: bytes[(base + parametersStart)..<(base + index)], style: .uri)

    if index < span.count, span[index] == 0x3F { headers = try Self.readHeaders(bytes, &index, shift) }
    guard index == span.count else { throw URIError(.badCharacter, offset: shift + index) }
  }

  private static func readHeaders(_ bytes: ArraySlice<UInt8>, _ index: inout Int, _ shift: Int) throws(URIError) -> [Header] {
    let span = bytes.span
    let base = bytes.startIndex
    var headers: [Header] = []
    repeat {
      index += 1
      let nameStart = index
      try skipPart(.uriHeader, span, &index, .badHeader, shift)
      let nameEnd = index
      guard span.skip(0x3D, &index) else { throw URIError(.badHeader, offset: shift + index) }
      let valueStart = index
      span.take(.uriHeader, &index)
      headers.append(
        Header(
          name: String(decoding: bytes[(base + nameStart)..<(base + nameEnd)], as: UTF8.self),
          value: String(decoding: bytes[(base + valueStart)..<(base + index)], as: UTF8.self)))
    } while index < span.count && span[index] == 0x26
    return headers
  }

  private static func find(_ byte: UInt8, _ span: Span<UInt8>) -> Int? {
    var index = 0
    while index < span.count {
      if span.byte(index) == byte { return index }
      index &+= 1
    }
    return nil
  }

  /// Passes at least one character of `set`.
  @inline(__always)
  private static func skipPart(
    _ set: ByteSet, _ span: Span<UInt8>, _ index: inout Int, _ code: URIError.Code, _ shift: Int
  ) throws(URIError) {
    let first = index
    span.take(set, &index)
    guard index > first else { throw URIError(code, offset: shift + first) }
  }
}
