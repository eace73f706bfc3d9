/// Walks over the bytes of `Parameters`, which were checked when they were read or made.
struct ParameterScanner {
  struct Found {
    var name: Range<Int>
    var value: Range<Int>?
  }

  private var cursor: HeaderCursor
  private let separator: UInt8

  init(_ parameters: Parameters) {
    cursor = HeaderCursor(parameters.bytes)
    separator = parameters.style == .list ? 0x2C : 0x3B
  }

  mutating func next() -> Found? {
    while cursor.skipSeparator(separator) {}
    cursor.skipWhitespace()
    let name = cursor.take(.parameterName)
    guard !name.isEmpty else { return nil }
    guard cursor.skipSeparator(0x3D) else { return Found(name: name, value: nil) }
    if cursor.current == 0x22 {
      guard let quoted = try? cursor.quotedRange() else { return nil }
      return Found(name: name, value: quoted)
    }
    return Found(name: name, value: cursor.take(.parameterValue))
  }
}

extension ByteSet {
  /// A parameter's name: a token for header fields, `paramchar` for URIs.
  static var parameterName: ByteSet { ByteSet(low: 0x07FF_EFF2_0000_0000, high: 0x47FF_FFFF_AFFF_FFFE) }
}

extension HeaderCursor {
  /// Reads `;name=value;flag…` up to the first byte that belongs to no parameter; none at all is fine (RFC 3261 section 25.1,
  /// generic-param).
  public mutating func parameters() throws(HeaderError) -> Parameters {
    let start = index
    var place = offset
    let isWellFormed = bytes.span.skipParameters(&place)
    index = bytes.startIndex + place
    guard isWellFormed else { throw error(.badParameter) }
    return Parameters(validated: bytes[start..<index], style: .header)
  }

  /// Reads `name=value, name=value…`, as a challenge or credentials have them, to the end of the value.
  public mutating func parameterList() throws(HeaderError) -> Parameters {
    skipWhitespace()
    let start = index
    var place = offset
    let isWellFormed = bytes.span.skipParameterList(&place)
    index = bytes.startIndex + place
    guard isWellFormed else { throw error(.badParameter) }
    let end = index
    try expectEnd()
    return Parameters(validated: bytes[start..<end], style: .list)
  }
}
