import Media
import SansIO
import Testing

@Suite("RFC 3264: offers and answers")
struct MediaNegotiatorTests {
  let alice = MediaEndpoint(address: .alice, rtpPort: 20_000)
  let bob = MediaEndpoint(address: .bob, rtpPort: 30_000)

  func negotiator(_ codecs: [String] = ["PCMU", "PCMA", "L16"], mux: Bool = false, id: UInt64 = 42) -> MediaNegotiator {
    MediaNegotiator(configuration: NegotiatorConfiguration(codecs: codecs, offersRTCPMux: mux, sessionID: id))
  }

  func offer(_ media: String, connection: String = "192.0.2.2") -> [UInt8] {
    bytes("v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 \(connection)\r\nt=0 0\r\n\(media)")
  }

  // Proves: rfc3261-13.2.1-17 rfc3264-5.1-14 rfc3264-6.1-16 rfc3264-6.1-30 rfc3264-6.1-31 rfc3264-7-02
  @Test("Two of us agree on the first codec, keys, noise and both addresses (sections 5, 6)")
  func agree() throws {
    var (caller, callee) = (negotiator(), negotiator(["PCMA", "PCMU"]))
    let offer = caller.makeOffer(local: alice, direction: .sendrecv)
    let (answer, theirs) = try callee.receiveOffer(offer, local: bob, direction: .sendrecv)
    let ours = try caller.receiveAnswer(answer)
    #expect(ours.codec == AudioFormat(.pcmu, payloadType: 0))
    #expect(theirs.codec == ours.codec)
    #expect(ours.receivable.map(\.payloadType) == [0, 8])
    #expect(ours.remoteRTP == .bobRTP && ours.remoteRTCP == .bobRTCP)
    #expect(theirs.remoteRTP == .aliceRTP && theirs.remoteRTCP == .aliceRTCP)
    #expect(ours.telephoneEventPayloadType == 101 && theirs.telephoneEventPayloadType == 101)
    #expect(ours.comfortNoisePayloadType == 13)
    #expect(ours.direction == .sendrecv && !ours.isHeldByPeer)
    #expect(ours.packetTime == .milliseconds(20))
  }

