import SIPMessages

/// Decides what becomes of an incoming call: an ordered list of rules of which the first that fits wins, and what RFC 5373 says
/// about the caller's wish.
///
/// A pure function of the facts. It decides how a call is answered and never opens a microphone: that is `MicrophoneGate`'s, which
/// does not know rules.
public struct AnswerPolicy: Sendable {
  public let settings: AnswerSettings
  private let index: ContactIndex
  private let rules: [CompiledAnswerRule]
  private let blocked: [CompiledAnswerRule.Caller]
  /// Beside each rule what it can be asked for, 0 for one that decides nothing, and where its sieves begin.
  private let glances: [(asks: UInt8, firstSieve: Int)]
  private let sieves: [CallerSieve]

  public init(_ settings: AnswerSettings, contacts: [ContactConfiguration] = []) {
    var all = settings.rules
    if settings.answersEverybody { all.append(Self.everybodyRule) }
    self.init(settings, all, ContactIndex(contacts))
  }

  private init(_ settings: AnswerSettings, _ all: [AnswerRule], _ index: ContactIndex) {
    self.settings = settings
    self.index = index
    rules = all.map { CompiledAnswerRule($0, index) }
    blocked = settings.blocked.map { CompiledAnswerRule.Caller($0, index) }
    var glances: [(asks: UInt8, firstSieve: Int)] = []
    var sieves: [CallerSieve] = []
    for rule in rules {
      glances.append((rule.rule.fault == nil && rule.rule.isEnabled ? rule.rule.asks.rawValue : 0, sieves.count))
      sieves += rule.callers.map { CallerSieve($0) }
    }
    self.glances = glances
    self.sieves = sieves
  }

  private func compiled(_ claims: [CallerClaim]) -> [CompiledCaller] {
    claims.map { claim in
      var caller = CompiledCaller(claim, index)
      caller.isBlocked = blocked.contains { $0.matches(caller) }
      return caller
    }
  }

  /// What `automatically = true` adds to the end.
  static let everybodyRule = AnswerRule("automatically = true", then: .answer)

  /// All rules in force, what `automatically = true` added included.
  public var allRules: [AnswerRule] { rules.map(\.rule) }

  // MARK: Deciding

  /// - Parameter answersByItself: false while the user has switched off every automatic answer.
  public func decide(_ facts: AnswerFacts, answersByItself: Bool = true) -> AnswerDecision {
    let callers = compiled(facts.claims)
    if let wish = facts.request.privileged {
      // Section 4.1: "the UAS will first test the authorization of the requester for Priv-Answer-Mode".
      let place = firstMatch(facts, callers, asking: .privileged)
      if let place, rules[place].rule.grantsPrivilege {
        return settle(place, wish, facts, answersByItself, isPrivileged: true)
      }
      if facts.request.ordinary == nil {
        if let place, case .refuse = rules[place].rule.action {
          return settle(place, wish, facts, answersByItself, isPrivileged: true)
        }
        let phrase = wish.mode == .auto ? AnswerDecision.automaticForbidden : AnswerDecision.manualForbidden
        return AnswerDecision(
          .refuse(.forbidden, phrase: phrase), .privilegeNotGranted,
          obstacle: "no rule grants Priv-Answer-Mode to this caller", isPrivileged: true)
      }
    }
    let wish = facts.request.ordinary
    let place = firstMatch(facts, callers, asking: wish?.mode == .auto ? .auto : .plain)
    return settle(place, wish, facts, answersByItself, isPrivileged: false)
  }

