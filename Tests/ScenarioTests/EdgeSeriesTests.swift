import Simulation
import Testing

@Suite("Calls while edge proxies die in turn (Scripts/swarm --edges)")
struct EdgeSeriesTests {
  @Test("Of two edges one at most is down at a time: every call rings", arguments: [UInt64(1), 2])
  func rings(seed: UInt64) {
    var series = EdgeSeries(seed: seed, faults: seed == 1 ? .none : .lossy)
    let outcome = series.run(calls: 150)
    #expect(outcome.lost == 0)
    #expect(outcome.violations == [])
    #expect(outcome.calls >= 150 && outcome.deaths > 3)
  }
}
