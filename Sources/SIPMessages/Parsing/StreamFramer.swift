/// Cuts a stream of bytes into messages by Content-Length (RFC 3261 section 18.3) and answers to keep-alives (RFC 5626 section
/// 3.5.1).
///
/// After it threw, the border of messages is lost for good and the flow must be closed.
public struct StreamFramer: Sendable {
  /// What a stream carries.
  public enum Frame: Hashable, Sendable {
    case message([UInt8])
    /// CRLF CRLF: the peer wants a CRLF back.
    case ping
    /// One CRLF: the answer to our ping.
    case pong
  }

  private enum State: Sendable {
    /// Looking for the empty line; bytes before `scanned` hold none.
    case head(scanned: Int)
    /// The head is complete and the message ends after `total` bytes.
    case body(total: Int)
    case failed(FramingError)
  }

  private var buffer: [UInt8] = []
  /// The first byte that was not yet given out.
  private var start = 0
  private var state = State.head(scanned: 0)
  private var afterPong = AfterPong.nothing

  /// Whether the last frame was a single CRLF, which may have been the first half of a ping.
  private enum AfterPong: Sendable {
    case nothing
    case pong
    /// A second CRLF followed at once: given out as a pong, and the ping that the two may be is to be given out next.
    case owesPing
  }

  public init() {}

  /// Bytes that wait for the rest of their message.
  public var bufferedCount: Int { buffer.count - start }

  public mutating func append(_ bytes: [UInt8]) {
    if case .failed = state { return }
    if start > 0, start == buffer.count || start > MessageLimits.messageSize {
      shift()
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next frame; nil when more bytes are needed.
  public mutating func next() throws(FramingError) -> Frame? {
    switch state {
    case .failed(let error):
      throw error
    case .body(let total):
      return take(total)
    case .head(let scanned):
      if case .owesPing = afterPong {
        afterPong = .nothing
        return .ping
      }
      if scanned == 0, let keepAlive = try keepAlive() { return keepAlive }
      guard buffer.count > start, !startsWithLineEnd else { return nil }
      guard let headEnd = findHeadEnd(from: start + scanned) else {
        guard bufferedCount <= MessageLimits.headSize else { throw fail(.headTooLarge) }
        state = .head(scanned: max(0, bufferedCount - 3))
        return nil
      }
      guard headEnd - start <= MessageLimits.headSize else { throw fail(.headTooLarge) }
      let total = headEnd - start + (try contentLength(headEnd))
      guard total <= MessageLimits.messageSize else { throw fail(.messageTooLarge) }
      state = .body(total: total)
      return take(total)
    }
  }

  private var startsWithLineEnd: Bool {
    start < buffer.count && buffer[start] == 0x0D
  }

  /// A CRLF pair or a single CRLF before a message. A single one counts only when it is sure that no second one follows at once.
  private mutating func keepAlive() throws(FramingError) -> Frame? {
    guard startsWithLineEnd else { return nil }
    guard buffer.count - start >= 2 else { return nil }
    guard buffer[start + 1] == 0x0A else { throw fail(.strayLineEnd) }
    if buffer.count - start >= 4, buffer[start + 2] == 0x0D, buffer[start + 3] == 0x0A {
      start += 4
      afterPong = .nothing
      return .ping
    }
    // A third byte that starts another line end: the rest of a ping is on its way. After a pong the two are a ping already.
    if case .nothing = afterPong, buffer.count - start == 3, buffer[start + 2] == 0x0D { return nil }
    start += 2
    // A ping cut exactly in the middle looks like two pongs. Only time could tell, and there is none here, so it counts as both: an
    // answer that nobody asked for does no harm, a ping without its answer costs the peer its connection (RFC 5626 section 4.4.1).
    switch afterPong {
    case .nothing: afterPong = .pong
    case .pong, .owesPing: afterPong = .owesPing
    }
    return .pong
  }

  private func findHeadEnd(from first: Int) -> Int? {
    let bytes = buffer.span
    var index = max(first, start)
    while let lineFeed = ByteScan.lineFeed(bytes, from: index) {
      if lineFeed - start >= 3, bytes[lineFeed - 1] == 0x0D, bytes[lineFeed - 2] == 0x0A, bytes[lineFeed - 3] == 0x0D {
        return lineFeed + 1
      }
      index = lineFeed + 1
    }
    return nil
  }

  private mutating func contentLength(_ headEnd: Int) throws(FramingError) -> Int {
    let head = HeadScanner(Array(buffer[start..<headEnd]).span, from: 0)
    guard head.startLine != nil else { throw fail(.noMessage) }
    var length: Int?
    for slot in head.slots where slot.known == .contentLength {
      let value = buffer[(start + Int(slot.valueStart))..<(start + Int(slot.valueEnd))]
      guard let header = try? ContentLength(parsing: value), length == nil || length == header.value else {
        throw fail(.badContentLength)
      }
      length = header.value
    }
    guard let length else { throw fail(.missingContentLength) }
    return length
  }

  private mutating func take(_ total: Int) -> Frame? {
    guard bufferedCount >= total else { return nil }
    let message = Array(buffer[start..<(start + total)])
    start += total
    afterPong = .nothing
    state = .head(scanned: 0)
    if start == buffer.count { shift() }
    return .message(message)
  }

  private mutating func shift() {
    buffer.removeFirst(start)
    start = 0
  }

  private mutating func fail(_ code: FramingError.Code) -> FramingError {
    let error = FramingError(code)
    state = .failed(error)
    buffer = []
    start = 0
    return error
  }
}
