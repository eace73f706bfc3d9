import Media
import SansIO
import Testing

@Suite("The promise of the microphone")
struct MicrophoneTests {
  /// Captured sound is a constant that nothing else in the session makes.
  static let captured: Int16 = 12_345

  func isCaptured(_ output: MediaOutput) -> Bool {
    guard let packet = output.rtpPacket, packet.payloadType == 0 else { return false }
    // Tones pass through that value too, but never stay there.
    var run = 0
    for byte in packet.payload {
      run = abs(Int(G711.decodeMuLaw(byte)) - Int(Self.captured)) < 600 ? run + 1 : 0
      if run >= 8 { return true }
    }
    return false
  }

  @Test("Captured sound leaves only while the microphone is open, whatever else happens in whatever order")
  func neverWhileShut() {
    var random = RandomSource(seed: 7)
    var sentWhileOpen = 0
    for _ in 0..<300 {
      var session = MediaSession(
        parameters: MediaParameters(
          remoteRTP: .bobRTP, codec: AudioFormat(.pcmu, payloadType: 0), telephoneEventPayloadType: 101), source: .microphone,
        random: random.split(), cname: "a@b")
      var isOpen = false
      var time: Int64 = 0
      for _ in 0..<150 {
        var outputs: [MediaOutput] = []
        let now = moment(time)
        switch random.next(below: 12) {
        case 0:
          isOpen = random.next(below: 2) == 0
          session.handle(.setMicrophoneOpen(isOpen), now: now, into: &outputs)
        case 1:
          let direction = MediaDirection.allCases[Int(random.next(below: 4))]
          let remote: SocketAddress? = random.next(below: 4) == 0 ? nil : .bobRTP
          let parameters = MediaParameters(
            remoteRTP: remote, codec: AudioFormat(.pcmu, payloadType: 0),
            telephoneEventPayloadType: random.next(below: 2) == 0 ? 101 : nil, direction: direction)
          session.handle(.update(parameters), now: now, into: &outputs)
        case 2:
          let sources: [AudioSource] = [.microphone, .silence, .echo, .tones(.busy()), .microphone]
          session.handle(.setSource(sources[Int(random.next(below: 5))]), now: now, into: &outputs)
        case 3: session.handle(.sendDigits("1,2"), now: now, into: &outputs)
        case 4: session.handle(.wakeUp, now: now, into: &outputs)
        default:
          let period = 40 * Int(1 + random.next(below: 8))
          session.handle(.captured([Int16](repeating: Self.captured, count: period)), now: now, into: &outputs)
        }
        // Nothing that is due is left undone, or the loop that calls us would spin.
        #expect(session.nextDeadline.map { $0 > now.instant } == true)
        let leaked = outputs.filter(isCaptured).count
        if isOpen { sentWhileOpen += leaked } else { #expect(leaked == 0) }
        time += Int64(random.next(below: 40))
      }
    }
    // The test could not fail if nothing were ever sent.
    #expect(sentWhileOpen > 300)
  }

  @Test("The microphone is shut at first, and silence is sent in its place (for translators and the peer's patience)")
  func shutAtFirst() {
    var pair = SessionPair(alice: .microphone, bob: .silence)
    pair.microphone = { $0 % 10 == 0 ? [Int16](repeating: Self.captured, count: 80) : nil }
    pair.run(milliseconds: 1000)
    let packets = pair.fromAlice.compactMap(\.rtpPacket)
    #expect((49...51).contains(packets.count))
    #expect(packets.allSatisfy { $0.payload.allSatisfy { $0 == 0xFF } })
    #expect(pair.alice.statistics.microphoneLevel == nil)
  }

  @Test("What was captured before the microphone was shut and not yet sent is thrown away")
  func rest() {
    var pair = SessionPair(alice: .microphone, bob: .silence)
    pair.alice(.setMicrophoneOpen(true))
    pair.alice(.captured([Int16](repeating: Self.captured, count: 100)))
    pair.alice(.setMicrophoneOpen(false))
    pair.alice(.setMicrophoneOpen(true))
    pair.alice(.captured([Int16](repeating: 0, count: 100)))
    pair.run(milliseconds: 100)
    #expect(!pair.fromAlice.contains(where: isCaptured))
  }

  @Test("Opened, it is heard with the timestamps of one clock, and silence takes over when the device is lost")
  func opened() {
    var pair = SessionPair(alice: .microphone, bob: .silence)
    // Without the soft beginning.
    let tone = Array(sine(1000, frames: 160).suffix(80))
    pair.microphone = { $0 % 10 == 0 && $0 < 2000 ? tone : nil }
    pair.run(milliseconds: 500)
    pair.alice(.setMicrophoneOpen(true))
    pair.run(milliseconds: 2500)
    let packets = pair.fromAlice.compactMap(\.rtpPacket)
    #expect((145...151).contains(packets.count))
    let marked = packets.filter(\.marker)
    #expect(marked.count == 3)
    // Over three seconds the timestamps have followed the clock.
    let span = packets.last!.timestamp &- packets.first!.timestamp
    #expect(abs(Int(span) - 8 * 2980) <= 8 * 25)
    for (before, after) in zip(packets, packets.dropFirst()) {
      #expect(after.sequenceNumber == before.sequenceNumber &+ 1)
      #expect((160...1200).contains(after.timestamp &- before.timestamp))
    }
    let middle = Array(pair.heardByBob[8000..<16_000])
    #expect(ToneDetector.share(of: 1000, in: middle, sampleRate: 8000) > 0.9)
  }
}
