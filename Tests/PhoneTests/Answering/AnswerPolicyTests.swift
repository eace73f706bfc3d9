import Phone
import SIPMessages
import SansIO
import Testing

@Suite("Answer rules and RFC 5373 section 4.5.1")
struct AnswerPolicyTests {
  static let clara = try! URI(parsing: "sip:clara@example.com")
  static let contacts = [
    ContactConfiguration(name: "Clara Weiss", uri: clara, groups: ["Friends"]),
    ContactConfiguration(name: "Dispatch", uri: try! URI(parsing: "sip:dispatch@example.com"), groups: ["admins"]),
    ContactConfiguration(name: "Mum", uri: try! URI(parsing: "tel:+4930901820")),
  ]

  static func facts(
    _ uri: String = "sip:clara@example.com", _ trust: IdentityTrust = .saidByProvider, _ ordinary: AnswerRequest.Wish? = nil,
    privileged: AnswerRequest.Wish? = nil
  ) -> AnswerFacts {
    AnswerFacts(
      claims: [CallerClaim(try! URI(parsing: uri), trust)], request: AnswerRequest(ordinary, privileged: privileged),
      clock: WeekClock(weekday: 0, minute: 600))
  }

  static func policy(_ rules: [AnswerRule], _ change: (inout AnswerSettings) -> Void = { _ in }) -> AnswerPolicy {
    var settings = AnswerSettings()
    settings.rules = rules
    change(&settings)
    return AnswerPolicy(settings, contacts: contacts)
  }

  static let intercom = AnswerRule("Clara", from: [.contact("clara weiss")], asks: [.auto], then: .answer)
  static let forbidden = AnswerDecision.Outcome.refuse(.forbidden, phrase: "automatic answer forbidden")