  // Proves: rfc3264-5-06 rfc3264-5-07 rfc3264-5.1-12 rfc4733-2.5.2.1-01 rfc4733-9.2-03 rfc3264-5-01 rfc3264-5-05 rfc3264-5.1-15
  // Proves: rfc3264-5.1-09 rfc4733-2.5.1.1-01 rfc4733-9.2-02
  @Test("The offer is written as expected")
  func offerText() {
    var caller = MediaNegotiator(
      configuration: NegotiatorConfiguration(codecs: ["PCMU", "L16/16000"], username: "alice", sessionID: 7))
    let text = String(decoding: caller.makeOffer(local: alice, direction: .sendrecv), as: UTF8.self)
    #expect(
      text == """
        v=0\r
        o=alice 7 7 IN IP4 192.0.2.1\r
        s=-\r
        c=IN IP4 192.0.2.1\r
        t=0 0\r
        m=audio 20000 RTP/AVP 0 97 13 101 102\r
        a=rtpmap:0 PCMU/8000\r
        a=rtpmap:97 L16/16000\r
        a=rtpmap:13 CN/8000\r
        a=rtpmap:101 telephone-event/8000\r
        a=fmtp:101 0-16\r
        a=rtpmap:102 telephone-event/16000\r
        a=fmtp:102 0-16\r
        a=ptime:20\r
        a=sendrecv\r

        """)
  }

  // Proves: rfc3261-14.1-02
  @Test("The version rises by one with a change, and only then (section 8)")
  func versions() throws {
    var caller = negotiator()
    func version(_ sdp: [UInt8]) throws -> UInt64 { try SessionDescription(parsing: sdp).origin.version }
    let first = caller.makeOffer(local: alice, direction: .sendrecv)
    let start = try version(first)
    #expect(caller.makeOffer(local: alice, direction: .sendrecv) == first)
    #expect(try version(caller.makeOffer(local: alice, direction: .sendonly)) == start + 1)
    caller.abandonOffer()
    #expect(try version(caller.makeOffer(local: alice, direction: .sendonly)) == start + 1)
    #expect(try version(caller.makeOffer(local: alice, direction: .sendrecv)) == start + 2)
  }

  // Proves: rfc3264-5-03 rfc3264-5-04 rfc3264-8-04 rfc3264-8-05 rfc4028-7.4-15
  @Test("The origin line keeps all but its version, which rises by one with a change; its numbers fit 63 bits, an answer's too")
  func origin() throws {
    var caller = negotiator(id: .max)
    var callee = negotiator(id: .max - 1)
    func lines(_ sdp: [UInt8]) throws -> (SDPOrigin, String) {
      (try SessionDescription(parsing: sdp).origin, String(decoding: sdp, as: UTF8.self))
    }
    let offer = caller.makeOffer(local: alice, direction: .sendrecv)
    let (first, _) = try lines(offer)
    #expect(first.sessionID <= UInt64(Int64.max) && first.version < 1 << 62 - 1)
    let answer = try callee.receiveOffer(offer, local: bob, direction: .sendrecv).answer
    _ = try caller.receiveAnswer(answer)
    #expect(try callee.receiveOffer(offer, local: bob, direction: .sendrecv).answer == answer, "Nothing changed, and that is said.")
    var expected = first
    for direction in [MediaDirection.sendonly, .sendrecv, .inactive] {
      let (origin, _) = try lines(caller.makeOffer(local: alice, direction: direction))
      expected.version += 1
      #expect(origin == expected)
      caller.abandonOffer()
    }
  }

  // Proves: rfc3264-6-02 rfc3264-6-03 rfc3264-6-06 rfc3264-6-08 rfc3264-6.1-02 rfc3264-8-08 rfc3264-8-09 rfc3264-8-10
  @Test("Unknown media and a second audio stream are answered with port 0, in their places (section 6)")
  func rejectedParts() throws {
    var callee = negotiator()
    let (answer, parameters) = try callee.receiveOffer(
      offer(
        """
        m=video 5000 RTP/AVP 99\r
        a=rtpmap:99 H264/90000\r
        m=audio 5002 RTP/AVP 8\r
        m=audio 5004 RTP/AVP 0\r
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r

        """), local: alice, direction: .sendrecv)
    let description = try SessionDescription(parsing: answer)
    #expect(description.media.map(\.kind) == ["video", "audio", "audio", "application"])
    #expect(description.media.map(\.port) == [0, 20_000, 0, 0])
    #expect(description.media[3].proto == "UDP/DTLS/SCTP")
    #expect(parameters.codec.codec == .pcma && parameters.remoteRTP?.port == 5002)

    // Our own later offer keeps the four parts (section 8).
    let later = try SessionDescription(parsing: callee.makeOffer(local: alice, direction: .sendonly))
    #expect(later.media.map(\.port) == [0, 20_000, 0, 0])
  }

  // Proves: rfc3264-6.1-13 rfc3264-6.1-31 rfc3264-8.3.2-03 rfc3264-8.3.2-04
  @Test("The answer uses the offer's payload types, and they stay in later offers (sections 6.1, 8.3.2)")
  func payloadTypes() throws {
    var callee = negotiator(["L16/16000", "PCMU"])
    let (answer, parameters) = try callee.receiveOffer(
      offer(
        "m=audio 5000 RTP/AVP 112 0 120\r\na=rtpmap:112 L16/16000\r\na=rtpmap:120 telephone-event/16000\r\n"),
      local: alice, direction: .sendrecv)
    #expect(parameters.codec == AudioFormat(.l16Wide, payloadType: 112))
    #expect(parameters.telephoneEventPayloadType == 120)
    // One clock only: PCMU would need another.
    #expect(try SessionDescription(parsing: answer).media[0].formats == ["112", "120"])
    let later = try SessionDescription(parsing: callee.makeOffer(local: alice, direction: .sendrecv))
    #expect(later.media[0].rtpmaps.contains { $0.payloadType == 112 && $0.encodingName == "L16" })
    #expect(later.media[0].rtpmaps.contains { $0.payloadType == 120 && $0.clockRate == 16_000 })
  }

  // Proves: rfc3264-6.1-03 rfc3264-6.1-04 rfc3264-6.1-05 rfc3264-6.1-06 rfc3264-8.4-01
  @Test(
    "The answer gives as much of our wish as the offer allows (section 6.1)",
    arguments: [
      ("sendrecv", MediaDirection.sendrecv, MediaDirection.sendrecv), ("sendonly", .sendrecv, .recvonly),
      ("recvonly", .sendrecv, .sendonly), ("inactive", .sendrecv, .inactive), ("sendrecv", .sendonly, .sendonly),
      ("sendonly", .sendonly, .inactive), ("recvonly", .recvonly, .inactive),
    ])
  func directions(offered: String, wanted: MediaDirection, given: MediaDirection) throws {
    var callee = negotiator()
    let (answer, parameters) = try callee.receiveOffer(
      offer("m=audio 5000 RTP/AVP 0\r\na=\(offered)\r\n"), local: alice, direction: wanted)
    #expect(parameters.direction == given)
    #expect(try SessionDescription(parsing: answer).media[0].direction == given)
    #expect(parameters.isHeldByPeer == (offered == "sendonly" || offered == "inactive"))
  }

  // Proves: rfc3264-8.4-03
  @Test("The address 0.0.0.0 holds us without a direction attribute (section 8.4)")
  func oldHold() throws {
    var callee = negotiator()
    let (answer, parameters) = try callee.receiveOffer(
      offer("m=audio 5000 RTP/AVP 0\r\n", connection: "0.0.0.0"), local: alice, direction: .sendrecv)
    #expect(parameters.isHeldByPeer && !parameters.direction.sends)
    #expect(parameters.remoteRTP == nil && parameters.remoteRTCP == nil)
    #expect(try SessionDescription(parsing: answer).media[0].direction == .recvonly)
  }

  // Proves: rfc3264-5.1-01
  @Test("Hold and resume by us: the peer that answers recvonly, or lists every codec, does not hold us (section 8.4)")
  func holdAndResume() throws {
    var (caller, callee) = (negotiator(), negotiator())
    let first = try callee.receiveOffer(caller.makeOffer(local: alice, direction: .sendrecv), local: bob, direction: .sendrecv)
    _ = try caller.receiveAnswer(first.answer)

    let hold = try callee.receiveOffer(caller.makeOffer(local: alice, direction: .sendonly), local: bob, direction: .sendrecv)
    #expect(hold.parameters.isHeldByPeer && hold.parameters.direction == .recvonly)
    let held = try caller.receiveAnswer(hold.answer)
    #expect(held.direction == .sendonly && !held.isHeldByPeer)

    let resume = try callee.receiveOffer(caller.makeOffer(local: alice, direction: .sendrecv), local: bob, direction: .sendrecv)
    #expect(!resume.parameters.isHeldByPeer && resume.parameters.direction == .sendrecv)
    #expect(try caller.receiveAnswer(resume.answer).direction == .sendrecv)
  }

  @Test("An offer that failed leaves what was agreed (section 4)")
  func rollback() throws {
    var (caller, callee) = (negotiator(), negotiator())
    let first = try callee.receiveOffer(caller.makeOffer(local: alice, direction: .sendrecv), local: bob, direction: .sendrecv)
    let agreed = try caller.receiveAnswer(first.answer)
    _ = caller.makeOffer(local: alice, direction: .inactive)
    #expect(caller.isOfferPending)
    #expect(throws: NegotiationError(.offerPending)) {
      try caller.receiveOffer(first.answer, local: alice, direction: .sendrecv)
    }
    caller.abandonOffer()
    #expect(caller.parameters == agreed)

    _ = try callee.receiveOffer(offer("m=audio 7000 RTP/AVP 8\r\n"), local: bob, direction: .sendrecv)
    #expect(callee.parameters?.remoteRTP?.port == 7000)
    callee.rejectOffer()
    #expect(callee.parameters == first.parameters)
  }

  // Proves: rfc3264-6.1-28 rfc3264-8.3.1-07 rfc3264-8.3.4-02
  @Test("A later offer with another codec and address moves the stream (sections 8.3.1, 8.3.2)")
  func change() throws {
    var callee = negotiator()
    _ = try callee.receiveOffer(offer("m=audio 5000 RTP/AVP 0\r\n"), local: alice, direction: .sendrecv)
    let (_, parameters) = try callee.receiveOffer(
      offer("m=audio 6000 RTP/AVP 8\r\na=ptime:40\r\n", connection: "192.0.2.77"), local: alice, direction: .sendrecv)
    #expect(parameters.codec.codec == .pcma && parameters.remoteRTP?.description == "192.0.2.77:6000")
    #expect(parameters.packetTime == .milliseconds(40))
  }

  // Proves: rfc3264-8.2-02
  @Test("A stream that a later offer sets to port 0 is over, the call is not (section 8.2)")
  func removed() throws {
    var callee = negotiator()
    _ = try callee.receiveOffer(offer("m=audio 5000 RTP/AVP 0\r\n"), local: alice, direction: .sendrecv)
    let (answer, parameters) = try callee.receiveOffer(
      offer("m=audio 0 RTP/AVP 0\r\n"), local: alice, direction: .sendrecv)
    #expect(parameters.remoteRTP == nil && parameters.direction == .inactive)
    #expect(try SessionDescription(parsing: answer).media[0].port == 0)
  }

  @Test("Offers without a codec, an audio stream or an address in common are refused and change nothing")
  func refused() {
    var callee = negotiator()
    func error(_ sdp: [UInt8]) -> NegotiationError.Code? {
      do {
        _ = try callee.receiveOffer(sdp, local: alice, direction: .sendrecv)
        return nil
      } catch { return error.code }
    }
    #expect(error(offer("m=audio 5000 RTP/AVP 18\r\n")) == .noCommonCodec)
    #expect(error(offer("m=video 5000 RTP/AVP 0\r\n")) == .noAudio)
    #expect(error(offer("m=audio 5000 RTP/SAVP 0\r\n")) == .noAudio)
    #expect(error(offer("m=audio 5000 RTP/AVP 0\r\n", connection: "media.example.com")) == .unusableAddress)
    #expect(error(bytes("hello")) == .malformed(SDPError(.malformedLine, line: 1)))
    #expect(callee.parameters == nil)
  }

  @Test("An answer that does not fit the offer is refused; a second copy of the answer is ignored (RFC 3261 section 13.2.1)")
  func answers() throws {
    var caller = negotiator()
    #expect(throws: NegotiationError(.noOffer)) { try caller.receiveAnswer(offer("m=audio 5000 RTP/AVP 0\r\n")) }
    _ = caller.makeOffer(local: alice, direction: .sendrecv)
    #expect(throws: NegotiationError(.answerDoesNotMatch)) { try caller.receiveAnswer(offer("")) }
    #expect(throws: NegotiationError(.answerDoesNotMatch)) { try caller.receiveAnswer(offer("m=audio 0 RTP/AVP 0\r\n")) }
    let agreed = try caller.receiveAnswer(offer("m=audio 5000 RTP/AVP 0\r\n"))
    #expect(try caller.receiveAnswer(offer("m=audio 9999 RTP/AVP 8\r\n")) == agreed)
    _ = caller.makeOffer(local: alice, direction: .sendrecv)
    #expect(try caller.receiveAnswer(offer("m=audio 5000 RTP/AVP 0\r\na=ptime:30\r\n")).packetTime == .milliseconds(30))
  }

  // Proves: rfc3264-5.1-10
  @Test("An answer with a number of its own for telephone-event is obeyed, and ours is still understood (section 5.1)")
  func otherEventNumber() throws {
    var caller = negotiator()
    _ = caller.makeOffer(local: alice, direction: .sendrecv)
    let agreed = try caller.receiveAnswer(offer("m=audio 5000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n"))
    #expect(agreed.telephoneEventPayloadType == 96)
    #expect(agreed.receivableTelephoneEventPayloadTypes == [96, 101])
    #expect(try caller.receiveAnswer(offer("")) == agreed)
  }

  @Test("A fork's copy keeps its own answer (RFC 3261 section 13.2.2.4)")
  func forks() throws {
    var first = negotiator()
    _ = first.makeOffer(local: alice, direction: .sendrecv)
    var second = first
    #expect(try first.receiveAnswer(offer("m=audio 5000 RTP/AVP 0\r\n")).remoteRTP?.port == 5000)
    #expect(try second.receiveAnswer(offer("m=audio 6000 RTP/AVP 8\r\n")).codec.codec == .pcma)
  }

  @Test("RTCP goes where the rtcp attribute says, or onto the RTP port when both sides want that (RFC 3605, RFC 5761)")
  func rtcp() throws {
    var callee = negotiator()
    let (_, plain) = try callee.receiveOffer(
      offer("m=audio 5000 RTP/AVP 0\r\na=rtcp:5555 IN IP4 192.0.2.99\r\n"), local: alice, direction: .sendrecv)
    #expect(plain.remoteRTCP?.description == "192.0.2.99:5555" && !plain.rtcpMux)

    var (one, other) = (negotiator(mux: true), negotiator())
    let own = MediaEndpoint(address: .alice, rtpPort: 20_000, rtcpPort: 20_007)
    let text = one.makeOffer(local: own, direction: .sendrecv)
    #expect(String(decoding: text, as: UTF8.self).contains("a=rtcp:20007\r\n"))
    let (answer, muxed) = try other.receiveOffer(text, local: bob, direction: .sendrecv)
    #expect(muxed.rtcpMux && muxed.remoteRTCP == .aliceRTP)
    #expect(try one.receiveAnswer(answer).remoteRTCP == .bobRTP)
  }

  @Test("Damaged offers and answers never trap")
  func mutations() {
    var random = RandomSource(seed: 3264)
    let original = bytes(SessionDescriptionTests.telephone)
    for _ in 0..<700 {
      var damaged = original
      for _ in 0..<4 { damaged[Int(random.next(below: UInt64(damaged.count)))] = UInt8(32 + random.next(below: 95)) }
      var callee = negotiator()
      _ = try? callee.receiveOffer(damaged, local: alice, direction: .sendrecv)
      _ = callee.makeOffer(local: alice, direction: .sendrecv)
      _ = try? callee.receiveAnswer(damaged)
    }
  }
}
