import Media
import SansIO
import Testing

@Suite("RFC 8866: session descriptions")
struct SessionDescriptionTests {
  static let telephone = """
    v=0\r
    o=alice 2890844526 2890844527 IN IP4 host.atlanta.example.com\r
    s=Call\r
    c=IN IP4 192.0.2.1\r
    b=AS:64\r
    t=0 0\r
    a=sendonly\r
    m=audio 49170 RTP/AVP 0 8 97 101\r
    a=rtpmap:97 L16/16000\r
    a=rtpmap:101 telephone-event/8000\r
    a=fmtp:101 0-16\r
    a=ptime:30\r
    a=rtcp:49180 IN IP4 192.0.2.9\r
    m=video 51372/2 RTP/AVP 99\r
    c=IN IP6 2001:db8::7\r
    a=rtpmap:99 h263-1998/90000\r
    a=recvonly\r

    """

  @Test("What was read is written again byte for byte")
  func roundTrip() throws {
    let description = try SessionDescription(parsing: bytes(Self.telephone))
    #expect(String(decoding: description.serialized(), as: UTF8.self) == Self.telephone)
  }

  @Test("A media part inherits connection and direction from the session unless it has its own (sections 5.7, 6.7)")
  func inheritance() throws {
    let description = try SessionDescription(parsing: bytes(Self.telephone))
    #expect(description.effectiveConnection(of: description.media[0])?.ipAddress == IPAddress("192.0.2.1"))
    #expect(description.effectiveConnection(of: description.media[1])?.ipAddress == IPAddress("2001:db8::7"))
    #expect(description.effectiveDirection(of: description.media[0]) == .sendonly)
    #expect(description.effectiveDirection(of: description.media[1]) == .recvonly)
    #expect(description.media[1].portCount == 2)
  }

  @Test("Formats keep the order of the m= line, static ones need no rtpmap (section 6.6, RFC 3551 section 6)")
  func rtpmaps() throws {
    let audio = try SessionDescription(parsing: bytes(Self.telephone)).media[0]
    #expect(audio.rtpmaps.map(\.text) == ["0 PCMU/8000", "8 PCMA/8000", "97 L16/16000", "101 telephone-event/8000"])
    #expect(audio.formatParameters(of: 101) == "0-16")
    #expect(audio.formatParameters(of: 10) == nil)
    #expect(audio.ptime == 30)
  }

  @Test("Line ends of LF alone, a missing s= and t=, and spaces at the end are forgiven")
  func lenient() throws {
    let description = try SessionDescription(
      parsing: bytes("v=0\no=- 1 1 IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 \na=sendonly \n\n"))
    #expect(description.media[0].formats == ["0"])
    #expect(description.media[0].direction == .sendonly)
    #expect(description.timings == [SDPTiming()])
  }

  @Test(
    "What is no session description is refused with its line",
    arguments: [
      ("", SDPError(.missingVersion, line: 0)), ("v=1\r\n", SDPError(.missingVersion, line: 1)),
      ("o=- 1 1 IN IP4 h\r\n", SDPError(.missingVersion, line: 1)), ("v=0\r\ns=-\r\n", SDPError(.missingOrigin, line: 0)),
      ("v=0\r\no=- 1 1 IN IP4\r\n", SDPError(.malformedOrigin, line: 2)),
      ("v=0\r\no=- x 1 IN IP4 h\r\n", SDPError(.malformedOrigin, line: 2)),
      ("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 70000 RTP/AVP 0\r\n", SDPError(.malformedMedia, line: 3)),
      ("v=0\r\no=- 1 1 IN IP4 h\r\nc=IN IP4\r\n", SDPError(.malformedConnection, line: 3)),
      ("v=0\r\no=- 1 1 IN IP4 h\r\nt=0\r\n", SDPError(.malformedTiming, line: 3)),
      ("v=0\r\nhello\r\n", SDPError(.malformedLine, line: 2)),
    ])
  func refused(text: String, error: SDPError) {
    #expect(throws: error) { try SessionDescription(parsing: bytes(text)) }
  }

  @Test("Size, lines and media parts are bounded")
  func bounds() {
    let head = "v=0\r\no=- 1 1 IN IP4 h\r\n"
    #expect(throws: SDPError(.tooLong, line: 0)) {
      try SessionDescription(parsing: bytes(head) + [UInt8](repeating: 97, count: SDPLimits.bytes))
    }
    #expect(throws: SDPError(.tooManyLines, line: SDPLimits.lines + 1)) {
      try SessionDescription(parsing: bytes(head + String(repeating: "a=x\r\n", count: SDPLimits.lines)))
    }
    #expect(throws: SDPError(.tooManyMedia, line: 3 + SDPLimits.media)) {
      try SessionDescription(parsing: bytes(head + String(repeating: "m=x 0 y 0\r\n", count: SDPLimits.media + 1)))
    }
    let formats = (0..<500).map { "\($0)" }.joined(separator: " ")
    let parsed = try? SessionDescription(parsing: bytes(head + "m=audio 1 RTP/AVP \(formats)\r\n"))
    #expect(parsed?.media[0].formats.count == SDPLimits.formats)
  }

  @Test("A line with a carriage return or a NUL within it is malformed: an answer could not repeat it (RFC 8866 section 9)")
  func strayControls() {
    for line in ["m=audio 1 RTP/\rAVP 0", "m=au\0dio 1 RTP/AVP 0", "s=a\rb"] {
      #expect(throws: SDPError(.malformedLine, line: 2)) { try SessionDescription(parsing: bytes("v=0\r\n\(line)\r\n")) }
    }
  }

  @Test("A value with a line end cannot smuggle a line in")
  func injection() throws {
    var description = try SessionDescription(parsing: bytes(Self.telephone))
    description.name = "x\r\nm=audio 1 RTP/AVP 0"
    let again = try SessionDescription(parsing: description.serialized())
    #expect(again.media.count == 2)
  }

  @Test("Damaged descriptions never trap, and what is read can be written and read again")
  func mutations() {
    var random = RandomSource(seed: 8866)
    let original = bytes(Self.telephone)
    for _ in 0..<1500 {
      var damaged = original
      for _ in 0...random.next(below: 6) {
        let place = Int(random.next(below: UInt64(damaged.count)))
        switch random.next(below: 4) {
        case 0: damaged[place] = UInt8(truncatingIfNeeded: random.nextUInt64())
        case 1: damaged.remove(at: place)
        case 2: damaged.insert(contentsOf: Array("99999999999999999999/: ".utf8.suffix(Int(random.next(below: 24)))), at: place)
        default: damaged.removeSubrange(place..<min(place + 20, damaged.count))
        }
        if damaged.isEmpty { damaged = [0] }
      }
      guard let description = try? SessionDescription(parsing: damaged) else { continue }
      _ = description.media.map { ($0.rtpmaps, $0.ptime, $0.maxptime, $0.direction) }
      _ = try? SessionDescription(parsing: description.serialized())
    }
  }
}
