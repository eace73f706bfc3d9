extension Multipart {
  /// Takes a multipart body apart; nil when it is none, has no boundary or no end, or more parts than we read.
  public init?(_ body: Body) {
    guard body.contentType.isMultipart, let boundary = body.contentType.parameters["boundary"], !boundary.isEmpty else {
      return nil
    }
    // RFC 2046 section 5.1.1: at most 70 characters.
    guard boundary.utf8.count <= 70 else { return nil }
    let bytes = body.bytes
    let marker = Array("--\(boundary)".utf8)
    var parts: [Part] = []
    var partStart: Int?
    var isClosed = false
    var lineStart = 0
    while lineStart < bytes.count, !isClosed {
      let lineFeed = ByteScan.lineFeed(bytes.span, from: lineStart)
      let lineEnd = lineFeed ?? bytes.count
      if let isLast = Self.delimiter(bytes[lineStart..<lineEnd], marker) {
        if let partStart {
          guard parts.count < MessageLimits.bodyParts else { return nil }
          parts.append(Self.part(bytes, partStart, lineStart))
        }
        partStart = lineFeed.map { $0 + 1 }
        isClosed = isLast
      }
      lineStart = lineEnd + 1
    }
    guard isClosed, !parts.isEmpty else { return nil }
    self.init(subtype: body.contentType.subtype, boundary: boundary, parts: parts)
  }

  /// nil when the line is no delimiter; true when it is the last one.
  private static func delimiter(_ line: ArraySlice<UInt8>, _ marker: [UInt8]) -> Bool? {
    guard line.starts(with: marker) else { return nil }
    var rest = line.dropFirst(marker.count)
    while let last = rest.last, last.isLinearWhitespace { rest = rest.dropLast() }
    if rest.isEmpty { return false }
    return rest.elementsEqual([0x2D, 0x2D]) ? true : nil
  }

  private static func part(_ bytes: [UInt8], _ start: Int, _ delimiterStart: Int) -> Part {
    // The line end before a delimiter belongs to the delimiter.
    var end = delimiterStart
    if end > start, bytes[end - 1] == 0x0A { end -= 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    let own = Array(bytes[start..<max(end, start)])
    let (fields, bodyStart) = HeadScanner.partFields(own)
    return Part(fields: fields, bytes: Array(own[bodyStart...]))
  }
}
