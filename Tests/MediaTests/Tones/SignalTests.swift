import Testing

@testable import Media

@Suite("Signal processing")
struct SignalTests {
  @Test("A sine keeps its pitch and level through every change of rate", arguments: [8000, 16_000, 44_100, 48_000])
  func resampled(from: Int) {
    for to in [8000, 16_000, 48_000] {
      let original = sine(1000, frames: from, sampleRate: from)
      var resampler = Resampler(from: from, to: to)
      var result: [Int16] = []
      // In pieces, as a device brings them.
      for start in stride(from: 0, to: original.count, by: from / 100) {
        result += resampler.process(Array(original[start..<min(start + from / 100, original.count)]))
      }
      #expect(abs(result.count - to) <= 1)
      let middle = Array(result[(to / 4)..<(to * 3 / 4)])
      #expect(ToneDetector.share(of: 1000, in: middle, sampleRate: to) > 0.999)
      let peak = middle.map { abs(Int($0)) }.max() ?? 0
      #expect(abs(peak - 16_422) < 500)
    }
  }

  @Test("What the slower rate cannot hold is filtered out and not folded back")
  func aliasing() {
    var resampler = Resampler(from: 48_000, to: 8000)
    let result = resampler.process(sine(6000, frames: 48_000, sampleRate: 48_000))
    #expect((result[1000..<7000].map { abs(Int($0)) }.max() ?? 0) < 60)
  }

  @Test("The mixer adds, weighs and stops at the ceiling")
  func mixer() {
    #expect(Mixer.mix([100, -100, 30_000, -30_000], [50, 50, 30_000, -30_000]) == [150, -50, 32_767, -32_768])
    var mixer = Mixer()
    mixer.begin(frames: 3)
    mixer.add([1000, 1000, 1000, 1000], gain: 0.5)
    mixer.add([1])
    #expect(mixer.mixed() == [501, 500, 500])
  }

  @Test("A full-scale sine is at -3 dBFS, half of it at -9, silence nowhere")
  func level() {
    var meter = LevelMeter()
    meter.feed(sine(1000, frames: 8000)[...], sampleRate: 8000)
    #expect(abs((meter.decibels ?? 0) + 9.01) < 0.1)
    var silence = LevelMeter()
    silence.feed([Int16](repeating: 0, count: 800)[...], sampleRate: 8000)
    #expect(silence.decibels == nil)
  }

  @Test("Sines, logarithms and powers are those of mathematics")
  func arithmetic() {
    #expect(abs(Arithmetic.sine(turns: 1.0 / 12) - 0.5) < 1e-8)
    #expect(abs(Arithmetic.sine(turns: 0.75) + 1) < 1e-7)
    #expect(abs(Arithmetic.sine(turns: -3.125) + 0.5.squareRoot()) < 1e-8)
    #expect(abs(Arithmetic.cosine(turns: 1)) - 1 < 1e-7)
    #expect(abs(Arithmetic.log10(1000) - 3) < 1e-9)
    #expect(abs(Arithmetic.log10(0.002) + 2.698_970_004) < 1e-8)
    #expect(abs(Arithmetic.power10(-0.5) - 0.316_227_766) < 1e-8)
    #expect(Arithmetic.log10(0) == -.infinity)
  }

  @Test("A gap in a voice-like sound is filled at its pitch, fades, and joins what follows without a click")
  func concealment() {
    var concealer = LossConcealer(sampleRate: 8000)
    var generator = ToneGenerator(ToneProgram([.init([150, 300, 450], level: -16, for: .seconds(10))]), sampleRate: 8000)
    let before = generator.render(frames: 800)
    concealer.played(before[...])
    var filled: [Int16] = []
    concealer.conceal(160, into: &filled)
    let missing = generator.render(frames: 160)
    // In the first 10 ms the guess is close to what was lost.
    let error = zip(filled[..<80], missing).map { Double(Int($0) - Int($1)) }.reduce(0) { $0 + $1 * $1 }
    let energy = missing[..<80].map { Double($0) }.reduce(0) { $0 + $1 * $1 }
    #expect(error < energy * 0.1)
    var after = generator.render(frames: 160)
    concealer.recover(&after, from: 0)
    let joined: [Int16] = [before[before.count - 1]] + filled + after
    #expect((zip(joined, joined.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0) < 5500)

    var long: [Int16] = []
    concealer.played(before[...])
    concealer.conceal(800, into: &long)
    #expect(long[480...].allSatisfy { $0 == 0 })
  }
}
