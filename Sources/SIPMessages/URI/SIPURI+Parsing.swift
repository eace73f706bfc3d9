extension SIPURI {
  /// Reads the part of `whole` that lies at those offsets and begins with a scheme and its colon.
  init(_ whole: ArraySlice<UInt8>, _ range: Range<Int>, schemeLength: Int, isSecure: Bool) throws(URIError) {
    let span = whole.span.extracting(range)
    let base = range.lowerBound
    var index = schemeLength
    self.isSecure = isSecure
    source = whole
    userPiece = .none
    passwordPiece = .none
    port = nil

    // No part after the user may hold an `@`, and the user may hold `;`, `?` and `/`: so the `@` is looked for first.
    if let at = ByteScan.index(of: 0x40, span, from: index) {
      span.take(.user, &index)
      guard index > schemeLength, index <= at else { throw URIError(.badUser, offset: min(index, at)) }
      userPiece = Piece(base &+ schemeLength, base &+ index)
      if span.skip(0x3A, &index) {
        let passwordStart = index
        span.take(.password, &index)
        passwordPiece = Piece(base &+ passwordStart, base &+ index)
      }
      guard index == at, PercentEncoding.isWellFormed(span, schemeLength..<at) else { throw URIError(.badUser, offset: index) }
      index = at + 1
    }

    let hostStart = index
    guard Host.skip(span, &index) else { throw URIError(.badHost, offset: hostStart) }
    hostPiece = Piece(base &+ hostStart, base &+ index)

    if span.skip(0x3A, &index) {
      guard let number = span.number(&index, limit: 65535) else { throw URIError(.badPort, offset: index) }
      port = UInt16(truncatingIfNeeded: number)
    }

    let parametersStart = index
    while span.skip(0x3B, &index) {
      try Self.skipPart(.uriParameter, span, &index, .badParameter)
      if span.skip(0x3D, &index) { try Self.skipPart(.uriParameter, span, &index, .badParameter) }
    }
    parametersPiece = Piece(base &+ parametersStart, base &+ index)

    let headersStart = index
    if index < span.count, span[index] == 0x3F { try Self.skipHeaders(span, &index) }
    headersPiece = Piece(base &+ headersStart, base &+ index)
    guard index == span.count else { throw URIError(.badCharacter, offset: index) }
  }

  private static func skipHeaders(_ span: Span<UInt8>, _ index: inout Int) throws(URIError) {
    repeat {
      index += 1
      try skipPart(.uriHeader, span, &index, .badHeader)
      guard span.skip(0x3D, &index) else { throw URIError(.badHeader, offset: index) }
      span.take(.uriHeader, &index)
    } while index < span.count && span[index] == 0x26
  }

  /// Passes at least one character of `set`.
  @inline(__always)
  private static func skipPart(
    _ set: ByteSet, _ span: Span<UInt8>, _ index: inout Int, _ code: URIError.Code
  ) throws(URIError) {
    let first = index
    span.take(set, &index)
    guard index > first else { throw URIError(code, offset: first) }
  }
}
