import Media
import SIPMessages
import Testing

@testable import Phone

@Suite("Signals as tables: the file of the phone, and what users write")
struct AlertSignalTests {
  private static func read(_ text: String) -> (Configuration, [String]) {
    let (configuration, problems) = ConfigurationParser.parse(Array(text.utf8), file: "c.toml")
    return (configuration, problems.map { "\($0)" })
  }

  @Test("The file that comes with the phone has no fault, and every registered name that is no default changes something")
  func ownFile() throws {
    var configuration = Configuration()
    let problems = configuration.addAlertSignals(AlertFile.bytes, file: "alerts.toml")
    #expect(problems.map { "\($0)" } == [])
    #expect(AlertFile.resolver.untabulated.isEmpty)
    #expect(configuration.alerts.signals.count > 80)
    for entry in AlertURN.registered {
      let ringing = AlertFile.resolver.signals(for: [entry.urn], in: .ringing)
      #expect(ringing.allSatisfy(\.isDefault) == entry.isDefault, "\(entry.urn)")
    }
  }

  // Proves: rfc7462-10.1-1 rfc7462-10.2-1 rfc7462-10.2-2 rfc7462-10.2-3
  @Test("The phone's private names are a category of their own, flat, and none stands for what a registered name says")
  func privateNames() {
    let names = AlertFile.configuration.alerts.signals.flatMap { $0.meanings.flatMap { $0 } }
    let own = names.filter(\.isPrivate)
    #expect(!own.isEmpty && own.allSatisfy { $0.category == "ring@offhook" && $0.parts.count == 2 })
    for urn in names where !urn.isPrivate {
      #expect(urn.isRegistered || AlertURN.registered.contains { $0.urn.isWithin(urn) }, "\(urn) is nobody's")
    }
  }

  // Proves: rfc7462-11.2-1
  @Test("Modes are chosen independently, so that few signals say much")
  func modes() {
    let urns = ["priority:high", "source:external", "service:recall:hold", "locale:country:de"].compactMap {
      AlertURN("urn:alert:" + $0)
    }
    let words = AlertFile.resolver.signals(for: urns, in: .ringing).filter { !$0.isDefault }.map(\.words)
    #expect(words == ["URGENT", "from outside", "still on hold", "as in DE"])
  }

  @Test("A user's signal takes the place of the one with its name or its URNs; others stay")
  func layers() {
    var (configuration, problems) = Self.read(
      """
      [alerts]
      [[alerts.signal]]
      name = "vip"
      mode = "tune"
      when = ["ringing"]
      express = ["urn:alert:source:internal:vip@example"]
      tones = [500, 600.5]
      cadence = [100, 200]
      words = "somebody important"
      light = "red"
      [[alerts.signal]]
      name = "mine"
      mode = "tune"
      when = ["ringing"]
      express = ["urn:alert:source:external"]
      ring = "gentle"
      """)
    #expect(problems.isEmpty, "\(problems)")
    problems = configuration.addAlertSignals(AlertFile.bytes, file: "alerts.toml").map { "\($0)" }
    #expect(problems.isEmpty)
    let resolver = AlertResolver(signals: configuration.alerts.signals)
    func tune(_ identifiers: String...) -> String? {
      resolver.signals(for: identifiers.compactMap { AlertURN("urn:alert:" + $0) }, in: .ringing).first { $0.mode == .tune }?.name
    }
    #expect(tune("source:internal:vip@example") == "vip")
    #expect(tune("source:internal") == "inside")
    #expect(tune("source:external") == "mine")
    #expect(tune() == "standard")
    #expect(resolver.signals(for: [.externalSource], in: .ringing).first { $0.mode == .tune }?.rendering == .sound(.ring(.gentle)))
  }

  @Test("replace = true leaves the phone's own signals out")
  func replaced() {
    var (configuration, _) = Self.read("[alerts]\nreplace = true\ntell_call_waiting = true\nheed = \"server\"\nrise = false\n")
    #expect(configuration.addAlertSignals(AlertFile.bytes, file: "alerts.toml").isEmpty)
    #expect(configuration.alerts.signals.isEmpty)
    #expect(configuration.alerts.tellsCallWaiting && configuration.alerts.heed == .server && !configuration.alerts.risesInVolume)
    let resolver = AlertResolver(signals: [])
    #expect(resolver.signals(for: [.externalSource], in: .ringing).isEmpty)
  }

