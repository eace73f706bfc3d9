import Media
import SIPMessages
import SansIO
import Testing

@testable import Phone

@Suite("What calls sound like: cadences measured in the sound itself")
struct AlertSoundTests {
  private static func program(_ identifiers: [String], in situation: AlertSituation, country: String = "us") -> ToneProgram? {
    let urns = identifiers.compactMap { AlertURN("urn:alert:" + $0) }
    #expect(urns.count == identifiers.count)
    return AlertComposer.program(
      AlertFile.resolver.signals(for: urns, in: situation), in: situation, AlertComposer.Settings(country: country))
  }

  /// Milliseconds of sound and, with a minus sign, of silence, from the start.
  private static func beats(_ program: ToneProgram, _ seconds: Int = 14) -> [Int] {
    var generator = ToneGenerator(program, sampleRate: 8000)
    var meter = CadenceMeter(sampleRate: 8000, threshold: 60)
    meter.feed(generator.render(frames: 8000 * seconds))
    return meter.measured.dropLast().map { Int($0.duration.wholeMilliseconds) * ($0.isSound ? 1 : -1) }
  }

  /// True when `measured` begins with `expected`, within the few milliseconds in which tones rise and fall.
  private static func begins(_ measured: [Int], _ expected: [Int]) -> Bool {
    measured.count >= expected.count && zip(measured, expected).allSatisfy { abs($0 - $1) <= 8 }
  }

  static let rings: [(urns: [String], cadence: [Int])] = [
    ([], [1000, -3000, 1000, -3000]),
    (["source:internal"], [300, -400, 300, -2600, 300]),
    (["source:external"], [800, -2600, 800, -2600]),
    (["source:friend"], [1280, -2400, 1280, -2400]),
    (["source:family"], [1600, -2200, 1600, -2200]),
    (["priority:high"], [1000, -1200, 1000, -1200]),
    (["priority:high", "source:external"], [800, -1040, 800, -1040]),
    (["source:internal", "priority:low"], [300, -600, 300, -3900, 300]),
    (["duration:long"], [2000, -3000, 2000, -3000]),
    (["delay:yes", "source:external"], [-4000, 800, -2600, 800]),
    (["service:recall:hold"], [120, -120, 120, -120, 120, -400, 1000, -3000]),
    (["service:recall:calling", "source:external"], [120, -120, 120, -400, 800, -2600]),
    (["service:forward", "priority:high"], [150, -350, 1000, -1200, 1000]),
    (["locale:country:gb"], [400, -200, 400, -2000, 400]),
    (["locale:country:hu", "source:external"], [1250, -3750, 1250]),
    (["ring@offhook:dr3"], [400, -200, 400, -200, 800, -4000]),
  ]

  @Test("Each list of URNs has its own ring", arguments: rings.indices)
  func ring(index: Int) throws {
    let (urns, cadence) = Self.rings[index]
    let measured = Self.beats(try #require(Self.program(urns, in: .ringing)))
    #expect(Self.begins(measured, cadence), "\(urns): \(measured)")
  }

  @Test("A short ring sounds once")
  func short() throws {
    let program = try #require(Self.program(["duration:short", "source:external"], in: .ringing))
    #expect(Self.begins(Self.beats(program), [800]))
    #expect(Self.beats(program).count == 1)
  }

  static let ringbacks: [(String, [Int])] = [
    ("za", [400, -200, 400, -2000, 400]), ("us", [2000, -4000, 2000, -4000]), ("de", [1000, -4000, 1000, -4000]),
    ("hu", [1250, -3750, 1250, -3750]), ("jp", [1000, -2000, 1000, -2000]), ("fr", [1500, -3500, 1500, -3500]),
    ("tr", [2000, -4000, 2000, -4000]),
  ]

  // Proves: rfc8433-3-1
  @Test("A country's ringback is heard whatever country the phone is in", arguments: ringbacks.indices)
  func ringback(index: Int) throws {
    let (country, cadence) = Self.ringbacks[index]
    let asked = try #require(Self.program(["locale:country:\(country)"], in: .ringback, country: "it"))
    #expect(asked == .ringback(country))
    #expect(Self.begins(Self.beats(asked), cadence), "\(country): \(Self.beats(asked))")
    #expect(Self.program([], in: .ringback, country: country) == .ringback(country))
    #expect(Self.program(["locale:country:xx"], in: .ringback, country: country) == .ringback(country))
  }

  @Test("A waiting call there is heard before the ringback, a forwarded one with a single beep")
  func service() throws {
    let waiting = try #require(Self.program(["service:call-waiting"], in: .ringback, country: "us"))
    #expect(Self.begins(Self.beats(waiting), [150, -150, 150, -600, 2000, -4000]))
    let forwarded = try #require(Self.program(["service:forward"], in: .ringback, country: "us"))
    #expect(Self.begins(Self.beats(forwarded), [150, -450, 2000, -4000]))
  }

  @Test("During a call there is one short beep, higher from outside than from inside")
  func inCall() throws {
    for urns in [
      [], ["source:internal"], ["source:external"], ["source:friend"], ["priority:high"], ["duration:long"], ["delay:yes"],
    ] {
      let program = try #require(Self.program(urns, in: .ringingInCall))
      #expect(Self.begins(Self.beats(program), [200]) && Self.beats(program).count == 1, "\(urns) \(Self.beats(program))")
    }
    let (inside, outside) = (
      Self.program(["source:internal"], in: .ringingInCall), Self.program(["source:external"], in: .ringingInCall)
    )
    #expect(inside != outside)
  }

  @Test("The first rings are softer, by 18, 12 and 6 decibels; an urgent call is loud at once")
  func rise() throws {
    func peaks(_ urns: [AlertURN]) throws -> [Int] {
      let program = try #require(
        AlertComposer.program(
          AlertFile.resolver.signals(for: urns, in: .ringing), in: .ringing, AlertComposer.Settings(risesInVolume: true)))
      var generator = ToneGenerator(program, sampleRate: 8000)
      return (0..<5).map { _ in generator.render(frames: 32_000).map { abs(Int($0)) }.max() ?? 0 }
    }
    let rising = try peaks([])
    #expect(zip(rising, rising.dropFirst()).prefix(3).allSatisfy { Double($1) / Double($0) > 1.9 && Double($1) / Double($0) < 2.1 })
    #expect(abs(rising[3] - rising[4]) < 10)
    let urgent = try peaks([.highPriority])
    #expect(urgent[0] > rising[3])
  }

  @Test("Low priority is softer than usual, high priority louder, and nothing clips")
  func levels() throws {
    func peak(_ urns: [String]) throws -> Int {
      var generator = ToneGenerator(try #require(Self.program(urns, in: .ringing)), sampleRate: 8000)
      return generator.render(frames: 40_000).map { abs(Int($0)) }.max() ?? 0
    }
    for source in [[], ["source:internal"], ["source:external"], ["source:friend"], ["source:family"]] {
      let (low, usual, high) = (try peak(["priority:low"] + source), try peak(source), try peak(["priority:high"] + source))
      #expect(low < usual && usual < high && high < 32_767, "\(source): \(low) \(usual) \(high)")
    }
  }
}
