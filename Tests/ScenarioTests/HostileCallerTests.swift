import Simulation
import Testing

@Suite("Hostile callers at a phone that answers by itself (RFC 5373 section 7.4)")
struct HostileCallerTests {
  // Ten thousand of them: `Scripts/swarm --hostile 10000`.
  // Proves: rfc5373-7.4-2 rfc5373-7.4-4
  @Test("Not one packet of captured sound leaves before the user acts, whatever they send", arguments: [1, 2] as [UInt64])
  func nothingLeaves(seed: UInt64) {
    var series = HostileSeries(seed: seed)
    let outcome = series.run(calls: 40)
    #expect(outcome.answered >= 40)
    #expect(outcome.packetsBeforeConsent == 0)
    // Ears that could not hear would prove nothing.
    #expect(outcome.offers > 120 && outcome.packetsAfterConsent > 0)
    #expect(outcome.violations == [])
  }
}
