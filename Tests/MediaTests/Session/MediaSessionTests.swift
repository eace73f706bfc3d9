import Media
import SansIO
import Testing

@Suite("The media session")
struct MediaSessionTests {
  @Test("A tone is heard on the other side, with little delay and nothing invented", arguments: AudioCodec.allCases)
  func tone(codec: AudioCodec) {
    let program = ToneProgram([.init([440], for: .seconds(60))])
    var pair = SessionPair(
      alice: .tones(program), bob: .silence, codec: AudioFormat(codec, payloadType: codec.staticPayloadType ?? 96))
    pair.run(milliseconds: 2000)
    let rate = codec.clockRate
    #expect(ToneDetector.share(of: 440, in: Array(pair.heardByBob[rate...]), sampleRate: rate) > 0.98)
    let first = pair.heardByBob.firstIndex { abs(Int($0)) > 1000 } ?? 0
    // 10 ms on the line, at most 30 ms in the jitter buffer.
    #expect(first * 1000 / rate <= 45)
    #expect(pair.bob.statistics.concealed == .zero)
    #expect(pair.bob.statistics.bufferTarget <= .milliseconds(40))
    #expect(pair.bob.statistics.packetsLost == 0)
    #expect(pair.bob.statistics.speakerLevel.map { $0 > -20 && $0 < -10 } == true)
  }

  @Test("An echo comes back")
  func echo() {
    var pair = SessionPair(alice: .tones(ToneProgram([.init([700], for: .seconds(60))])), bob: .echo)
    pair.run(milliseconds: 2000)
    #expect(ToneDetector.share(of: 700, in: Array(pair.heardByAlice[8000...]), sampleRate: 8000) > 0.95)
    #expect(pair.heardByBob.allSatisfy { $0 == 0 })
  }

  @Test("On hold nothing is sent and nothing heard; after it the stream goes on with its timestamps")
  func hold() {
    var pair = SessionPair(alice: .tones(ToneProgram([.init([440], for: .seconds(60))])), bob: .silence)
    pair.run(milliseconds: 500)
    var parameters = pair.alice.currentParameters
    parameters.direction = .recvonly
    pair.alice(.update(parameters))
    let sent = pair.fromAlice.compactMap(\.rtpPacket).count
    pair.run(milliseconds: 500)
    #expect(pair.fromAlice.compactMap(\.rtpPacket).count == sent)
    parameters.direction = .sendrecv
    pair.alice(.update(parameters))
    pair.run(milliseconds: 500)
    let packets = pair.fromAlice.compactMap(\.rtpPacket)
    #expect(packets[sent].marker)
    #expect(packets[sent].sequenceNumber == packets[sent - 1].sequenceNumber &+ 1)
    #expect((4000...4400).contains(packets[sent].timestamp &- packets[sent - 1].timestamp))
    #expect(ToneDetector.share(of: 440, in: Array(pair.heardByBob.suffix(2400)), sampleRate: 8000) > 0.9)
  }

  // Proves: rfc3264-6.1-27
  @Test("A peer that sends PCMA after PCMU, both agreed, is understood without a gap")
  func codecChange() {
    var pair = SessionPair(alice: .tones(ToneProgram([.init([440], for: .seconds(60))])), bob: .silence)
    var bobs = pair.bob.currentParameters
    bobs.receivable = [AudioFormat(.pcmu, payloadType: 0), AudioFormat(.pcma, payloadType: 8)]
    pair.bob(.update(bobs))
    pair.run(milliseconds: 500)
    var alices = pair.alice.currentParameters
    alices.codec = AudioFormat(.pcma, payloadType: 8)
    pair.alice(.update(alices))
    pair.run(milliseconds: 500)
    #expect(ToneDetector.share(of: 440, in: Array(pair.heardByBob[1600...]), sampleRate: 8000) > 0.98)
    #expect(pair.bob.statistics.concealed == .zero)
  }

  @Test("A peer that sends wide sound into a narrow session is resampled, and its other clock has another source (RFC 7160)")
  func otherClock() throws {
    var pair = SessionPair(alice: .tones(ToneProgram([.init([440], for: .seconds(60))])), bob: .silence)
    let wide = AudioFormat(.l16Wide, payloadType: 96)
    var bobs = pair.bob.currentParameters
    bobs.receivable = [AudioFormat(.pcmu, payloadType: 0), wide]
    pair.bob(.update(bobs))
    pair.run(milliseconds: 500)
    var alices = pair.alice.currentParameters
    alices.codec = wide
    let narrow = try #require(pair.fromAlice.compactMap(\.rtpPacket).last?.ssrc)
    pair.alice(.update(alices))
    #expect(pair.alice.sampleRate == 16_000 && pair.bob.sampleRate == 8000)
    pair.run(milliseconds: 1000)
    #expect(ToneDetector.share(of: 440, in: Array(pair.heardByBob.suffix(4000)), sampleRate: 8000) > 0.98)
    #expect(pair.fromAlice.compactMap(\.rtpPacket).filter { $0.payloadType == 96 }.allSatisfy { $0.ssrc != narrow })
  }