  @Test("A bad signal is told with line and column and is off; the good ones beside it work")
  func badTables() {
    let (configuration, problems) = Self.read(
      """
      [alerts]
      heed = "nobodies"
      [[alerts.signal]]
      name = "bad urn"
      mode = "tune"
      express = ["urn:alert:source"]
      ring = "friend"
      [[alerts.signal]]
      name = "bad mode"
      mode = "smell"
      [[alerts.signal]]
      mode = "tune"
      [[alerts.signal]]
      name = "bad tone"
      mode = "tune"
      tones = [5]
      [[alerts.signal]]
      name = "bad cadence"
      mode = "prelude"
      tones = [500]
      cadence = [0]
      [[alerts.signal]]
      name = "bad country"
      mode = "country"
      country = "zz"
      express = ["urn:alert:locale:country:zz"]
      [[alerts.signal]]
      name = "good"
      mode = "urgency"
      when = ["ringing", "at night"]
      [[alerts.signal]]
      name = "better"
      mode = "urgency"
      express = ["urn:alert:priority:high"]
      level = 3
      loudness = 5
      """)
    #expect(configuration.alerts.signals.map(\.name) == ["better"])
    #expect(
      problems == [
        "c.toml:2:8: error: `heed` must be \"anyone\", \"server\" or \"nobody\"",
        "c.toml:6:12: error: `express` wants URNs such as \"urn:alert:source:external\"",
        "c.toml:10:8: error: `mode` wants one of urgency, tune, prelude, length, delay, country",
        "c.toml:11:1: error: a signal needs `name`",
        "c.toml:16:9: error: `tones` wants one to eight frequencies from 20 to 4000 hertz",
        "c.toml:21:11: error: `cadence` wants up to 32 times in milliseconds, on and off in turns",
        "c.toml:25:11: error: `country` wants \"*\" or a country whose tones are known, such as \"de\"",
        "c.toml:30:20: error: `when` wants some of ringing, ringing-in-call, ringback, ringback-in-call",
        "c.toml:36:1: warning: unknown key `loudness` in [[alerts.signal]]",
      ])
  }

  @Test("Two signals for the same URNs: the first is used, and the file says so")
  func rivals() {
    let (configuration, problems) = Self.read(
      """
      [[alerts.signal]]
      name = "one"
      mode = "urgency"
      express = ["urn:alert:priority:high"]
      [[alerts.signal]]
      name = "two"
      mode = "urgency"
      express = ["URN:alert:priority:HIGH"]
      [[alerts.signal]]
      name = "one"
      mode = "urgency"
      """)
    #expect(configuration.alerts.signals.map(\.name) == ["one", "two"])
    #expect(problems.count == 2)
    #expect(AlertResolver(signals: configuration.alerts.signals).signals(for: [.highPriority], in: .ringing).map(\.name) == ["one"])
  }

  @Test("The signals of hostile files are bounded in number and in length")
  func floods() {
    var text = ""
    for index in 0..<600 {
      text +=
        "[[alerts.signal]]\nname = \"n\(index)\"\nmode = \"urgency\"\nwhen = [\"ringing\"]\nexpress = [\"urn:alert:p:l\(index)\"]\n"
    }
    let (configuration, problems) = Self.read(text)
    #expect(configuration.alerts.signals.count == 512)
    #expect(problems.count == 1)
    let resolver = AlertResolver(signals: configuration.alerts.signals)
    #expect(resolver.signals(for: [AlertURN(["p", "l511"])].compactMap { $0 }, in: .ringing).map(\.name) == ["n511"])
    let urns = (0..<20).map { "\"urn:alert:a:b\($0)\"" }.joined(separator: ",")
    let (_, long) = Self.read(
      "[[alerts.signal]]\nname = \"x\"\nmode = \"tune\"\nexpress = [\(urns)]\n")
    #expect(long.count == 1)
  }
}
