import Media
import SansIO
import Testing

@Suite("Cadences (ITU-T E.180 supplement 2)")
struct CadenceTests {
  private func beats(_ program: ToneProgram, rate: Int = 8000, seconds: Int = 12) -> [Int] {
    var generator = ToneGenerator(program, sampleRate: rate)
    var meter = CadenceMeter(sampleRate: rate)
    // In pieces, as a device brings them.
    for _ in 0..<(seconds * 50) { meter.feed(generator.render(frames: rate / 50)) }
    return meter.measured.map { Int($0.duration.wholeMilliseconds) * ($0.isSound ? 1 : -1) }
  }

  private func begins(_ measured: [Int], _ expected: [Int]) -> Bool {
    measured.count > expected.count && zip(measured, expected).allSatisfy { abs($0 - $1) <= 8 }
  }

  @Test(
    "Ringback and busy as they are heard in ten countries",
    arguments: [
      ("us", [2000, -4000], [500, -500]), ("gb", [400, -200, 400, -2000], [375, -375]), ("de", [1000, -4000], [480, -480]),
      ("fr", [1500, -3500], [500, -500]), ("jp", [1000, -2000], [500, -500]), ("za", [400, -200, 400, -2000], [500, -500]),
      ("cn", [1000, -4000], [350, -350]), ("ru", [800, -3200], [400, -400]), ("tr", [2000, -4000], [500, -500]),
      ("hk", [400, -200, 400, -3000], [500, -500]),
    ])
  func countries(country: String, ringback: [Int], busy: [Int]) {
    for rate in [8000, 48_000] {
      #expect(
        begins(beats(.ringback(country), rate: rate), ringback + ringback.prefix(1)), "\(country) \(beats(.ringback(country)))")
      #expect(begins(beats(.busy(country), rate: rate), busy + busy), "\(country) \(beats(.busy(country)))")
    }
  }

  @Test("At least forty countries have tones of their own, within the limits of E.180")
  func table() {
    let countries = ToneProgram.countries.filter { $0 != "eu" }
    #expect(countries.count >= 40)
    #expect(countries == countries.sorted() && countries.allSatisfy { $0.utf8.count == 2 })
    for country in countries {
      let ringback = ToneProgram.ringback(country)
      let round = ringback.segments.reduce(Duration.zero) { $0 + $1.duration }
      // Rounds of three to six seconds (section 4), and the two of Pakistan and of Japan's kind.
      #expect(round >= .seconds(3) && round <= .seconds(6.5) || country == "pk", "\(country)")
      for program in [ringback, .busy(country), .congestion(country)] {
        #expect(program.segments.count.isMultiple(of: 2) && program.repeatsFrom == 0, "\(country)")
        #expect(program.segments.allSatisfy { $0.frequencies.allSatisfy { (300...700).contains($0) } }, "\(country)")
      }
    }
  }

  @Test("A waiting call is beeped as it is in Belgium, the Philippines and Venezuela; Denmark and Thailand as in the list of 2003")
  func corrected() {
    #expect(begins(beats(.callWaiting("be")), [175, -175, 175, -3500]))
    #expect(ToneProgram.callWaiting("be").segments[0].frequencies == [1400])
    #expect(begins(beats(.callWaiting("ph")), [300, -10_000]))
    #expect(begins(beats(.callWaiting("ve")), [300, -6000, 300]))
    #expect(begins(beats(.busy("dk")), [500, -500, 500]) && begins(beats(.congestion("dk")), [200, -200, 200]))
    #expect(begins(beats(.ringback("th")), [1000, -5000, 1000]))
  }

  @Test("The meter finds beats in noise below its threshold, and joins what is interrupted for less than a pause")
  func meter() {
    var meter = CadenceMeter(sampleRate: 1000, threshold: 100, shortestPause: .milliseconds(20))
    let loud = [Int16](repeating: 5000, count: 50)
    let quiet = [Int16](repeating: 90, count: 10)
    meter.feed(quiet + loud + quiet + loud + quiet + quiet + quiet + loud)
    #expect(meter.measured.map { $0.duration.wholeMilliseconds } == [120, 30, 50])
    #expect(meter.measured.map(\.isSound) == [true, false, true])
    #expect(CadenceMeter(sampleRate: 8000).measured.isEmpty)
  }

  @Test("Shaping: once, longer, after a sign, in another cadence, louder and softer")
  func shaping() {
    let ring = ToneProgram.cadence([440], [200, 300])
    #expect(begins(beats(ring.lengthened), [400, -300, 400]))
    #expect(beats(ring.once) == beats(ring.once, seconds: 12) && beats(ring.once).count == 2)
    #expect(begins(beats(ring.after(ToneProgram.cadence([880], [100, 100]).once)), [100, -100, 200, -300, 200]))
    #expect(begins(beats(ring.fitted(to: .ringback("gb"))), [400, -200, 400, -2000]))
    #expect(begins(beats(ring.with(pauses: 2)), [200, -600, 200]))
    #expect(ring.louder(by: 40).segments[0].level == -7)
    #expect(ring.louder(by: -10).segments[0].level == -23)
    let rising = ring.rising(by: [-12, -6])
    #expect(rising.segments.map(\.level) == [-25, -13, -19, -13, -13, -13] && rising.repeatsFrom == 4)
    #expect(ToneProgram([]).fitted(to: ring) == ToneProgram([]) && ToneProgram([]).lengthened == ToneProgram([]))
  }
}
