import Media
import SansIO
import Testing

@Suite("Tones")
struct ToneTests {
  @Test("Every country has its tones, each with an end or a return, and none is silent")
  func countries() {
    for country in ToneProgram.countries + ["xx"] {
      let programs = [
        ToneProgram.ringback, ToneProgram.busy, ToneProgram.congestion, ToneProgram.callWaiting, ToneProgram.dialTone,
      ]
      for program in programs.map({ $0(country) }) {
        var generator = ToneGenerator(program, sampleRate: 8000)
        #expect(generator.render(frames: 4000).contains { abs(Int($0)) > 1000 })
        #expect(!generator.isFinished)
      }
    }
  }

  @Test("The American ringback is 440 and 480 Hz for two seconds of six")
  func ringback() {
    var generator = ToneGenerator(.ringback("us"), sampleRate: 8000)
    let cycle = generator.render(frames: 48_000)
    let on = Array(cycle[0..<16_000])
    #expect(ToneDetector.share(of: 440, in: on, sampleRate: 8000) > 0.45)
    #expect(ToneDetector.share(of: 480, in: on, sampleRate: 8000) > 0.45)
    #expect(cycle[16_000...].allSatisfy { $0 == 0 })
    #expect(generator.render(frames: 8000).contains { $0 > 5000 })
  }

  @Test("Pieces of any size make the same sound as one piece, without clicks")
  func pieces() {
    let program = ToneProgram.busy("de")
    var whole = ToneGenerator(program, sampleRate: 16_000)
    var pieces = ToneGenerator(program, sampleRate: 16_000)
    let expected = whole.render(frames: 40_000)
    var sound: [Int16] = []
    var size = 1
    while sound.count < 40_000 {
      sound += pieces.render(frames: min(size, 40_000 - sound.count))
      size = size * 7 % 501 + 1
    }
    #expect(sound == expected)
    let largestStep = zip(expected, expected.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
    // The steepest place of a 425 Hz sine of that level.
    #expect(largestStep < 1300)
  }

  @Test("Every key is heard as itself", arguments: Array("0123456789*#ABCD"))
  func keys(digit: Character) {
    for rate in [8000, 16_000, 48_000] {
      var generator = ToneGenerator(.dtmf(String(digit)), sampleRate: rate)
      let sound = generator.render(frames: rate / 10)
      #expect(ToneDetector.dtmfDigit(in: sound, sampleRate: rate) == digit)
    }
  }

  @Test("A program without a return ends; one that takes no time is over at once")
  func ends() {
    var generator = ToneGenerator(.dtmf("1"), sampleRate: 8000)
    _ = generator.render(frames: 1439)
    #expect(!generator.isFinished)
    _ = generator.render(frames: 1)
    #expect(generator.isFinished)
    #expect(generator.render(frames: 10) == [Int16](repeating: 0, count: 10))
    #expect(ToneGenerator(ToneProgram([]), sampleRate: 8000).isFinished)
    #expect(ToneGenerator(ToneProgram([.pause(.zero)], repeatsFrom: 0), sampleRate: 8000).isFinished)
    #expect(ToneGenerator(ToneProgram([.pause(.zero)], repeatsFrom: 7), sampleRate: 8000).isFinished)
  }

  @Test("The speaking clock pips on the second and longest on the minute")
  func clock() {
    // 58.5 seconds into a minute.
    let time = WallTime(nanosecondsSince1970: 1_799_999_998_500_000_000)
    var generator = ToneGenerator(.speakingClock(at: time), sampleRate: 8000)
    let sound = generator.render(frames: 8000 * 4)
    func isSounding(_ milliseconds: Int) -> Bool {
      sound[(milliseconds * 8)..<(milliseconds * 8 + 80)].contains { abs(Int($0)) > 1000 }
    }
    #expect(!isSounding(400))
    #expect(isSounding(540) && !isSounding(700))
    #expect(isSounding(1520) && isSounding(2000) && !isSounding(2200))
    #expect(isSounding(2540) && !isSounding(2700))
  }

  @Test("Every ring pattern sounds, and no two are alike")
  func rings() {
    let sounds = RingPattern.allCases.map { pattern in
      var generator = ToneGenerator(.ring(pattern), sampleRate: 8000)
      return generator.render(frames: 16_000)
    }
    #expect(sounds.allSatisfy { $0.contains { abs(Int($0)) > 1000 } })
    #expect(Set(sounds).count == sounds.count)
  }
}
