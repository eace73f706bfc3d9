import Glibc
import SansIO
import Simulation

/// `simulate --seeds A-B`: many worlds on all cores, each of them in one piece on one thread.
enum SeedsCommand {
  /// What is left of a seed when it is done.
  struct Summary: Sendable {
    var seed: UInt64
    var rules: [String]
    var calls: Int
    var answered: Int
    var messages: Int
    var seconds: Int64
    var trace: TraceHash
  }

  static func run(_ arguments: Simulate.Arguments, _ seeds: ClosedRange<UInt64>) async -> Int32 {
    let started = ContinuousClock.now
    let length = Duration.seconds(60 * arguments.minutes)
    let threads = arguments.threads ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let (plant, isChecked) = (arguments.plant, arguments.isChecked)
    var summaries: [Summary] = []
    await withTaskGroup(of: Summary.self) { group in
      var next = seeds.lowerBound
      var isDone = false
      func begin() {
        guard !isDone else { return }
        let seed = next
        if next == seeds.upperBound { isDone = true } else { next += 1 }
        group.addTask { summarize(seed, length, plant, isChecked) }
      }
      for _ in 0..<threads { begin() }
      while let summary = await group.next() {
        begin()
        summaries.append(summary)
        if !summary.rules.isEmpty { print("seed \(summary.seed): \(summary.rules.joined(separator: "; "))") }
        if summaries.count % 1000 == 0 { print("… \(summaries.count) seeds") }
        fflush(nil)
      }
    }
    summaries.sort { $0.seed < $1.seed }
    return conclude(summaries, ContinuousClock.now - started)
  }

  private static func summarize(_ seed: UInt64, _ length: Duration, _ plant: Plant.Name?, _ isChecked: Bool) -> Summary {
    var swarm = Swarm(SwarmPlan.draw(seed: seed, length: length), plant: plant, isChecked: isChecked)
    let report = swarm.run()
    return Summary(
      seed: seed, rules: report.findings.map { "\($0)" }, calls: report.calls, answered: report.answered, messages: report.messages,
      seconds: report.duration.components.seconds, trace: report.trace)
  }

  private static func conclude(_ summaries: [Summary], _ duration: Duration) -> Int32 {
    var trace = TraceHash()
    for summary in summaries { trace.mix(summary.trace.value) }
    let failed = summaries.filter { !$0.rules.isEmpty }
    let hours = summaries.reduce(0) { $0 + $1.seconds } / 3600
    let calls = summaries.reduce(0) { $0 + $1.calls }
    let answered = summaries.reduce(0) { $0 + $1.answered }
    let messages = summaries.reduce(0) { $0 + $1.messages }
    print("\(calls) calls ended, \(answered) of them had been answered; \(messages) messages; trace \(trace.text)")
    if !failed.isEmpty { print("failed: \(failed.map { String($0.seed) }.joined(separator: " "))") }
    print(
      "\(summaries.count) seeds, \(hours) simulated hours in \(duration.components.seconds) s: "
        + (failed.isEmpty ? "nothing was found" : "\(failed.count) failed"))
    return failed.isEmpty ? 0 : 1
  }
}
