public import SIPMessages

/// By which account a call goes out when nobody says so: a pure function of what was typed and of the accounts.
///
/// The first account whose `calls_to` fits; else the one at the callee's own domain, if it works; else the first that works. A rule
/// counts even when its account does not work just then: another one would cost other money and show another name.
public struct CallingAccounts: Hashable, Sendable {
  /// One entry of an account's `calls_to`.
  public struct Rule: Hashable, Sendable {
    /// As it was written.
    public var text: String
    var pattern: CallerPattern

    /// nil for what is no number, no address, no `domain:` and no pattern of them.
    public init?(_ text: String) {
      guard let pattern = CallerPattern(text) else { return nil }
      switch pattern {
      case .anyone, .domain, .pattern: break
      case .anyContact, .contact, .group, .blocked: return nil
      }
      self.text = text
      self.pattern = pattern
    }
  }

  public struct Candidate: Hashable, Sendable {
    public var number: Int
    public var address: String
    /// The address whose domain completes a bare number; nil for an account without a domain.
    public var home: SIPURI?
    /// Registered, or in no need of it.
    public var isReady: Bool
    /// It never registers.
    public var isDirect: Bool
    /// `calls_to`.
    public var rules: [Rule]

    public init(
      number: Int, address: String, home: SIPURI?, isReady: Bool, isDirect: Bool = false, rules: [Rule] = []
    ) {
      self.number = number
      self.address = address
      self.home = home
      self.isReady = isReady
      self.isDirect = isDirect
      self.rules = rules
    }
  }

  public enum Reason: Hashable, Sendable {
    /// An entry of `calls_to`.
    case rule(String)
    case ownDomain
    case usual
  }

  public struct Choice: Hashable, Sendable {
    /// From 1.
    public var number: Int
    public var address: String
    public var isReady: Bool
    public var reason: Reason
  }

  /// In the order of the file.
  public var candidates: [Candidate]

  public init(_ candidates: [Candidate] = []) {
    self.candidates = candidates
  }

  init(_ accounts: [Account]) {
    candidates = accounts.map {
      Candidate(
        number: $0.number, address: $0.name, home: $0.home, isReady: $0.isReady || !$0.settings.registers,
        isDirect: !$0.settings.registers, rules: $0.settings.callsTo)
    }
  }

  /// For what was typed, or for an address; contacts' names are the caller's to look up.
  public func choose(_ text: String) -> Choice? {
    choose(text, contacts: [])
  }

  func choose(_ text: String, contacts: [ContactConfiguration]) -> Choice? {
    let usual = candidates.first { $0.isReady && !$0.isDirect } ?? candidates.first { $0.isDirect } ?? candidates.first
    guard let usual else { return nil }
    for candidate in candidates where !candidate.rules.isEmpty {
      // A bare number is one at the usual account's domain: else each would be at the domain of the account that is asked.
      guard let target = try? DialTarget.resolve(text, contacts: contacts, home: usual.home ?? candidate.home) else { continue }
      if let rule = candidate.rules.first(where: { Self.fits($0, target) }) { return choice(candidate, .rule(rule.text)) }
    }
    guard let host = (try? DialTarget.resolve(text, contacts: contacts, home: usual.home))?.sip?.host,
      let native = candidates.first(where: { $0.isReady && !$0.isDirect && $0.home?.host == host }), native.number != usual.number
    else { return choice(usual, .usual) }
    return choice(native, .ownDomain)
  }

  private static func fits(_ rule: Rule, _ target: URI) -> Bool {
    let index = ContactIndex([])
    return CompiledAnswerRule.Caller(rule.pattern, index).matches(CompiledCaller(CallerClaim(target, .saidByPeer), index))
  }

  private func choice(_ candidate: Candidate, _ reason: Reason) -> Choice {
    Choice(number: candidate.number, address: candidate.address, isReady: candidate.isReady, reason: reason)
  }
}