  @Test("Without rules everything rings, Auto too")
  func noRules() {
    for wish: AnswerRequest.Wish? in [nil, .init(.auto), .init(.manual), .init(.manual, isRequired: true)] {
      #expect(
        Self.policy([]).decide(Self.facts(wish == nil ? "sip:x@y.example" : "sip:clara@example.com", .saidByPeer, wish)).outcome
          == .ring(isSilent: false))
    }
  }

  // Proves: rfc5373-4.5.1-7 rfc5373-4.5.1-14 rfc5373-4-1
  @Test("Auto, with require or without, from an authorised caller is answered without the user")
  func auto() {
    let policy = Self.policy([Self.intercom])
    for isRequired in [false, true] {
      let decision = policy.decide(Self.facts("sip:clara@example.com", .saidByProvider, .init(.auto, isRequired: isRequired)))
      #expect(decision.outcome == .answer)
      #expect(decision.ground == .rule(0))
    }
  }

  // Proves: rfc5373-4.5.1-15 rfc5373-4.5.1-17 rfc5373-4.5.1-18 rfc5373-4.5.1-19
  @Test("Auto;require that is not answered by itself is refused with 403 and never rings, whatever the reason")
  func insisting() {
    let wish = AnswerRequest.Wish(.auto, isRequired: true)
    let policy = Self.policy([Self.intercom, AnswerRule(then: .ring)])
    #expect(policy.decide(Self.facts("sip:other@example.com", .checkedHere, wish)).outcome == Self.forbidden)
    #expect(Self.policy([]).decide(Self.facts("sip:clara@example.com", .checkedHere, wish)).outcome == Self.forbidden)
    #expect(
      policy.decide(Self.facts("sip:clara@example.com", .saidByProvider, wish), answersByItself: false).outcome == Self.forbidden)
    var busy = Self.facts("sip:clara@example.com", .saidByProvider, wish)
    busy.isOnCall = true
    #expect(policy.decide(busy).outcome == Self.forbidden)
    var quiet = Self.facts("sip:clara@example.com", .saidByProvider, wish)
    quiet.isDoNotDisturb = true
    #expect(policy.decide(quiet).outcome == Self.forbidden)
    var locked = Self.facts("sip:clara@example.com", .saidByProvider, wish)
    locked.isLocked = true
    #expect(policy.decide(locked).outcome == Self.forbidden)
  }

  // Proves: rfc5373-4.5.1-9 rfc5373-7.4-1
  @Test("Auto from a caller who only claims to be the contact rings, and the obstacle is told")
  func claimed() {
    let policy = Self.policy([Self.intercom])
    let decision = policy.decide(Self.facts("sip:clara@example.com", .saidByPeer, .init(.auto)))
    #expect(decision.outcome == .ring(isSilent: false))
    #expect(decision.obstacle == "no rule answers this caller")
    let steps = policy.explain(Self.facts("sip:clara@example.com", .saidByPeer, .init(.auto))).steps
    #expect(steps.map(\.reason) == ["it wants the caller said by your provider, but it is said by the caller only"])
  }

  // Proves: rfc5373-4.5.1-1 rfc5373-4.5.1-3
  @Test("Manual waits for the user although a rule would answer")
  func manual() {
    let policy = Self.policy([AnswerRule(from: [.anyone], then: .answer)])
    for isRequired in [false, true] {
      let facts = Self.facts("sip:clara@example.com", .checkedHere, .init(.manual, isRequired: isRequired))
      #expect(policy.decide(facts).outcome == .ring(isSilent: false))
    }
    #expect(policy.decide(Self.facts()).outcome == .answer)
  }

  // Proves: rfc5373-4.5.1-4 rfc5373-4.5.1-5 rfc5373-4.5.1-6
  @Test("Manual;require while nobody may be disturbed is refused with 403")
  func manualImpossible() {
    var facts = Self.facts("sip:clara@example.com", .checkedHere, .init(.manual, isRequired: true))
    facts.isDoNotDisturb = true
    #expect(Self.policy([]).decide(facts).outcome == .refuse(.forbidden, phrase: "manual answer forbidden"))
    facts.request = AnswerRequest()
    #expect(Self.policy([]).decide(facts).outcome == .refuse(.busyHere, phrase: nil))
  }

  // Proves: rfc5373-4.1-1 rfc5373-4.1-2 rfc5373-4.5.1-20
  @Test("Priv-Answer-Mode is refused unless a rule names it and the caller is authenticated")
  func privileged() {
    let wish = AnswerRequest.Wish(.auto)
    let dispatcher = AnswerRule(from: [.group("Admins")], asks: [.privileged], then: .answer)
    let wide = AnswerRule(from: [.anyone], asks: .anything, then: .answer)
    #expect(
      Self.policy([]).decide(Self.facts("sip:dispatch@example.com", .checkedHere, privileged: wish)).outcome == Self.forbidden)
    #expect(
      Self.policy([wide]).decide(Self.facts("sip:dispatch@example.com", .checkedHere, privileged: wish)).outcome == Self.forbidden)
    let policy = Self.policy([dispatcher])
    #expect(policy.decide(Self.facts("sip:dispatch@example.com", .saidByProvider, privileged: wish)).outcome == .answer)
    #expect(policy.decide(Self.facts("sip:dispatch@example.com", .saidByPeer, privileged: wish)).outcome == Self.forbidden)
    #expect(policy.decide(Self.facts("sip:clara@example.com", .checkedHere, privileged: wish)).outcome == Self.forbidden)
    // A rule that grants the privilege cannot be written for callers who merely say who they are.
    #expect(AnswerRule(from: [.anyone], trust: .saidByPeer, asks: [.auto, .privileged], then: .answer).trust == .saidByProvider)
  }

  @Test("With both fields the privileged one goes first, and without that right the call is as if it had only the other")
  func both() {
    let rules = [
      AnswerRule(from: [.group("admins")], asks: [.privileged], then: .answer), AnswerRule(asks: [.auto], then: .ringSilently),
    ]
    let policy = Self.policy(rules)
    let granted = policy.decide(Self.facts("sip:dispatch@example.com", .checkedHere, .init(.auto), privileged: .init(.auto)))
    #expect(granted.outcome == .answer)
    #expect(granted.isPrivileged)
    let other = policy.decide(
      Self.facts("sip:clara@example.com", .checkedHere, .init(.auto), privileged: .init(.auto, isRequired: true)))
    #expect(other.outcome == .ring(isSilent: true))
    #expect(!other.isPrivileged)
  }

  // Proves: rfc5373-4.2-1
  @Test("Require changes no choice of the rules, it only refuses what they chose otherwise")
  func requireComesLast() {
    let policy = Self.policy([AnswerRule(from: [.domain(.name("EXAMPLE.com"))], asks: [.auto], then: .ring), Self.intercom])
    let polite = policy.decide(Self.facts("sip:clara@example.com", .checkedHere, .init(.auto)))
    let insisting = policy.decide(Self.facts("sip:clara@example.com", .checkedHere, .init(.auto, isRequired: true)))
    #expect(polite.ground == .rule(0) && insisting.ground == .rule(0))
    #expect(polite.outcome == .ring(isSilent: false))
    #expect(insisting.outcome == Self.forbidden)
  }

  // Proves: rfc5373-4.4.2-1
  @Test("Guards: no automatic answer during a call, behind a lock or where other phones ring, unless that is wanted")
  func guards() {
    let changes: [((inout AnswerFacts) -> Void, (inout AnswerSettings) -> Void)] = [
      ({ $0.isOnCall = true }, { $0.duringCalls = true }), ({ $0.isLocked = true }, { $0.whileLocked = true }),
      ({ $0.isForked = true }, { $0.whenForked = true }),
    ]
    for (fact, setting) in changes {
      var facts = Self.facts("sip:clara@example.com", .saidByProvider, .init(.auto))
      fact(&facts)
      let decision = Self.policy([Self.intercom]).decide(facts)
      #expect(decision.outcome == .ring(isSilent: false))
      #expect(decision.obstacle != nil)
      #expect(Self.policy([Self.intercom], setting).decide(facts).outcome == .answer)
    }
  }

  // Proves: rfc5373-4.5.1-12 rfc5373-4.5.1-13
  @Test("Auto;require that waits for the user's judgement of a certificate is refused with the long phrase")
  func certificate() {
    var facts = Self.facts("sip:clara@example.com", .saidByProvider, .init(.auto, isRequired: true))
    facts.wantsCertificateJudged = true
    #expect(
      Self.policy([Self.intercom]).decide(facts).outcome
        == .refuse(
          .forbidden, phrase: "certificate validation requires user input not compatible with automatic answer"))
  }

  @Test("The first rule that fits decides, and rules that are off do not")
  func order() {
    var block = AnswerRule(from: [.blocked], then: .refuse(.decline))
    let policy = Self.policy([block, Self.intercom]) { $0.blocked = [.pattern("clara@*")] }
    #expect(
      policy.decide(Self.facts("sip:clara@example.com", .checkedHere, .init(.auto))).outcome == .refuse(.decline, phrase: nil))
    block.isEnabled = false
    let open = Self.policy([block, Self.intercom]) { $0.blocked = [.pattern("clara@*")] }
    #expect(open.decide(Self.facts("sip:clara@example.com", .checkedHere, .init(.auto))).outcome == .answer)
  }

  @Test("After a rule that cannot be read nothing is answered by itself; what rings and what is refused stays so")
  func neverFallsOpen() {
    let broken = AnswerRule(then: .ring, fault: "nobody")
    let policy = Self.policy([broken, Self.intercom, AnswerRule(from: [.pattern("*@evil.example")], then: .refuse(.forbidden))])
    let decision = policy.decide(Self.facts("sip:clara@example.com", .checkedHere, .init(.auto)))
    #expect(decision.outcome == .ring(isSilent: false))
    #expect(decision.obstacle == "rule 1 cannot be read, so no later one answers by itself")
    #expect(policy.decide(Self.facts("sip:x@evil.example", .saidByPeer)).outcome == .refuse(.forbidden, phrase: nil))
  }

  @Test("Do not disturb is broken only by a rule that names it")
  func doNotDisturb() {
    var facts = Self.facts("sip:dispatch@example.com", .checkedHere)
    facts.isDoNotDisturb = true
    #expect(Self.policy([AnswerRule(then: .ring)]).decide(facts).outcome == .refuse(.busyHere, phrase: nil))
    let rule = AnswerRule(from: [.group("admins")], when: .init(.doNotDisturb), then: .ring)
    #expect(Self.policy([rule]).decide(facts).outcome == .ring(isSilent: false))
    facts.isDoNotDisturb = false
    #expect(Self.policy([rule]).decide(facts).ground == .everybodyElse)
  }

  @Test(
    "Patterns",
    arguments: [
      ("sip:*@example.com", "sip:clara@EXAMPLE.com", true), ("sip:*@example.com", "sip:clara@example.com.evil.example", false),
      ("clara@*", "sip:clara@x.example", true), ("sip:c*a@ex*le.com", "sip:clara@example.com", true),
      ("sip:Clara@example.com", "sip:clara@example.com", false), ("+4930*", "tel:+49-30-901820", true),
      ("+4930*", "sip:+4930901820@example.com;user=phone", true), ("+4930*", "sip:clara@example.com", false),
      ("domain:example.com", "sip:clara@example.com:5070", true), ("contacts", "tel:+4930901820", true),
      ("contacts", "sip:stranger@example.com", false), ("anyone", "urn:service:sos", true),
    ])
  func patterns(_ pattern: String, _ caller: String, _ isMatch: Bool) throws {
    let rule = AnswerRule(from: [try #require(CallerPattern(pattern))], then: .ringSilently)
    #expect((Self.policy([rule]).decide(Self.facts(caller)).outcome == .ring(isSilent: true)) == isMatch)
  }

  @Test("Among a thousand rules the first that fits is found, as it is by asking each of them alone")
  func manyRules() throws {
    let patterns = [
      "sip:*@example.com", "clara@*", "c*a@example.com", "+4930*", "*0", "domain:EXAMPLE.com", "contacts", "contact:Mum",
      "group:friends", "group:nobody", "clara@example.com", "blocked", "*", "clara*@*", "*@*.com", "clara@example.comm",
      "+49*820",
    ]
    let callers = [
      "sip:clara@example.com", "sip:CLARA@example.com", "tel:+4930901820", "sip:+4930901820@example.net;user=phone", "sip:a@b.c",
      "sip:dispatch@EXAMPLE.com:5070", "urn:service:sos", "sip:verylongusername@x.example.com", "sip:[2001:db8::1]",
    ]
    func rule(_ number: Int) throws -> AnswerRule {
      let first = try #require(CallerPattern(patterns[number % patterns.count]))
      let second = try #require(CallerPattern(patterns[number * 7 % patterns.count]))
      return AnswerRule(
        from: number % 3 == 0 ? [first] : [first, second], trust: .saidByPeer,
        asks: number % 2 == 0 ? [.auto] : [.plain, .privileged],
        then: .forward(try URI(parsing: "sip:r\(number)@x.example")), isEnabled: number % 5 != 0)
    }
    let rules = try (0..<1000).map(rule)
    let blocked: (inout AnswerSettings) -> Void = { $0.blocked = [.pattern("*@b.c")] }
    for caller in callers {
      for start in stride(from: 0, to: 1000, by: 37) {
        let facts = Self.facts(caller, .saidByPeer, start % 2 == 0 ? .init(.auto) : nil)
        let found = Self.policy(Array(rules[start...]), blocked).decide(facts).outcome
        let alone = rules[start...].lazy.map { Self.policy([$0], blocked).decide(facts) }.first { $0.ground == .rule(0) }
        #expect(found == alone?.outcome ?? .ring(isSilent: false), "\(caller) from \(start)")
      }
    }
  }

  @Test("Hours over midnight belong to the evening's day")
  func hours() throws {
    let window = try #require(WeekWindow("fri 22:00-06:00"))
    #expect(window.contains(WeekClock(weekday: 4, minute: 23 * 60)))
    #expect(window.contains(WeekClock(weekday: 5, minute: 5 * 60)))
    #expect(!window.contains(WeekClock(weekday: 4, minute: 5 * 60)))
    #expect(window.text == "fri 22:00-06:00")
    #expect(WeekWindow("sat-mon")?.contains(WeekClock(weekday: 6, minute: 0)) == true)
    #expect(WeekClock(WallTime(nanosecondsSince1970: 0), offset: 3600) == WeekClock(weekday: 3, minute: 60))
    #expect(WeekClock(WallTime(nanosecondsSince1970: 0), offset: -60) == WeekClock(weekday: 2, minute: 1439))
    for text in ["25:00-26:00", "mon-fre", "08:00", "08:00-08:00", "", "8:00-9:00"] { #expect(WeekWindow(text) == nil) }
  }

  @Test("A rule as a line is read back as the same rule, and the file of rules keeps their order")
  func lines() throws {
    let rules = [
      Self.intercom,
      AnswerRule(
        "Night", from: [.anyone], when: .init([.idle, .away], windows: [WeekWindow("mon-fri 22:00-06:00")!]),
        then: .refuse(.decline)),
      AnswerRule(
        from: [.pattern("*@example.com"), .domain(.name("x.example"))], asks: [.auto, .privileged], then: .forward(Self.clara),
        isEnabled: false),
    ]
    for rule in rules {
      var world = PhoneWorld(1)
      try world.type(0, "policy add \(rule.line)")
      #expect(world.snapshot(0).answering.rules.map(\.line) == [rule.line])
    }
  }
}
