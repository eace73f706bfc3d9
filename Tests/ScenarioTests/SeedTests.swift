import Simulation
import Testing

@Suite("Seeds: many calls over a bad network")
struct SeedTests {
  @Test("Calls over a lossy network break no rule, and all of them end", arguments: [1, 2, 3, 4] as [UInt64])
  func lossy(seed: UInt64) {
    var series = CallSeries(seed: seed, faults: .lossy)
    let outcome = series.run(calls: 15)
    #expect(outcome.violations == [])
    #expect(outcome.answered >= 13)
  }

  @Test("The same through an exchange that asks for credentials", arguments: [5, 6] as [UInt64])
  func throughExchange(seed: UInt64) {
    var series = CallSeries(seed: seed, faults: .lossy, throughExchange: true)
    let outcome = series.run(calls: 15)
    #expect(outcome.violations == [])
    #expect(outcome.answered >= 12)
  }

  @Test("A seed is a run: twice the same ladder, another seed another one")
  func determinism() {
    let ladder = { (seed: UInt64) in
      var series = CallSeries(seed: seed, faults: .lossy)
      _ = series.run(calls: 3)
      return series.ladder()
    }
    #expect(ladder(7) == ladder(7))
    #expect(ladder(7) != ladder(8))
  }
}
