import Simulation
import Testing

@Suite("The swarm: seeds that draw their own worlds")
struct SwarmTests {
  private func plan(_ seed: UInt64, minutes: Int64 = 1) -> SwarmPlan {
    SwarmPlan.draw(seed: seed, length: .seconds(60 * minutes))
  }

  @Test("Worlds of every kind break no rule, and everything ends when the faults do", arguments: 1...16 as ClosedRange<UInt64>)
  func seeds(seed: UInt64) {
    let report = Swarm.run(plan(seed, minutes: 2))
    if report.hasFailed { Issue.record("\(report.findings)\n\(report.ladder)\n\(report.inputs.joined(separator: "\n"))") }
  }

  @Test("A set of seeds replays to the same byte, and no two seeds are the same run")
  func replay() {
    let traces = {
      (1...8).map { seed in
        var swarm = Swarm(plan(UInt64(seed)))
        return swarm.run().trace
      }
    }
    let first = traces()
    #expect(first == traces())
    #expect(Set(first).count == first.count)
  }

  /// What catches which fault; a fault may break several rules, and the first that is noticed counts.
  private static let rules: [Plant.Name: Set<String>] = [
    .timerB: ["timer B"],
    .acknowledgement: ["2xx not acknowledged"],
    .microphone: ["microphone opened unasked"],
    .ring: ["rings unheard"],
    .history: ["history differs from calls"],
    .deadFlow: ["write on a dead flow"],
    .sequence: ["CSeq falls", "CSeq used twice"],
  ]

  @Test("A fault made on purpose is noticed by the checker that is there for it, within 200 seeds", arguments: Plant.Name.allCases)
  func plants(name: Plant.Name) {
    let wanted = Self.rules[name] ?? []
    let caught = (1...200).first { seed in
      var swarm = Swarm(plan(UInt64(seed)), plant: name)
      return swarm.run().findings.contains { wanted.contains($0.rule) }
    }
    #expect(caught != nil)
  }

  @Test("A failing world shrinks to a smaller one that breaks the same rule")
  func shrinking() throws {
    let failing = try #require(
      (1...50).map { plan(UInt64($0)) }.first { plan in
        var swarm = Swarm(plan, plant: .history)
        return swarm.run().hasFailed
      })
    var shrinker = try #require(Shrinker(failing, plant: .history, limit: 150))
    let small = shrinker.shrink()
    #expect(small.acts.count + small.upsets.count < max(4, (failing.acts.count + failing.upsets.count) / 2))
    var swarm = Swarm(small, plant: .history)
    #expect(swarm.run().findings.first?.rule == shrinker.rule)
  }
}
