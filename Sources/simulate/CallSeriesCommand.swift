import Simulation

/// `simulate --calls M`: two phones, one call after the other.
enum CallSeriesCommand {
  static func run(_ arguments: Simulate.Arguments, calls: Int) -> Int32 {
    var series = CallSeries(
      seed: arguments.seed, faults: arguments.isLossless ? .none : .lossy, throughExchange: arguments.throughExchange,
      isChecked: arguments.isChecked)
    let outcome = series.run(calls: calls)
    if arguments.showsLadder || (!outcome.violations.isEmpty && calls <= 20) { print(series.ladder()) }
    let seconds = outcome.duration.components.seconds
    print("seed \(arguments.seed): \(outcome.calls) calls, \(outcome.answered) answered, \(seconds) s of virtual time")
    for failure in outcome.failures { print("  \(failure.count) ended otherwise: \(failure.words)") }
    for violation in outcome.violations.prefix(20) { print("  VIOLATION: \(violation)") }
    if outcome.violations.count > 20 { print("  and \(outcome.violations.count - 20) more") }
    print(outcome.violations.isEmpty ? "verdict: nothing was found" : "verdict: \(outcome.violations.count) violations")
    return outcome.violations.isEmpty ? 0 : 1
  }
}
