internal import SansIO

/// Makes a failing world small: fewer acts, fewer upsets, fewer faults, fewer phones, less time, while the same rule is broken.
public struct Shrinker: Sendable {
  public private(set) var plan: SwarmPlan
  public private(set) var rule: String
  /// How many worlds were tried.
  public private(set) var tries = 0
  private let limit: Int
  private let plant: Plant.Name?

  /// nil when the plan does not fail.
  public init?(_ plan: SwarmPlan, plant: Plant.Name? = nil, limit: Int = 600) {
    let report = Swarm.run(plan, plant: plant)
    guard let first = report.findings.first else { return nil }
    self.plan = plan
    self.plant = plant
    self.limit = limit
    rule = first.rule
  }

  /// The smallest plan that was found.
  public mutating func shrink() -> SwarmPlan {
    shorten()
    var hasShrunk = true
    while hasShrunk, tries < limit {
      hasShrunk = false
      for phone in plan.phones.indices where !plan.phones[phone].isAbsent {
        hasShrunk = attempt { $0.phones[phone].isAbsent = true } || hasShrunk
      }
      for liar in plan.liars.indices where plan.liars[liar] != nil { hasShrunk = attempt { $0.liars[liar] = nil } || hasShrunk }
      hasShrunk = shrinkList(\.upsets) || hasShrunk
      hasShrunk = shrinkList(\.acts) || hasShrunk
      hasShrunk = shrinkFaults() || hasShrunk
      hasShrunk = shrinkHabits() || hasShrunk
      shorten()
    }
    return plan
  }

  private mutating func attempt(_ change: (inout SwarmPlan) -> Void) -> Bool {
    guard tries < limit else { return false }
    var candidate = plan
    change(&candidate)
    tries += 1
    var swarm = Swarm(candidate, plant: plant)
    guard swarm.run().findings.first?.rule == rule else { return false }
    plan = candidate
    return true
  }

  /// Ends a moment after the finding, when it was found while the world still moved.
  private mutating func shorten() {
    var swarm = Swarm(plan, plant: plant)
    guard let first = swarm.run().findings.first else { return }
    let needed = first.at - Instant(nanoseconds: 0) + .milliseconds(1)
    guard needed < plan.length else {
      _ = attempt { $0.length = $0.length / 2 }
      return
    }
    _ = attempt { plan in
      plan.length = needed
      plan.acts.removeAll { $0.at > needed }
      plan.upsets.removeAll { $0.at > needed }
    }
  }

  /// Leaves out ever smaller runs of elements, as ddmin does.
  private mutating func shrinkList<Element>(_ path: WritableKeyPath<SwarmPlan, [Element]>) -> Bool {
    var size = max(1, plan[keyPath: path].count / 2)
    var hasShrunk = false
    while size >= 1, tries < limit {
      var start = 0
      while start < plan[keyPath: path].count, tries < limit {
        let end = min(start + size, plan[keyPath: path].count)
        if attempt({ $0[keyPath: path].removeSubrange(start..<end) }) { hasShrunk = true } else { start = end }
      }
      size /= 2
    }
    return hasShrunk
  }

  private mutating func shrinkFaults() -> Bool {
    guard plan.faults != .none else { return false }
    if attempt({ $0.faults = .none }) { return true }
    let shares: [WritableKeyPath<FaultPlan, Double>] = [
      \.loss, \.duplication, \.reordering, \.chunking, \.burstBegin, \.reset, \.refusal, \.tlsFailure, \.dnsFailure,
    ]
    var hasShrunk = false
    for share in shares where plan.faults[keyPath: share] > 0 {
      hasShrunk = attempt { $0.faults[keyPath: share] = 0 } || hasShrunk
    }
    if plan.faults.dnsDelay > .zero { hasShrunk = attempt { $0.faults.dnsDelay = .zero } || hasShrunk }
    return hasShrunk
  }

  private mutating func shrinkHabits() -> Bool {
    let lists: [WritableKeyPath<SwarmPlan.PhonePlan, [SwarmPlan.Reaction]>] = [\.whenRinging, \.whenTalking, \.whenRemoteRinging]
    var hasShrunk = false
    for phone in plan.phones.indices where !plan.phones[phone].isAbsent {
      for list in lists where !plan.phones[phone][keyPath: list].isEmpty {
        hasShrunk = attempt { $0.phones[phone][keyPath: list] = [] } || hasShrunk
      }
      if plan.phones[phone].isBehindNAT { hasShrunk = attempt { $0.phones[phone].isBehindNAT = false } || hasShrunk }
    }
    return hasShrunk
  }
}
