import Simulation

/// A shrunken plan in words, to be made into a scenario.
enum SmallWorld {
  static func text(_ plan: SwarmPlan) -> String {
    var lines = ["seed \(plan.seed), \(plan.length), \(plan.topology)\(plan.authenticates ? ", with credentials" : "")"]
    for (index, phone) in plan.phones.enumerated() where !phone.isAbsent {
      lines.append("phone\(index): u\(phone.user), \(phone.transport), \(phone.isBehindNAT ? "behind a NAT" : "open")")
      for reaction in phone.whenRinging { lines.append("  when it rings: \(reaction.deed) after \(reaction.after)") }
      for reaction in phone.whenTalking { lines.append("  when it talks: \(reaction.deed) after \(reaction.after)") }
      for reaction in phone.whenRemoteRinging { lines.append("  when it rings there: \(reaction.deed) after \(reaction.after)") }
    }
    for (index, liar) in plan.liars.enumerated() { lines.append("liar\(index): calls every \(liar.map { "\($0)" } ?? "never")") }
    if plan.faults != .none { lines.append("\(plan.faults)") }
    for upset in plan.upsets { lines.append("\(upset.at): \(upset.kind) for \(upset.duration)") }
    for act in plan.acts {
      var deed = "\(act.deed)"
      if case .dial(let target) = act.deed { deed = "dial \(plan.targets[target % plan.targets.count])" }
      lines.append("\(act.at): phone\(act.phone) \(deed)")
    }
    return lines.joined(separator: "\n")
  }
}
