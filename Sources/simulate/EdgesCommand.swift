import SansIO
import Simulation

/// `simulate --edges N`: N calls to an account with two edge proxies, of which at most one is down at a time.
enum EdgesCommand {
  static func run(_ arguments: Simulate.Arguments, calls: Int) -> Int32 {
    var series = EdgeSeries(
      seed: arguments.seed, faults: arguments.isLossless ? .none : .lossy, isChecked: arguments.isChecked)
    let outcome = series.run(calls: calls)
    func text(_ duration: Duration) -> String { "\(duration.wholeMilliseconds) ms" }
    print(
      "seed \(arguments.seed): \(outcome.calls) calls came in while edges died \(outcome.deaths) times; lost: \(outcome.lost); "
        + "\(outcome.duration.components.seconds) s of virtual time")
    print(
      "slowest ring with both flows \(text(outcome.slowestInQuiet)), otherwise \(text(outcome.slowestInTrouble)); "
        + "both flows back after \(text(outcome.slowestReturn)) at most")
    for violation in outcome.violations.prefix(20) { print("  VIOLATION: \(violation)") }
    let isGood = outcome.violations.isEmpty && outcome.lost == 0
    print(isGood ? "verdict: nothing was found" : "verdict: failed")
    return isGood ? 0 : 1
  }
}
