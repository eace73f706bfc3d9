import SansIO
import Simulation

/// `simulate --seed N`: one world.
enum SeedCommand {
  static func run(_ arguments: Simulate.Arguments) -> Int32 {
    let plan = SwarmPlan.draw(seed: arguments.seed, length: .seconds(60 * arguments.minutes))
    if arguments.isShrunk { return shrink(plan, arguments) }
    var swarm = Swarm(plan, plant: arguments.plant, isDetailed: arguments.isReplayed, isChecked: arguments.isChecked)
    var report = swarm.run()
    if arguments.isReplayed {
      var again = Swarm(plan, plant: arguments.plant, isChecked: arguments.isChecked)
      let second = again.run()
      guard second.trace == report.trace else {
        print("seed \(plan.seed) does not replay: \(report.trace.text) and \(second.trace.text)")
        return 1
      }
      print("seed \(plan.seed) replays to the same byte")
    } else if report.hasFailed {
      report = Swarm.run(plan, plant: arguments.plant)
    }
    show(report, messages: arguments.showsMessages)
    return report.hasFailed ? 1 : 0
  }

  static func show(_ report: SwarmReport, messages: Bool = false) {
    if report.hasFailed {
      print("LADDER of seed \(report.seed)")
      print(report.ladder)
      if messages {
        for message in report.wholeMessages { print(message) }
      }
      print("LAST INPUTS")
      for input in report.inputs { print("  \(input)") }
      for finding in report.findings.prefix(10) {
        print("FOUND at \(finding.at.nanoseconds / 1_000_000) ms: \(finding)\(finding.callID.map { " (\($0))" } ?? "")")
      }
    }
    print(
      "seed \(report.seed): \(report.calls) calls ended, \(report.answered) had been answered, \(report.messages) messages, "
        + "\(report.duration.components.seconds) s of virtual time, trace \(report.trace.text)")
    print(report.hasFailed ? "verdict: \(report.findings.count) findings" : "verdict: nothing was found")
  }

  private static func shrink(_ plan: SwarmPlan, _ arguments: Simulate.Arguments) -> Int32 {
    guard var shrinker = Shrinker(plan, plant: arguments.plant) else {
      print("seed \(plan.seed) does not fail")
      return 0
    }
    let small = shrinker.shrink()
    show(Swarm.run(small, plant: arguments.plant))
    print("SMALLEST WORLD after \(shrinker.tries) tries, rule “\(shrinker.rule)”")
    print(SmallWorld.text(small))
    return 1
  }
}