  @Test("Goodbye is said once, and then nothing more")
  func close() {
    var pair = SessionPair(alice: .silence, bob: .silence)
    pair.run(milliseconds: 200)
    pair.alice(.close)
    let farewell = pair.fromAlice.last?.rtcpPackets ?? []
    #expect(farewell.contains { if case .bye = $0 { true } else { false } })
    #expect(pair.alice.nextDeadline == nil)
    let count = pair.fromAlice.count
    pair.run(milliseconds: 7000)
    pair.alice(.captured([1, 2, 3]))
    #expect(pair.fromAlice.count == count)
    #expect(pair.fromBob.contains(.peerLeft))
  }

  @Test("Damaged packets of every kind never trap")
  func mutations() {
    var random = RandomSource(seed: 3550)
    var pair = SessionPair(alice: .tones(.musicOnHold), bob: .microphone)
    pair.alice(.sendDigits("123"))
    pair.run(milliseconds: 8000)
    pair.alice(.close)
    let samples = pair.fromAlice.compactMap { output -> [UInt8]? in
      switch output {
      case .rtp(let bytes, _), .rtcp(let bytes, _): bytes
      default: nil
      }
    }
    var victim = pair.bob
    var time: Int64 = 8000
    for round in 0..<10_000 {
      var packet = samples[Int(random.next(below: UInt64(samples.count)))]
      for _ in 0..<random.next(below: 8) {
        packet[Int(random.next(below: UInt64(min(packet.count, 40))))] = UInt8(truncatingIfNeeded: random.nextUInt64())
      }
      if random.next(below: 5) == 0 { packet = Array(packet.prefix(Int(random.next(below: UInt64(packet.count))))) }
      var outputs: [MediaOutput] = []
      time += Int64(random.next(below: 20))
      let now = moment(time)
      victim.handle(round % 3 == 0 ? .rtcp(packet, from: .aliceRTCP) : .rtp(packet, from: .aliceRTP), now: now, into: &outputs)
      if round % 2 == 0 { #expect(victim.playout(frames: 80, now: now).count == 80) }
      _ = victim.statistics
    }
  }

  @Test("A source that leaps in numbers, time and format never traps nor stalls us, and is heard again when it behaves")
  func leaps() {
    var random = RandomSource(seed: 1889)
    let wide = AudioFormat(.l16Wide, payloadType: 96)
    var session = MediaSession(
      parameters: MediaParameters(
        remoteRTP: .bobRTP, codec: AudioFormat(.pcmu, payloadType: 0), receivable: [AudioFormat(.pcmu, payloadType: 0), wide],
        telephoneEventPayloadType: 101), source: .silence, random: random.split(), cname: "a@b")
    var (sequence, timestamp, time): (UInt16, UInt32, Int64) = (0, 0, 0)
    func packet(_ payloadType: UInt8, _ length: Int) -> [UInt8] {
      RTPPacket(
        marker: false, payloadType: payloadType, sequenceNumber: sequence, timestamp: timestamp, ssrc: 7,
        payload: [UInt8](repeating: 0x90, count: length)[...]
      ).serialized()
    }
    var outputs: [MediaOutput] = []
    for _ in 0..<6000 {
      switch random.next(below: 12) {
      case 0: timestamp = UInt32(truncatingIfNeeded: random.nextUInt64())
      case 1: sequence = UInt16(truncatingIfNeeded: random.nextUInt64())
      case 2: sequence &-= UInt16(random.next(below: 110))
      case 3: time += Int64(random.next(below: 20_000))
      default: break
      }
      sequence &+= 1
      timestamp &+= 160
      time += Int64(random.next(below: 30))
      let payloadType = [0, 0, 0, 0, 96, 13, 101, 55][Int(random.next(below: 8))] as UInt8
      let length = [160, 160, 0, 1, 1400][Int(random.next(below: 5))]
      session.handle(.rtp(packet(payloadType, length), from: .bobRTP), now: moment(time), into: &outputs)
      #expect(session.nextDeadline.map { $0 > moment(time).instant } == true)
      let frames = [80, 160, 1, 3000][Int(random.next(below: 4))]
      #expect(session.playout(frames: frames, now: moment(time)).count == frames)
    }
    var heard: [Int16] = []
    for _ in 0..<150 {
      sequence &+= 1
      timestamp &+= 160
      time += 20
      session.handle(.rtp(packet(0, 160), from: .bobRTP), now: moment(time), into: &outputs)
      heard += session.playout(frames: 160, now: moment(time))
    }
    #expect(heard.suffix(8000).allSatisfy { abs(Int($0)) > 3000 })
  }
}
