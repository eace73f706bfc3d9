import SIPMessages
import SansIO
import Testing

@Suite("RFC 3261 section 18.3 and RFC 5626 section 3.5.1: messages on a stream")
struct StreamFramerTests {
  static let message = Array("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP c;branch=z9hG4bK1\r\nl: 3\r\n\r\nabc".utf8)

  // Proves: rfc3261-7.5-01 rfc3261-18.3-04
  @Test("Messages and keep-alives come out whole however the stream is cut", arguments: 1...17)
  func chunks(_ size: Int) throws {
    var framer = StreamFramer()
    let stream = Self.message + Self.message + Array("\r\n\r\n".utf8) + Self.message
    var messages = 0
    var index = 0
    while index < stream.count {
      framer.append(Array(stream[index..<min(index + size, stream.count)]))
      index += size
      while let frame = try framer.next() {
        if case .message(let bytes) = frame {
          #expect(bytes == Self.message)
          messages += 1
        }
      }
    }
    #expect(messages == 3)
    #expect(framer.bufferedCount == 0)
  }

  @Test("Two line ends are a ping, one is a pong")
  func keepAlive() throws {
    var framer = StreamFramer()
    framer.append([0x0D, 0x0A, 0x0D, 0x0A])
    #expect(try framer.next() == .ping)
    #expect(try framer.next() == nil)
    framer.append([0x0D, 0x0A])
    #expect(try framer.next() == .pong)
    #expect(try framer.next() == nil)
  }

  @Test("A ping that arrives in two halves is a ping")
  func splitPing() throws {
    var framer = StreamFramer()
    framer.append([0x0D, 0x0A, 0x0D])
    #expect(try framer.next() == nil)
    framer.append([0x0A])
    #expect(try framer.next() == .ping)
  }

  // Proves: rfc3261-18.3-04
  @Test(
    "What loses the border between messages is refused, and stays refused",
    arguments: [
      ("OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n", FramingError.Code.missingContentLength),
      ("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n", .badContentLength),
      ("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n", .badContentLength),
      ("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n", .badContentLength),
      ("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 65536\r\n\r\n", .messageTooLarge), ("GET / HTTP/1.1\r\n\r\n", .noMessage),
      ("\rX", .strayLineEnd),
    ])
  func refused(_ text: String, _ code: FramingError.Code) {
    var framer = StreamFramer()
    framer.append(Array(text.utf8))
    let first = #expect(throws: FramingError.self) { try framer.next() }
    #expect(first?.code == code)
    framer.append(Self.message)
    #expect(throws: FramingError.self) { try framer.next() }
    #expect(framer.bufferedCount == 0)
  }

  @Test("A head that never ends is refused at its bound, not stored")
  func endless() {
    var framer = StreamFramer()
    let line = Array("X: \(String(repeating: "a", count: 997))\r\n".utf8)
    framer.append(Array("OPTIONS sip:a@b SIP/2.0\r\n".utf8))
    var rounds = 0
    var refusal: FramingError?
    while rounds < 100, refusal == nil {
      framer.append(line)
      do { #expect(try framer.next() == nil) } catch { refusal = error }
      rounds += 1
    }
    #expect(refusal?.code == .headTooLarge)
    #expect(rounds * line.count <= MessageLimits.headSize + line.count)
  }

  @Test("A ping is a ping wherever the stream is cut", arguments: [[1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]])
  func cutPing(_ cuts: [Int]) throws {
    var framer = StreamFramer()
    var frames: [StreamFramer.Frame] = []
    let ping: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    for (from, to) in zip([0] + cuts, cuts + [4]) {
      framer.append(Array(ping[from..<to]))
      while let frame = try framer.next() { frames.append(frame) }
    }
    #expect(frames.filter { $0 == .ping }.count == 1)
    framer.append(Self.message)
    #expect(try framer.next() == .message(Self.message))
  }

  @Test("A ping cut in its middle is answered at once, though the next one begins in the same piece")
  func cutPingAndMore() throws {
    var framer = StreamFramer()
    framer.append([0x0D, 0x0A])
    #expect(try framer.next() == .pong)
    framer.append([0x0D, 0x0A, 0x0D])
    #expect(try framer.next() == .pong)
    #expect(try framer.next() == .ping)
    framer.append([0x0A])
    #expect(try framer.next() == .pong)
    #expect(try framer.next() == nil)
  }

  @Test("Answers to our own pings with a message between them are no ping")
  func separatePongs() throws {
    var framer = StreamFramer()
    framer.append([0x0D, 0x0A])
    #expect(try framer.next() == .pong)
    framer.append(Self.message)
    #expect(try framer.next() == .message(Self.message))
    framer.append([0x0D, 0x0A])
    #expect(try framer.next() == .pong)
    #expect(try framer.next() == nil)
  }
}
