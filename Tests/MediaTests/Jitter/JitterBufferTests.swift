import SansIO
import Testing

@testable import Media

@Suite("The jitter buffer")
struct JitterBufferTests {
  /// Runs a 440 Hz tone through a line and returns the session at the other end with what it played.
  func run(seconds: Int64 = 10, _ disturb: @escaping (Int) -> Int64?) -> SessionPair {
    var pair = SessionPair(alice: .tones(ToneProgram([.init([440], for: .seconds(60))])), bob: .silence)
    pair.disturb = disturb
    pair.run(milliseconds: seconds * 1000)
    return pair
  }

  func purity(_ samples: some Collection<Int16>) -> Double {
    ToneDetector.share(of: 440, in: Array(samples), sampleRate: 8000)
  }

  @Test("A clean line costs 20 to 40 ms and nothing is invented")
  func clean() {
    let pair = run { _ in 0 }
    #expect(pair.bob.statistics.bufferTarget <= .milliseconds(40))
    #expect(pair.bob.statistics.bufferDepth <= .milliseconds(40))
    #expect(pair.bob.statistics.concealed == .zero)
  }

  @Test("Jitter makes the delay grow until packets come in time, and its end makes it shrink")
  func adapts() {
    var state = RandomSource(seed: 5)
    let noise = (0..<4000).map { _ in Int64(state.next(below: 60)) }
    let pair = run(seconds: 20) { $0 < 500 ? noise[$0] : 0 }
    // The second half of the rough stretch: the buffer has learnt.
    #expect(purity(pair.heardByBob[40_000..<76_000]) > 0.5)
    #expect(pair.bob.statistics.bufferTarget <= .milliseconds(40))
    #expect(pair.bob.statistics.bufferDepth <= .milliseconds(60))
    #expect(pair.bob.statistics.packetsLate < 40)

    let rough = run(seconds: 9) { noise[$0] }
    #expect(rough.bob.statistics.bufferTarget >= .milliseconds(50))
    #expect(rough.bob.statistics.bufferTarget <= .milliseconds(110))
  }

  @Test("Lost packets are bridged so that a tone goes on (a tenth lost)")
  func losses() {
    let pair = run { $0 % 10 == 0 ? nil : 0 }
    #expect(pair.bob.statistics.packetsLost >= 45)
    #expect(pair.bob.statistics.concealed >= .milliseconds(900))
    #expect(pair.bob.statistics.concealed <= .milliseconds(1300))
    let heard = pair.heardByBob[8000...]
    // No stretch of 10 ms is silent.
    for start in stride(from: heard.startIndex, to: heard.endIndex - 80, by: 80) {
      #expect(heard[start..<(start + 80)].contains { abs(Int($0)) > 2000 })
    }
  }

  @Test("Pairs that overtake each other are put in order; doubles are heard once")
  func reordering() {
    let pair = run { $0 % 4 == 1 ? 25 : 0 }
    #expect(pair.bob.statistics.packetsLost == 0)
    #expect(purity(pair.heardByBob[16_000...]) > 0.95)

    var buffer = JitterBuffer(clockRate: 8000)
    let content = JitterBuffer.Content.sound(.pcmu, [UInt8](repeating: 0, count: 160)[...])
    let now = moment(0).instant
    #expect(buffer.insert(sequence: 7, timestamp: 0, marker: false, content: content, arrival: now) == .accepted)
    #expect(buffer.insert(sequence: 7, timestamp: 0, marker: false, content: content, arrival: now) == .duplicate)
  }

  @Test("Sequence numbers and timestamps wrap without a sound")
  func wraps() {
    var buffer = JitterBuffer(clockRate: 8000)
    var tone = ToneGenerator(ToneProgram([.init([440], for: .seconds(60))]), sampleRate: 8000)
    var heard: [Int16] = []
    for number in 0..<200 {
      var payload: [UInt8] = []
      AudioCodec.l16Narrow.encode(tone.render(frames: 160)[...], into: &payload)
      let timestamp = UInt32.max - 8000 &+ UInt32(number * 160)
      let now = moment(Int64(number) * 20).instant
      _ = buffer.insert(
        sequence: 65_500 + Int64(number), timestamp: timestamp, marker: false, content: .sound(.l16Narrow, payload[...]),
        arrival: now)
      buffer.pull(frames: 160, now: now, into: &heard)
    }
    #expect(purity(heard[1600...]) > 0.99)
    #expect(buffer.concealedSamples == 0)
  }

