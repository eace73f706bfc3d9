import Media
import SansIO
import Testing

@Suite("RFC 3264: the small print of offers and answers")
struct OfferRulesTests {
  private let alice = MediaEndpoint(address: .alice, rtpPort: 20_000)
  private let bob = MediaEndpoint(address: .bob, rtpPort: 30_000)

  private func negotiator(_ codecs: [String] = ["PCMU", "PCMA"], id: UInt64 = 42) -> MediaNegotiator {
    MediaNegotiator(configuration: NegotiatorConfiguration(codecs: codecs, sessionID: id))
  }

  private func offer(_ media: String, timing: String = "0 0") -> [UInt8] {
    bytes("v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=\(timing)\r\n\(media)")
  }

  // Proves: rfc3264-5.1-01 rfc3264-5.1-02 rfc3264-5.1-03 rfc3264-8.4-02 rfc3264-5-05 rfc3264-5.1-07 rfc3264-5.1-08
  @Test(
    "An offer says which way the sound is to go, and keeps its port and its formats whatever that is",
    arguments: MediaDirection.allCases)
  func directions(_ direction: MediaDirection) throws {
    var caller = negotiator()
    let sdp = caller.makeOffer(local: alice, direction: direction)
    let text = String(decoding: sdp, as: UTF8.self)
    #expect(text.contains("\r\na=\(direction.rawValue)\r\n"))
    #expect(text.hasPrefix("v=0\r\n") && !text.dropFirst(3).contains("v=0"))
    #expect(try SessionDescription(parsing: sdp).media.map(\.port) == [20_000])
    #expect(try SessionDescription(parsing: sdp).media[0].formats.prefix(2) == ["0", "8"], "We send and receive the same ones.")
  }

  // Proves: rfc3264-5.1-13 rfc3264-6.1-15 rfc3264-6.1-17 rfc3264-6.1-14 rfc3264-8.3.2-06
  @Test(
    "Formats stand in the order of preference: in an offer ours, in an answer the offerer's; both sides send the answer's first")
  func preference() throws {
    var caller = negotiator(["PCMA", "PCMU"])
    let sdp = caller.makeOffer(local: alice, direction: .sendrecv)
    #expect(try SessionDescription(parsing: sdp).media[0].formats.prefix(2) == ["8", "0"])
    var callee = negotiator(["PCMU", "PCMA"])
    let (answer, theirs) = try callee.receiveOffer(sdp, local: bob, direction: .sendrecv)
    let description = try SessionDescription(parsing: answer)
    #expect(description.media[0].formats.prefix(2) == ["8", "0"])
    #expect(description.media[0].rtpmaps.contains { $0.encodingName == "PCMA" && $0.payloadType == 8 })
    #expect(String(decoding: answer, as: UTF8.self).contains("a=rtpmap:101 telephone-event/8000"))
    #expect(theirs.codec.codec == .pcma)
    var narrowed = negotiator(["PCMU"])
    var other = negotiator(["PCMA", "PCMU"])
    let only = try narrowed.receiveOffer(other.makeOffer(local: alice, direction: .sendrecv), local: bob, direction: .sendrecv)
    #expect(try other.receiveAnswer(only.answer).codec.codec == .pcmu, "What is not in the answer is not sent.")
  }

  // Proves: rfc3264-6-01 rfc3264-6-05 rfc3264-6.1-01 rfc3264-6-03
  @Test("An answer has an origin of its own, the offer's times and our unicast address")
  func answer() throws {
    for timing in ["0 0", "3034423619 3042462419"] {
      var callee = negotiator()
      let (sdp, _) = try callee.receiveOffer(
        offer("m=audio 5000 RTP/AVP 0\r\n", timing: timing), local: alice, direction: .sendrecv)
      let description = try SessionDescription(parsing: sdp)
      #expect(description.origin.sessionID == 42 && description.origin.address == "192.0.2.1")
      #expect(description.timings.map { "\($0.start) \($0.stop)" } == [timing])
      #expect(description.connection?.ipAddress == .alice)
      #expect(description.media.count == 1)
    }
  }

  // Proves: rfc3264-6.1-07 rfc3264-6.1-09 rfc3264-6.1-10 rfc3264-6.1-12 rfc3264-6.1-26
  @Test(
    "Whatever the direction, the answer names a format of the offer, our address and our port", arguments: MediaDirection.allCases)
  func formats(_ direction: MediaDirection) throws {
    var callee = negotiator()
    let (sdp, parameters) = try callee.receiveOffer(
      offer("m=audio 5000 RTP/AVP 18 8 3\r\na=\(direction.rawValue)\r\n"), local: alice, direction: .sendrecv)
    let description = try SessionDescription(parsing: sdp)
    #expect(description.media[0].formats == ["8"])
    #expect(description.media[0].port == 20_000 && description.effectiveConnection(of: description.media[0])?.ipAddress == .alice)
    #expect(parameters.receivable.map(\.payloadType) == [8])
  }

