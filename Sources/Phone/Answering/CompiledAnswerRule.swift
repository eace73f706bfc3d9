import SIPMessages

/// A caller, looked up once for all rules.
struct CompiledCaller: Sendable {
  let claim: CallerClaim
  /// `user@host`, the host in lower case; a telephone number as it is dialled.
  let text: [UInt8]
  let host: Host?
  let memberships: [ContactIndex.Membership]
  /// The part before `@`; all of it when there is none.
  let user: [UInt8]
  /// Whether the block list has them.
  var isBlocked = false
  /// For `CallerSieve`.
  let hostHash, head, tail, userTail: UInt64

  init(_ claim: CallerClaim, _ index: ContactIndex) {
    self.claim = claim
    memberships = index.memberships(of: claim.uri)
    switch claim.uri {
    case .sip(let sip):
      host = sip.host
      text = Array("\(sip.decodedUser ?? "")@\(sip.host.description.lowercased())".utf8)
    case .tel(let tel):
      host = nil
      text = Array(tel.digits.utf8)
    case .other(let scheme, let rest):
      host = nil
      text = Array("\(scheme):\(rest)".utf8)
    }
    user = Array(text.prefix { $0 != UInt8(ascii: "@") })
    hostHash = CallerSieve.hash(host)
    (head, tail, userTail) = (CallerSieve.head(of: text), CallerSieve.tail(of: text), CallerSieve.tail(of: user))
  }
}

/// A rule made ready to be asked often: names are numbers, patterns are cut up.
struct CompiledAnswerRule: Sendable {
  enum Caller: Sendable {
    case anyone, anyContact, blocked
    /// A name or a group that no contact has.
    case nobody
    case contact(Int32)
    case group(Int32)
    case domain(Host)
    case glob(CallerGlob)
    /// A pattern that is a telephone number: compared with the user part too.
    case number(CallerGlob)

    init(_ pattern: CallerPattern, _ index: ContactIndex) {
      switch pattern {
      case .anyone: self = .anyone
      case .anyContact: self = .anyContact
      case .blocked: self = .blocked
      case .contact(let name): self = index.name(name).map { .contact($0) } ?? .nobody
      case .group(let name): self = index.group(name).map { .group($0) } ?? .nobody
      case .domain(let host): self = .domain(host)
      case .pattern(let text): self = text.contains("@") ? .glob(CallerGlob(text)) : .number(CallerGlob(text))
      }
    }

    func matches(_ caller: CompiledCaller) -> Bool {
      switch self {
      case .anyone: true
      case .anyContact: !caller.memberships.isEmpty
      case .nobody: false
      case .blocked: caller.isBlocked
      case .contact(let name): caller.memberships.contains { $0.name == name }
      case .group(let group): caller.memberships.contains { $0.groups.contains(group) }
      case .domain(let host): caller.host == host
      case .glob(let glob): glob.matches(caller.text)
      case .number(let glob): glob.matches(caller.user)
      }
    }
  }

  /// Why a rule does not fit.
  enum Mismatch: Sendable {
    case off, broken, asks, doNotDisturb, caller, trust, state, time
  }

  let rule: AnswerRule
  let callers: [Caller]

  init(_ rule: AnswerRule, _ index: ContactIndex) {
    self.rule = rule
    callers = rule.from.map { Caller($0, index) }
  }

  /// nil when the rule fits. The cheap questions come first.
  func mismatch(
    _ facts: AnswerFacts, _ claimed: [CompiledCaller], asking: AnswerRule.Asks
  ) -> Mismatch? {
    if rule.fault != nil { return .broken }
    if !rule.isEnabled { return .off }
    if !rule.asks.contains(asking) { return .asks }
    let states = rule.conditions.states
    // A rule that says nothing of it does not break the user's quiet.
    if facts.isDoNotDisturb, !states.contains(.doNotDisturb), disturbs { return .doNotDisturb }
    if states.contains(.idle) && facts.isOnCall || states.contains(.doNotDisturb) && !facts.isDoNotDisturb
      || states.contains(.away) && !facts.isAway || states.contains(.locked) && !facts.isLocked
    {
      return .state
    }
    if !rule.conditions.windows.isEmpty, !rule.conditions.windows.contains(where: { $0.contains(facts.clock) }) { return .time }
    var isKnown = false
    for caller in claimed where callers.contains(where: { $0.matches(caller) }) {
      if caller.claim.trust >= rule.trust { return nil }
      isKnown = true
    }
    // Who cannot be told at all is still somebody.
    if claimed.isEmpty, rule.trust == .saidByPeer, rule.from.contains(.anyone) { return nil }
    return isKnown ? .trust : .caller
  }

  private var disturbs: Bool {
    switch rule.action {
    case .ring, .ringSilently, .answer, .loopback: true
    case .refuse, .forward: false
    }
  }
}
