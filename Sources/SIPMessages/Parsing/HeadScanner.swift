/// Splits the head of a message into lines and fields, in one pass over its bytes and without making a String.
struct HeadScanner {
  var startLine: StartLine?
  var slots: [FieldSlot] = []
  var fault: HeadFault?
  /// The first byte after the empty line; nil when there is no empty line.
  var bodyStart: Int?
  /// Bit n is set when the field with number n was seen; the second set when it was seen again.
  private var seen: UInt64 = 0
  private(set) var repeated: UInt64 = 0
  private let names = HeaderNameTable.shared

  /// Reads from `start`, the first byte of the start line.
  init(_ bytes: Span<UInt8>, from start: Int) {
    slots.reserveCapacity(24)
    guard let lineFeed = ByteScan.lineFeed(bytes, from: start), lineFeed > start, bytes[lineFeed - 1] == 0x0D else {
      fault = HeadFault(.noStartLine, start)
      return
    }
    startLine = StartLine.parse(bytes, start..<(lineFeed - 1), fault: &fault)
    guard startLine != nil else {
      fault = fault ?? HeadFault(.noStartLine, start)
      return
    }
    readFields(bytes, from: lineFeed + 1)
  }

  /// Reads fields only, as a part of a body has them. Whatever is no field ends them; what follows is the body.
  static func partFields(_ bytes: [UInt8]) -> (HeaderFields, bodyStart: Int) {
    var scanner = HeadScanner()
    scanner.readFields(bytes.span, from: 0)
    let last = scanner.slots.last.map { Int($0.end) } ?? 0
    return (HeaderFields(wire: bytes, slots: scanner.slots), scanner.bodyStart ?? last)
  }

  private init() {}

  private mutating func readFields(_ bytes: Span<UInt8>, from first: Int) {
    var index = first
    while true {
      guard index < bytes.count else { return stop(.unterminatedHead, index) }
      if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A {
        bodyStart = index + 2
        return
      }
      guard slots.count < MessageLimits.fieldCount else { return stop(.tooManyFields, index) }
      guard let end = readField(bytes, from: index) else { return }
      index = end
    }
  }

  /// Reads one field with its folded lines, and returns the index after its end; nil when the head ends within it or it is too
  /// long.
  private mutating func readField(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = names.nameEnd(bytes, from: start)
    // A name that we know holds nothing but characters of a token; of any other this must be found out.
    var known = names.lookUp(bytes, in: start..<index)
    if known == .unknown {
      index = start
      bytes.take(.token, &index)
      known = names.lookUp(bytes, in: start..<index)
    }
    let nameEnd = index
    bytes.skipBlanks(&index)
    let hasColon = nameEnd > start && bytes.skip(0x3A, &index)
    bytes.skipBlanks(&index)
    var valueStart = index

    var isFolded = false
    var lineEnd = index
    while true {
      guard let lineFeed = ByteScan.lineFeed(bytes, from: lineEnd) else {
        stop(.unterminatedHead, bytes.count)
        return nil
      }
      // A line feed alone ends no line: two readers of one message must not disagree about its fields.
      if lineFeed == start || bytes[lineFeed &- 1] != 0x0D { fault = fault ?? HeadFault(.badField, lineFeed) }
      lineEnd = lineFeed &+ 1
      guard lineEnd &- start <= MessageLimits.fieldSize else {
        stop(.fieldTooLong, start)
        return nil
      }
      guard lineEnd < bytes.count, bytes[lineEnd] == 0x20 || bytes[lineEnd] == 0x09 else { break }
      isFolded = true
    }
    guard hasColon else {
      fault = fault ?? HeadFault(.badField, start)
      return lineEnd
    }

    var valueEnd = lineEnd
    while valueEnd > valueStart, bytes[valueEnd &- 1].isLinearWhitespace { valueEnd &-= 1 }
    if isFolded {
      while valueStart < valueEnd, bytes[valueStart].isLinearWhitespace { valueStart &+= 1 }
    } else {
      valueStart = min(valueStart, valueEnd)
    }
    note(known)
    slots.append(
      FieldSlot(
        known: known, isOwned: false, isFolded: isFolded, nameLength: UInt16(truncatingIfNeeded: nameEnd &- start),
        start: UInt32(truncatingIfNeeded: start), valueStart: UInt32(truncatingIfNeeded: valueStart),
        valueEnd: UInt32(truncatingIfNeeded: valueEnd), end: UInt32(truncatingIfNeeded: lineEnd)))
    return lineEnd
  }

  private mutating func note(_ known: KnownHeader) {
    guard known != .unknown, known.rawValue < 64 else { return }
    let bit = UInt64(1) << UInt64(known.rawValue)
    if seen & bit != 0 { repeated |= bit } else { seen |= bit }
  }

  /// Whether one of the fields that a message must have once is there twice.
  var hasRepeatedSingle: Bool {
    let singles: UInt64 =
      Self.bit(.from) | Self.bit(.to) | Self.bit(.callID) | Self.bit(.cseq) | Self.bit(.maxForwards) | Self.bit(.contentLength)
    return repeated & singles != 0
  }

  @inline(__always)
  private static func bit(_ known: KnownHeader) -> UInt64 {
    1 << UInt64(known.rawValue)
  }

  private mutating func stop(_ code: ParseError.Code, _ offset: Int) {
    fault = fault ?? HeadFault(code, offset)
  }
}