  // Proves: rfc3264-6.1-18
  @Test("Of the offer's formats those that we have stay, in the offer's order")
  func narrowed() throws {
    var callee = negotiator(["PCMU", "PCMA"])
    let (sdp, parameters) = try callee.receiveOffer(
      offer("m=audio 5000 RTP/AVP 8 22 0\r\na=rtpmap:22 XYZ/8000\r\n"), local: alice, direction: .sendrecv)
    #expect(try SessionDescription(parsing: sdp).media[0].formats == ["8", "0"])
    #expect(parameters.codec.codec == .pcma)
  }

  // Proves: rfc3264-6-07 rfc3264-6-09 rfc3264-5.1-05 rfc3264-8.2-02
  @Test("A refused stream keeps one format in its line, and nothing is sent for one that is over, RTCP neither")
  func refused() throws {
    var callee = negotiator()
    let (sdp, _) = try callee.receiveOffer(
      offer("m=video 5000 RTP/AVP 99 100\r\na=rtpmap:99 H264/90000\r\nm=audio 5002 RTP/AVP 0\r\n"), local: alice,
      direction: .sendrecv)
    #expect(try SessionDescription(parsing: sdp).media.map { $0.formats.isEmpty } == [false, false])
    let (_, over) = try callee.receiveOffer(
      offer("m=video 0 RTP/AVP 99\r\nm=audio 0 RTP/AVP 0\r\n"), local: alice, direction: .sendrecv)
    #expect(over.remoteRTP == nil && over.remoteRTCP == nil && over.direction == .inactive)
    var fresh = negotiator()
    #expect(throws: NegotiationError(.noAudio)) {
      try fresh.receiveOffer(offer("m=audio 0 RTP/AVP 0\r\n"), local: alice, direction: .sendrecv)
    }
  }

  // Proves: rfc4733-2.5.1.1-02 rfc4733-2.5.1.1-03 rfc4733-9.2-01
  @Test("Only events that the peer lists are sent, and only the sixteen keys to one that lists none")
  func events() throws {
    for (fmtp, expected) in [
      ("a=fmtp:101 0-11,16\r\n", [0...11, 16...16]), ("a=fmtp:101 5\r\n", [5...5]), ("", [0...15]),
      ("a=fmtp:101 garbage\r\n", [0...15]),
    ] as [(String, [ClosedRange<UInt8>])] {
      var callee = negotiator()
      let (_, parameters) = try callee.receiveOffer(
        offer("m=audio 5000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n\(fmtp)"), local: alice, direction: .sendrecv)
      #expect(parameters.telephoneEvents == expected)
    }
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    var parameters = pair.alice.currentParameters
    parameters.telephoneEvents = [0...11]
    pair.alice(.update(parameters))
    pair.alice(.sendDigits("1A!2"))
    pair.run(milliseconds: 1500)
    #expect(pair.digitsAtBob == ["1", "2"])
  }

  // Proves: rfc4733-2.3.3-01 rfc4733-2.3.4-01 rfc4733-2.3.5-01 rfc4733-2.5.2.2-03
  @Test("An event's reserved bit is zero and not looked at, its duration is never zero, and only keys have a volume")
  func eventBytes() throws {
    for event in UInt8(0)...16 {
      var written: [UInt8] = []
      TelephoneEvent(event: event, isEnd: true, duration: 800).append(to: &written)
      #expect(written[1] & 0x40 == 0)
      #expect((written[1] & 0x3F == 0) == (event == 16))
    }
    let strange = try #require(TelephoneEvent(parsing: [5, 0xFF, 3, 32]))
    #expect(strange.event == 5 && strange.isEnd && strange.duration == 800)
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.alice(.sendDigits("5!"))
    pair.run(milliseconds: 1000)
    let events = pair.fromAlice.compactMap(\.rtpPacket).filter { $0.payloadType == 101 }.compactMap {
      TelephoneEvent(parsing: $0.payload)
    }
    #expect(events.count == 14 && events.allSatisfy { $0.duration > 0 })
    #expect(events.filter { $0.event == 16 }.allSatisfy { $0.volume == 0 })
  }

  // Proves: rfc4733-2.1-01 rfc4733-2.5.1.2-01 rfc4733-2.5.1.6-01
  @Test("Sound and events share one sequence and one clock")
  func oneStream() throws {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.alice(.sendDigits("59"))
    pair.run(milliseconds: 1000)
    let packets = pair.fromAlice.compactMap(\.rtpPacket)
    #expect(Set(packets.map(\.payloadType)).count == 2 && Set(packets.map(\.ssrc)).count == 1)
    for (one, next) in zip(packets, packets.dropFirst()) {
      #expect(next.sequenceNumber == one.sequenceNumber &+ 1)
      #expect(next.timestamp &- one.timestamp < 8000, "Time never runs backwards or leaps.")
    }
  }
}
