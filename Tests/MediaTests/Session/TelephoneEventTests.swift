import Media
import SansIO
import Testing

@Suite("RFC 4733: telephone events")
struct TelephoneEventTests {
  @Test("Keys arrive once each, in order, repeated ones too")
  func keys() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.alice(.sendDigits("1155#A!"))
    pair.run(milliseconds: 3000)
    #expect(pair.digitsAtBob == Array("1155#A!"))
  }

  // Proves: rfc4733-2.5.1.2-03 rfc4733-2.5.1.2-04 rfc4733-2.5.1.2-05 rfc4733-2.5.1.2-06 rfc4733-2.5.1.4-01 rfc4733-2.5.1.4-06
  // Proves: rfc4733-2.5.1.2-02 rfc4733-2.5.1.2-09
  @Test("An event begins with a marker, keeps its timestamp, grows, and ends three times (sections 2.5.1.1, 2.5.1.4)")
  func packets() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.alice(.sendDigits("5"))
    pair.run(milliseconds: 500)
    let packets = pair.fromAlice.compactMap(\.rtpPacket).filter { $0.payloadType == 101 }
    let events = packets.compactMap { TelephoneEvent(parsing: $0.payload) }
    #expect(packets.map(\.marker) == [true] + [Bool](repeating: false, count: packets.count - 1))
    #expect(Set(packets.map(\.timestamp)).count == 1)
    #expect(events.map(\.event) == [UInt8](repeating: 5, count: 7))
    #expect(events.map(\.duration) == [160, 320, 480, 640, 800, 800, 800])
    #expect(events.map(\.isEnd) == [false, false, false, false, true, true, true])
  }

  @Test("No sound is sent beside an event, and the sound after it has the time that has passed (section 2.1)")
  func replacesSound() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.alice(.sendDigits("5"))
    pair.run(milliseconds: 500)
    let packets = pair.fromAlice.compactMap(\.rtpPacket)
    let first = packets.firstIndex { $0.payloadType == 101 }!
    let last = packets.lastIndex { $0.payloadType == 101 }!
    #expect(packets[first...last].allSatisfy { $0.payloadType == 101 })
    #expect(packets[last + 1].marker)
    #expect((1000...1400).contains(packets[last + 1].timestamp &- packets[first - 1].timestamp))
  }

  // Proves: rfc4733-2.5.2.2-08
  @Test("A key is known from any one of its packets, and never twice (section 2.5.2)")
  func lossy() {
    for survivor in 0..<7 {
      var pair = SessionPair(alice: .silence, bob: .silence)
      pair.run(milliseconds: 100)
      let before = pair.packetsToBob
      pair.disturb = { $0 - before - 1 == survivor || $0 - before > 7 ? 0 : nil }
      pair.alice(.sendDigits("9"))
      pair.run(milliseconds: 500)
      #expect(pair.digitsAtBob == ["9"])
    }
  }

  // Proves: rfc4733-2.3.5-02
  @Test("A report without a duration is no key, and does not hide the one that follows with the same time")
  func noDuration() throws {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    var packet = try #require(pair.fromAlice.compactMap(\.rtpPacket).last)
    packet.payloadType = 101
    packet.timestamp += 160
    for (duration, digits) in [(UInt16(0), []), (160, ["4"])] as [(UInt16, [Character])] {
      var payload: [UInt8] = []
      TelephoneEvent(event: 4, isEnd: false, duration: duration).append(to: &payload)
      packet.sequenceNumber &+= 1
      packet.payload = payload[...]
      pair.bob(.rtp(packet.serialized(), from: .aliceRTP))
      #expect(pair.digitsAtBob == digits)
    }
  }

  @Test("A key that is held longer than a segment can say is one key; what comes after a gap, or after an end, is another")
  func segments() throws {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    var packet = try #require(pair.fromAlice.compactMap(\.rtpPacket).last)
    packet.payloadType = 101
    let start = packet.timestamp &+ 160
    // Where each segment begins, how long it is, whether the event ends with it, and what has been heard then.
    let story: [(UInt32, UInt16, Bool, [Character])] = [
      (0, 800, false, ["7"]), (0, 0xFFFF, false, ["7"]), (0xFFFF, 4000, false, ["7"]), (0xFFFF, 8000, true, ["7"]),
      (0xFFFF + 8000, 800, true, ["7", "7"]), (0x8_0000, 0xFFFF, false, ["7", "7", "7"]),
      (0x8_0000 + 0x1_0001, 800, false, ["7", "7", "7", "7"]),
    ]
    for (begin, duration, isEnd, digits) in story {
      var payload: [UInt8] = []
      TelephoneEvent(event: 7, isEnd: isEnd, duration: duration).append(to: &payload)
      packet.sequenceNumber &+= 1
      packet.timestamp = start &+ begin
      packet.marker = false
      packet.payload = payload[...]
      pair.bob(.rtp(packet.serialized(), from: .aliceRTP))
      #expect(pair.digitsAtBob == digits, "a segment at \(begin)")
    }
  }

  // Proves: rfc4733-2.5.2.2-08
  @Test("Packets that overtake each other do not repeat a key")
  func reordered() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.disturb = { Int64($0 * 7919 % 5) * 18 }
    pair.alice(.sendDigits("1234567890"))
    pair.run(milliseconds: 4000)
    #expect(pair.digitsAtBob == Array("1234567890"))
  }

  @Test("Keys that are pressed on hold wait until we may send again")
  func hold() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    var parameters = pair.alice.currentParameters
    parameters.direction = .inactive
    pair.alice(.update(parameters))
    pair.alice(.sendDigits("7"))
    pair.run(milliseconds: 500)
    #expect(pair.digitsAtBob.isEmpty)
    parameters.direction = .sendrecv
    pair.alice(.update(parameters))
    pair.run(milliseconds: 500)
    #expect(pair.digitsAtBob == ["7"])
  }

  @Test("When the peer gives up telephone-event while a key is down, sound goes on")
  func withdrawn() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 100)
    pair.alice(.sendDigits("1111"))
    pair.run(milliseconds: 50)
    var parameters = pair.alice.currentParameters
    parameters.telephoneEventPayloadType = nil
    pair.alice(.update(parameters))
    let before = pair.fromAlice.count
    pair.run(milliseconds: 1000)
    let packets = pair.fromAlice[before...].compactMap(\.rtpPacket)
    #expect(packets.count >= 49 && packets.allSatisfy { $0.payloadType == 0 })
  }

  // Proves: rfc4733-2.5.2.2-11
  @Test("Every packet of a key counts for the jitter that is reported, although all of them have one timestamp")
  func jitter() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 500)
    #expect(pair.bob.statistics.jitter < .milliseconds(1))
    pair.alice(.sendDigits("5"))
    pair.run(milliseconds: 150)
    // Packets that are 20 ms apart and claim to be of one moment.
    #expect(pair.bob.statistics.jitter >= .milliseconds(3))
  }

  @Test("A peer without telephone-event hears the tones themselves")
  func inBand() {
    var pair = SessionPair(alice: .microphone, bob: .silence, events: nil)
    pair.run(milliseconds: 200)
    pair.alice(.sendDigits("3"))
    pair.alice(.sendDigits("8"))
    pair.run(milliseconds: 600)
    let heard = stride(from: 0, to: pair.heardByBob.count - 400, by: 80).compactMap {
      ToneDetector.dtmfDigit(in: Array(pair.heardByBob[$0..<($0 + 400)]), sampleRate: 8000)
    }
    #expect(heard.contains("3") && heard.contains("8"))
    #expect(heard.firstIndex(of: "3")! < heard.firstIndex(of: "8")!)
  }
}

extension SessionPair {
  var digitsAtBob: [Character] {
    fromBob.compactMap { if case .digit(let digit) = $0 { digit } else { nil } }
  }
}
