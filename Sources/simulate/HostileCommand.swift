import Simulation

/// `simulate --hostile N`: N calls of callers who keep to no rules, all answered by the phone itself.
enum HostileCommand {
  static func run(_ arguments: Simulate.Arguments, calls: Int) -> Int32 {
    var series = HostileSeries(seed: arguments.seed)
    let outcome = series.run(calls: calls)
    print(
      "seed \(arguments.seed): \(outcome.answered) calls answered by the phone itself, "
        + "\(outcome.duration.components.seconds) s of virtual time")
    print(
      "captured sound was held out \(outcome.offers) times; packets of it that left before the user acted: "
        + "\(outcome.packetsBeforeConsent); after: \(outcome.packetsAfterConsent)")
    for violation in outcome.violations.prefix(20) { print("  VIOLATION: \(violation)") }
    let isDeaf = outcome.packetsAfterConsent == 0
    if isDeaf { print("  The ears heard nothing after the user acted either: they prove nothing.") }
    let isGood = outcome.violations.isEmpty && outcome.packetsBeforeConsent == 0 && !isDeaf
    print(isGood ? "verdict: nothing was found" : "verdict: failed")
    return isGood ? 0 : 1
  }
}
