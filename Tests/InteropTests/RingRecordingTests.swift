import Foundation
import Testing

@Suite("The ring, recorded at the sound card", .serialized, .timeLimit(.minutes(6)))
struct RingRecordingTests {
  private static let rings: [(urns: [String], beats: [Int])] = [
    (["source:internal"], [300, -400, 300, -2600, 300]),
    (["source:external"], [800, -2600, 800]),
    (["source:friend"], [1280, -2400, 1280]),
    (["source:family"], [1600, -2200, 1600]),
    (["priority:high", "source:external"], [800, -1040, 800]),
    (["source:internal", "priority:low"], [300, -600, 300, -3900, 300]),
    (["service:recall:hold", "source:external"], [120, -120, 120, -120, 120, -400, 800, -2600]),
    (["service:forward", "priority:high", "source:external"], [150, -350, 800, -1040]),
    (["locale:country:gb"], [400, -200, 400, -2000, 400]),
    (["locale:country:hu", "source:external"], [1250, -3750, 1250]),
  ]

  private static let countries: [(code: String, beats: [Int])] = [
    ("us", [2000, -4000, 2000]), ("de", [1000, -4000, 1000]), ("gb", [400, -200, 400, -2000, 400]), ("jp", [1000, -2000, 1000]),
    ("fr", [1500, -3500, 1500]),
  ]

  private func configuration(_ card: String, port: UInt16, country: String = "us") -> String {
    """
    country = "\(country)"
    [[accounts]]
    address = "sip:alice@127.0.0.1:\(port)"
    register = false
    [network]
    listen = ["udp:127.0.0.1:\(port)"]
    [alerts]
    rise = false
    [audio]
    playback = "silent"
    capture = "silent"
    ring = "\(card)"

    """
  }

  /// Waits until each card has heard so much.
  private func hear(_ seconds: Int, on cards: [String], _ sound: SoundCard) {
    let end = Date(timeIntervalSinceNow: 40)
    let isDone = { (card: String) in
      let (samples, rate) = sound.heard(on: card)
      return samples.drop { abs(Int($0)) <= 60 }.count >= seconds * rate
    }
    while Date() < end, !cards.allSatisfy(isDone) { Thread.sleep(forTimeInterval: 0.5) }
  }

  /// Records cards until none of them ran dry, five times at most: such a recording tells how busy the machine was, and nothing of
  /// the phone's rhythm. Judges each.
  /// - Parameter record: makes phones that play on these cards, and hangs up and closes them when it is told that all was heard.
  private func judge(
    _ expected: [(name: String, beats: [Int])], seconds: Int, _ workplace: Workplace,
    _ record: (_ positions: [Int], _ cards: [String], _ sound: SoundCard, _ hear: () -> Void) throws -> Void
  ) throws {
    var open = Array(expected.indices)
    for attempt in 1...5 where !open.isEmpty {
      let cards = open.map { "card\($0)-\(attempt)" }
      let sound = try SoundCard(workplace, microphones: cards.map { ($0, 440) } + [("silent", 440)])
      try record(open, cards, sound) { hear(seconds, on: cards, sound) }
      #expect(sound.heard(on: "silent").samples.allSatisfy { abs(Int($0)) <= 60 })
      var again: [Int] = []
      for (position, card) in zip(open, cards) {
        let recording = sound.recording(of: card)
        let beats = Cadence.beats(of: recording.samples, rate: recording.rate)
        let isRight = Cadence.begins(beats, expected[position].beats)
        if !isRight, recording.underruns > 0, attempt < 5 {
          again.append(position)
        } else {
          #expect(isRight, "\(expected[position].name): \(beats), \(recording.underruns) underruns")
        }
      }
      open = again
    }
  }

  // Proves: rfc7462-13-2
  @Test("Ten lists of URNs have ten rhythms, on the ring device and nowhere else")
  func rings() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let expected = Self.rings.map { (name: $0.urns.joined(separator: " "), beats: $0.beats) }
    try judge(expected, seconds: 7, workplace) { positions, cards, sound, hear in
      var phones: [(HeadlessPhone, Stranger)] = []
      for (position, card) in zip(positions, cards) {
        let port = Workplace.freePort()
        let phone = try HeadlessPhone(
          workplace, configuration: configuration(card, port: port), name: card, environment: sound.environment)
        #expect(phone.next("snapshot") != nil)
        #expect(SIPProbe.answers(port: port, within: 10))
        let stranger = try #require(Stranger("127.0.0.2", to: port))
        let urns = Self.rings[position].urns.map { "<urn:alert:\($0)>" }.joined(separator: ", ")
        stranger.send(stranger.invite(extra: "Alert-Info: \(urns)\r\n"))
        phones.append((phone, stranger))
      }
      hear()
      for (phone, _) in phones { #expect(phone.quit() == 0) }
    }
  }

  @Test("Five countries have the ringback that is heard there")
  func ringbacks() throws {
    let workplace = try Workplace()
    defer { workplace.remove() }
    let expected = Self.countries.map { (name: $0.code, beats: $0.beats) }
    try judge(expected, seconds: 9, workplace) { positions, cards, sound, hear in
      var phones: [(HeadlessPhone, Stranger)] = []
      for (position, card) in zip(positions, cards) {
        let port = Workplace.freePort()
        let text = configuration("silent", port: port, country: Self.countries[position].code).replacingOccurrences(
          of: "playback = \"silent\"", with: "playback = \"\(card)\"")
        let phone = try HeadlessPhone(workplace, configuration: text, name: card, environment: sound.environment)
        #expect(phone.next("snapshot") != nil)
        #expect(SIPProbe.answers(port: port, within: 10))
        let stranger = try #require(Stranger("127.0.0.1", to: port))
        phone.say("dial sip:bob@127.0.0.1:\(stranger.port)")
        let invite = try #require(stranger.receive())
        stranger.send(Stranger.response(to: invite, "180 Ringing"))
        phones.append((phone, stranger))
      }
      hear()
      for (phone, stranger) in phones {
        phone.say("hangup")
        if let cancel = stranger.receive() { stranger.send(Stranger.response(to: cancel, "200 OK")) }
        #expect(phone.quit() == 0)
      }
    }
  }
}
