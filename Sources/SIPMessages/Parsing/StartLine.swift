/// The first line of a message, as ranges.
enum StartLine {
  case request(method: Range<Int>, uri: Range<Int>, version: Range<Int>)
  case status(version: Range<Int>, code: Int, reason: Range<Int>)

  /// Reads a line without its end. What is wrong but can still be answered is in `fault`.
  static func parse(_ bytes: Span<UInt8>, _ line: Range<Int>, fault: inout HeadFault?) -> StartLine? {
    if startsWithVersion(bytes, line) { return status(bytes, line, fault: &fault) }
    return request(bytes, line, fault: &fault)
  }

  /// "SIP/", in any case, then digits, a dot and digits.
  private static func isVersion(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 7, startsWithVersion(bytes, range) else { return false }
    var index = range.lowerBound + 4
    let majorStart = index
    while index < range.upperBound, bytes[index].isDigit { index += 1 }
    guard index > majorStart, index < range.upperBound, bytes[index] == 0x2E else { return false }
    index += 1
    let minorStart = index
    while index < range.upperBound, bytes[index].isDigit { index += 1 }
    return index > minorStart && index == range.upperBound
  }

  private static func startsWithVersion(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 4 else { return false }
    let start = range.lowerBound
    return bytes[start] | 0x20 == 0x73 && bytes[start + 1] | 0x20 == 0x69 && bytes[start + 2] | 0x20 == 0x70
      && bytes[start + 3] == 0x2F
  }

  private static func request(_ bytes: Span<UInt8>, _ line: Range<Int>, fault: inout HeadFault?) -> StartLine? {
    var methodEnd = line.lowerBound
    while methodEnd < line.upperBound, ByteSet.token.contains(bytes[methodEnd]) { methodEnd += 1 }
    guard methodEnd > line.lowerBound, methodEnd < line.upperBound, bytes[methodEnd] == 0x20 else { return nil }
    // The version is found from the end, so that a Request-URI with blanks in it can still be told from it and answered.
    var end = line.upperBound
    while end > methodEnd, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    var versionStart = end
    while versionStart > methodEnd, bytes[versionStart - 1] != 0x20, bytes[versionStart - 1] != 0x09 { versionStart -= 1 }
    guard isVersion(bytes, versionStart..<end) else { return nil }
    let uri = (methodEnd + 1)..<max(versionStart - 1, methodEnd + 1)
    var isClean = !uri.isEmpty && end == line.upperBound
    for index in uri where bytes[index] <= 0x20 || bytes[index] == 0x3C || bytes[index] == 0x3E || bytes[index] == 0x7F {
      isClean = false
      break
    }
    if !isClean { fault = fault ?? HeadFault(.badRequestLine, line.lowerBound) }
    return .request(method: line.lowerBound..<methodEnd, uri: uri, version: versionStart..<end)
  }

  private static func status(_ bytes: Span<UInt8>, _ line: Range<Int>, fault: inout HeadFault?) -> StartLine? {
    var versionEnd = line.lowerBound
    while versionEnd < line.upperBound, bytes[versionEnd] != 0x20 { versionEnd += 1 }
    guard isVersion(bytes, line.lowerBound..<versionEnd) else { return nil }
    var index = versionEnd + 1
    var code = 0
    while index < line.upperBound, bytes[index].isDigit {
      code = min(code * 10 + Int(bytes[index] - 48), 100_000)
      index += 1
    }
    let digits = index - versionEnd - 1
    guard digits == 3, (100..<700).contains(code) else {
      fault = fault ?? HeadFault(digits < 1 ? .badStatusLine : .badStatusCode, versionEnd + 1)
      return .status(version: line.lowerBound..<versionEnd, code: code, reason: line.upperBound..<line.upperBound)
    }
    if index < line.upperBound {
      guard bytes[index] == 0x20 else {
        fault = fault ?? HeadFault(.badStatusLine, index)
        return .status(version: line.lowerBound..<versionEnd, code: code, reason: line.upperBound..<line.upperBound)
      }
      index += 1
    }
    return .status(version: line.lowerBound..<versionEnd, code: code, reason: index..<line.upperBound)
  }
}

/// The first thing found wrong with a head that is read on to its end nevertheless, so that it can be answered.
struct HeadFault {
  var code: ParseError.Code
  var offset: Int

  init(_ code: ParseError.Code, _ offset: Int) {
    self.code = code
    self.offset = offset
  }
}
