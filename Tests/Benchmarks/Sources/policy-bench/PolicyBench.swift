import Phone
import SIPMessages

/// Measures how long a decision of the answer rules takes. Usage: policy-bench [RULES [CONTACTS [SECONDS]]]
@main
struct PolicyBench {
  static func main() throws {
    let numbers = CommandLine.arguments.dropFirst().map { Double($0) ?? 0 }
    let ruleCount = Int(numbers.first ?? 1000)
    let contactCount = Int(numbers.dropFirst().first ?? 10_000)
    let seconds = numbers.dropFirst(2).first ?? 1
    let contacts = try (0..<contactCount).map { number in
      ContactConfiguration(
        name: "Contact \(number)", uri: try URI(parsing: "sip:user\(number)@example.com"), groups: ["Group \(number % 97)"])
    }
    var settings = AnswerSettings()
    settings.rules = (0..<ruleCount).map { rule($0) }
    settings.blocked = (0..<50).map { .pattern("*@spam\($0).example") }
    let clock = ContinuousClock()
    let building = clock.measure { _ = AnswerPolicy(settings, contacts: contacts).allRules }
    print("compiling \(ruleCount) rules and \(contactCount) contacts: \(building / .milliseconds(1)) ms")

    let policy = AnswerPolicy(settings, contacts: contacts)
    let asks = AnswerRequest(AnswerRequest.Wish(.auto))
    let monday = WeekClock(weekday: 0, minute: 600)
    func facts(_ callers: [String], _ request: AnswerRequest) throws -> [AnswerFacts] {
      try callers.map { AnswerFacts(claims: [CallerClaim(try URI(parsing: $0), .checkedHere)], request: request, clock: monday) }
    }
    let strangers = try facts((0..<64).map { "sip:nobody\($0)@elsewhere.example" }, asks)
    report("a stranger, whom no rule fits", seconds) { policy.decide(strangers[$0 % 64]).isPrivileged ? 1 : 0 }
    let known = try facts((0..<64).map { "sip:user\($0 * 131 % max(contactCount, 1))@example.com" }, asks)
    report("one of the contacts", seconds) { policy.decide(known[$0 % 64]).isPrivileged ? 1 : 0 }
    let both = try facts(
      (0..<64).map { "sip:nobody\($0)@elsewhere.example" },
      AnswerRequest(AnswerRequest.Wish(.auto), privileged: AnswerRequest.Wish(.auto)))
    report("a stranger with both fields, which asks the rules twice", seconds) { policy.decide(both[$0 % 64]).isPrivileged ? 1 : 0 }
  }

  /// Rules of every kind, in turns; none of them fits a stranger from elsewhere.
  static func rule(_ number: Int) -> AnswerRule {
    let action: AnswerRule.Action = number % 3 == 0 ? .answer : .ringSilently
    switch number % 6 {
    case 0: return AnswerRule(from: [.contact("Contact \(number * 7)")], asks: [.auto], then: action)
    case 1: return AnswerRule(from: [.group("Group \(number % 197)")], asks: [.auto, .plain], then: action)
    case 2: return AnswerRule(from: [.pattern("door\(number)*@*.example.com")], asks: [.auto], then: action)
    case 3:
      return AnswerRule(
        from: [.domain(.name("branch\(number).example.com")), .pattern("*@branch\(number).example.org")], then: action)
    case 4:
      return AnswerRule(
        from: [.pattern("*night\(number)@example.com"), .blocked], asks: .anything,
        when: .init(.idle, windows: [WeekWindow(days: 0x1F, start: 480, end: 1080)]), then: .refuse(.decline))
    default: return AnswerRule(from: [.pattern("+4930\(number)*")], asks: [.auto, .privileged], then: action)
    }
  }

  /// The best of many parts of two milliseconds, and the one in the middle: the machine is shared, and what disturbs a part only
  /// makes it slower.
  static func report(_ name: String, _ seconds: Double, _ body: (Int) -> Int) {
    let clock = ContinuousClock()
    var parts: [Double] = []
    var sum = 0
    var index = 0
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
      let start = clock.now
      var rounds = 0
      while clock.now - start < .milliseconds(2) {
        for _ in 0..<10 {
          sum &+= body(index)
          index += 1
        }
        rounds += 10
      }
      parts.append(Double((clock.now - start) / .nanoseconds(1)) / Double(rounds) / 1000)
    }
    parts.sort()
    func text(_ microseconds: Double) -> String { "\((microseconds * 10).rounded() / 10) µs" }
    print("\(name): best \(text(parts.first ?? 0)), median \(text(parts.isEmpty ? 0 : parts[parts.count / 2])) (\(sum % 10))")
  }
}
