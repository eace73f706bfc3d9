import Glibc
import Simulation

/// `simulate [--seed N] [--calls M] [--lossless] [--exchange] [--ladder] [--unchecked]`: one seed in, a verdict out.
///
/// Exit code 0: nothing was found; 1: something was, and the ladder shows it; 2: the arguments make no sense.
enum Simulate {
  static let usage = "usage: simulate [--seed N] [--calls M] [--lossless] [--exchange] [--ladder] [--unchecked]"

  static func main(_ arguments: [String]) -> Int32 {
    var seed: UInt64 = 1
    var calls = 10
    var faults = FaultPlan.lossy
    var throughExchange = false
    var showsLadder = false
    var isChecked = true
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--seed":
        guard let value = rest.popFirst().flatMap({ UInt64($0) }) else { return refuse("--seed needs a number.") }
        seed = value
      case "--calls":
        guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 0 else { return refuse("--calls needs a number.") }
        calls = value
      case "--lossless": faults = .none
      case "--exchange": throughExchange = true
      case "--ladder": showsLadder = true
      case "--unchecked": isChecked = false
      case "--help":
        print(usage)
        return 0
      default: return refuse("\(word) is not known.")
      }
    }
    var swarm = Swarm(seed: seed, faults: faults, throughExchange: throughExchange, isChecked: isChecked)
    let outcome = swarm.run(calls: calls)
    if showsLadder || (!outcome.violations.isEmpty && calls <= 20) { print(swarm.ladder()) }
    print(
      "seed \(seed): \(outcome.calls) calls, \(outcome.answered) answered, \(outcome.duration.components.seconds) s of virtual time"
    )
    for failure in outcome.failures { print("  \(failure.count) ended otherwise: \(failure.words)") }
    for violation in outcome.violations.prefix(20) { print("  VIOLATION: \(violation)") }
    if outcome.violations.count > 20 { print("  and \(outcome.violations.count - 20) more") }
    print(outcome.violations.isEmpty ? "verdict: nothing was found" : "verdict: \(outcome.violations.count) violations")
    return outcome.violations.isEmpty ? 0 : 1
  }

  private static func refuse(_ sentence: String) -> Int32 {
    print(sentence)
    print(usage)
    return 2
  }
}

exit(Simulate.main(Array(CommandLine.arguments.dropFirst())))
