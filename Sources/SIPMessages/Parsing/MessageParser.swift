/// From bytes to a message (RFC 3261 section 7, 18.3, 25).
public enum MessageParser {
  /// Reads one message: a datagram, or what `StreamFramer` cut out of a stream.
  ///
  /// Read at once are the start line, the borders of the fields and the essentials; every other field is read when it is asked for,
  /// and does no harm when it is malformed and nobody asks. Throws when the bytes are no message or an essential is missing or
  /// malformed.
  public static func parse(_ bytes: [UInt8]) throws(ParseError) -> ReceivedMessage {
    guard bytes.count <= MessageLimits.messageSize else { throw ParseError(.tooLarge, offset: MessageLimits.messageSize) }
    // RFC 3261 section 7.5: line ends before the start line are ignored.
    var start = 0
    while start < bytes.count, bytes[start] == 0x0D || bytes[start] == 0x0A { start += 1 }
    guard start < bytes.count else { throw ParseError(.empty, offset: 0) }

    let head = HeadScanner(bytes.span, from: start)
    guard let startLine = head.startLine else { throw error(head.fault, ParseError.Code.noStartLine) }
    let fields = HeaderFields(wire: bytes, slots: head.slots)
    let reader = EssentialsReader(fields)

    var fault = head.fault
    if fault == nil, head.bodyStart == nil { fault = HeadFault(.unterminatedHead, bytes.count) }
    if fault == nil, head.hasRepeatedSingle { fault = HeadFault(.repeatedField, start) }
    var essentials: Essentials?
    if fault == nil { essentials = reader.read(startLine, &fault) }

    let bodyStart = head.bodyStart ?? bytes.count
    var bodyEnd = bytes.count
    if let length = essentials?.contentLength {
      if length <= bytes.count - bodyStart {
        bodyEnd = bodyStart + length
      } else if fault == nil {
        fault = HeadFault(.bodyTooShort, bodyStart)
      }
    }
    let body = bytes[bodyStart..<bodyEnd]

    switch startLine {
    case .request(let method, let uri, let version):
      let request = Request(
        method: KnownWords.method(bytes[...], method), target: bytes[uri],
        version: KnownWords.version(bytes, version), fields: fields, body: body, wireRange: start..<bodyEnd)
      guard fault == nil, let essentials else {
        throw error(fault, .badRequestLine, salvage: reader.topVia() == nil ? nil : request)
      }
      return ReceivedMessage(wire: bytes, message: .request(request), essentials: essentials)
    case .status(let version, let code, let reason):
      guard fault == nil, let essentials else { throw error(fault, .badStatusLine) }
      let response = Response(
        status: StatusCode(code), reason: String(decoding: bytes[reason], as: UTF8.self),
        version: KnownWords.version(bytes, version), fields: fields, body: body, wireRange: start..<bodyEnd)
      return ReceivedMessage(wire: bytes, message: .response(response), essentials: essentials)
    }
  }

  private static func error(_ fault: HeadFault?, _ otherwise: ParseError.Code, salvage: Request? = nil) -> ParseError {
    ParseError(fault?.code ?? otherwise, offset: fault?.offset ?? 0, salvage: salvage)
  }
}