  @Test("A peer whose clock runs faster or slower is followed for a minute", arguments: [-300, 300])
  func drift(partsPerMillion: Int64) {
    var buffer = JitterBuffer(clockRate: 8000)
    var tone = ToneGenerator(ToneProgram([.init([440], for: .seconds(600))]), sampleRate: 8000)
    var heard: [Int16] = []
    var arrival: Int64 = 1_000_000_000
    let step = 20_000_000 + 20 * partsPerMillion
    var next: Int64 = 0
    for pull in 0..<6000 {
      let now = Instant(nanoseconds: 1_000_000_000 + Int64(pull) * 10_000_000)
      while arrival <= now.nanoseconds {
        var payload: [UInt8] = []
        AudioCodec.l16Narrow.encode(tone.render(frames: 160)[...], into: &payload)
        _ = buffer.insert(
          sequence: next, timestamp: UInt32(next * 160), marker: false, content: .sound(.l16Narrow, payload[...]),
          arrival: Instant(nanoseconds: arrival))
        next += 1
        arrival += step
      }
      buffer.pull(frames: 80, now: now, into: &heard)
    }
    // 300 ppm of a minute are 18 ms, and would be lost or left over.
    #expect(buffer.depth <= .milliseconds(50))
    #expect(buffer.concealedSamples <= 80)
    for second in 1..<59 { #expect(purity(heard[(second * 8000)..<(second * 8000 + 800)]) > 0.9) }
  }

  @Test("A pause of the sender is silence and not an invention, and its level is heard when it tells one (RFC 3389)")
  func comfortNoise() {
    var buffer = JitterBuffer(clockRate: 8000)
    var heard: [Int16] = []
    let speech = [UInt8](repeating: 0x90, count: 160)[...]
    for number in 0..<100 {
      let now = moment(Int64(number) * 20).instant
      if number < 20 || number >= 80 {
        _ = buffer.insert(
          sequence: Int64(number < 20 ? number : number - 59), timestamp: UInt32(number * 160), marker: number == 80,
          content: .sound(.pcmu, speech), arrival: now)
      } else if number == 20 {
        _ = buffer.insert(sequence: 20, timestamp: 3200, marker: false, content: .noise([50]), arrival: now)
      }
      buffer.pull(frames: 160, now: now, into: &heard)
    }
    #expect(buffer.concealedSamples == 0)
    let pause = heard[5000..<12_000]
    #expect(pause.contains { $0 != 0 } && pause.allSatisfy { abs(Int($0)) < 400 })
    var meter = LevelMeter()
    meter.feed(pause, sampleRate: 8000)
    #expect(abs((meter.decibels ?? 0) + 50) < 2)
    #expect(heard[15_000...].allSatisfy { abs(Int($0)) > 5000 })
  }

  @Test("When everything stops, the sound dies away within 70 ms and stays quiet")
  func underrun() {
    let pair = run(seconds: 3) { $0 > 100 ? nil : 0 }
    let end = 100 * 160 + 8 * (10 + 40 + 20 + 70)
    #expect(pair.heardByBob[end...].allSatisfy { $0 == 0 })
  }

  @Test("A new source takes over after two of its packets, a single stray does not (RFC 3550 appendix A.1)")
  func sourceChange() {
    var pair = run(seconds: 1) { _ in 0 }
    var stranger = MediaSession(
      parameters: pair.alice.currentParameters, source: .tones(ToneProgram([.init([1000], for: .seconds(9))])),
      random: RandomSource(seed: 99), cname: "c@d")
    var outputs: [MediaOutput] = []
    stranger.handle(.wakeUp, now: moment(pair.time), into: &outputs)
    if case .rtp(let bytes, _) = outputs[0] { pair.bob(.rtp(bytes, from: .aliceRTP)) }
    pair.run(milliseconds: 500)
    #expect(purity(pair.heardByBob.suffix(3000)) > 0.95)
    pair.alice = stranger
    pair.run(milliseconds: 1000)
    #expect(ToneDetector.share(of: 1000, in: Array(pair.heardByBob.suffix(4000)), sampleRate: 8000) > 0.95)
  }
}