  /// From the rule that fits, or from none, to what is done: the caller's wish, the guards, and `require` last (section 4.2).
  private func settle(
    _ place: Int?, _ wish: AnswerRequest.Wish?, _ facts: AnswerFacts, _ answersByItself: Bool, isPrivileged: Bool
  ) -> AnswerDecision {
    let insists = wish?.isRequired == true
    let ground = place.map { AnswerDecision.Ground.rule($0) } ?? .everybodyElse
    func decision(_ outcome: AnswerDecision.Outcome, _ obstacle: String? = nil) -> AnswerDecision {
      AnswerDecision(outcome, ground, obstacle: obstacle, isPrivileged: isPrivileged)
    }
    func ringing(isSilent: Bool, _ obstacle: String?, phrase: String = AnswerDecision.automaticForbidden) -> AnswerDecision {
      // Section 4.5.1: "The UAS MUST NOT allow "manual" answer of this request".
      if insists, wish?.mode == .auto {
        return decision(.refuse(.forbidden, phrase: phrase), obstacle ?? "the caller insists on an automatic answer")
      }
      return decision(.ring(isSilent: isSilent), obstacle)
    }
    guard let place else {
      if facts.isDoNotDisturb {
        let refusal: AnswerDecision.Outcome =
          switch (insists, wish?.mode) {
          case (true, .auto): .refuse(.forbidden, phrase: AnswerDecision.automaticForbidden)
          case (true, .manual): .refuse(.forbidden, phrase: AnswerDecision.manualForbidden)
          case (true, nil), (false, _): .refuse(.busyHere, phrase: nil)
          }
        return AnswerDecision(refusal, .doNotDisturb, isPrivileged: isPrivileged)
      }
      return ringing(isSilent: false, wish?.mode == .auto ? "no rule answers this caller" : nil)
    }
    let rule = rules[place].rule
    switch rule.action {
    case .refuse(let status):
      let phrase = wish?.mode == .auto ? AnswerDecision.automaticForbidden : nil
      return decision(.refuse(status, phrase: status == .forbidden ? phrase : nil))
    case .forward(let uri): return decision(.forward(uri))
    case .ring, .ringSilently:
      return ringing(isSilent: rule.action == .ringSilently, wish?.mode == .auto ? "the rule says ring" : nil)
    case .answer, .loopback:
      // Section 4.5.1: with Manual the UAS "SHOULD defer accepting the request until the user" agrees, with require it MUST.
      if wish?.mode == .manual { return ringing(isSilent: false, "the caller asks for a person") }
      if let obstacle = obstacle(to: rule, at: place, facts, answersByItself) {
        return ringing(
          isSilent: false, obstacle,
          phrase: facts.wantsCertificateJudged ? AnswerDecision.certificateForbidden : AnswerDecision.automaticForbidden)
      }
      return decision(rule.action == .loopback ? .loopback : .answer)
    }
  }

  /// What keeps a call from being answered by itself although a rule says so; nil for nothing.
  private func obstacle(to rule: AnswerRule, at place: Int, _ facts: AnswerFacts, _ answersByItself: Bool) -> String? {
    if !answersByItself { return "automatic answering is switched off" }
    if let broken = rules[..<place].firstIndex(where: { $0.rule.fault != nil && $0.rule.isEnabled }) {
      return "rule \(broken + 1) cannot be read, so no later one answers by itself"
    }
    if facts.wantsCertificateJudged { return "a certificate waits for your judgement" }
    if facts.isOnCall, !settings.duringCalls { return "you are on a call" }
    if facts.isLocked, !settings.whileLocked { return "the screen is locked" }
    if facts.isForked, !settings.whenForked { return "other phones of this account ring too" }
    if rule.action == .loopback, !facts.request.offersLoopback { return "the caller offers no loopback" }
    return nil
  }

  private func firstMatch(_ facts: AnswerFacts, _ callers: [CompiledCaller], asking: AnswerRule.Asks) -> Int? {
    for place in rules.indices {
      guard glances[place].asks & asking.rawValue == asking.rawValue else { continue }
      let end = place + 1 < glances.count ? glances[place + 1].firstSieve : sieves.count
      // Who cannot be told at all is still somebody: then the rule itself is asked.
      var mayMatch = callers.isEmpty
      for sieve in glances[place].firstSieve..<end where !mayMatch {
        for caller in callers where sieves[sieve].mayMatch(caller) { mayMatch = true }
      }
      if mayMatch, rules[place].mismatch(facts, callers, asking: asking) == nil { return place }
    }
    return nil
  }

  // MARK: Explaining

  /// Each rule with the fact that decided, in order, up to and including the one that fits; then why nothing else happened.
  public func explain(_ facts: AnswerFacts, answersByItself: Bool = true) -> AnswerExplanation {
    let callers = compiled(facts.claims)
    let decision = decide(facts, answersByItself: answersByItself)
    var asking: AnswerRule.Asks = facts.request.ordinary?.mode == .auto ? .auto : .plain
    if facts.request.privileged != nil, decision.isPrivileged { asking = .privileged }
    var steps: [AnswerExplanation.Step] = []
    for (place, rule) in rules.enumerated() {
      let mismatch = rule.mismatch(facts, callers, asking: asking)
      steps.append(
        AnswerExplanation.Step(
          number: place + 1, rule: rule.rule.summary, isMatch: mismatch == nil,
          reason: mismatch?.words(rule.rule, facts, callers.map(\.claim)) ?? "fits"))
      if mismatch == nil { break }
    }
    return AnswerExplanation(steps: steps, decision: decision, asked: facts.request.words)
  }
}
