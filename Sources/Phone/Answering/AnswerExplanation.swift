import SIPMessages

/// Why a call was treated as it was: the answer to `w`, `policy why` and `policy try`.
public struct AnswerExplanation: Hashable, Sendable {
  public struct Step: Hashable, Sendable {
    /// From 1.
    public var number: Int
    /// The rule in short.
    public var rule: String
    public var isMatch: Bool
    /// The fact that decided, in words.
    public var reason: String

    public init(number: Int, rule: String, isMatch: Bool, reason: String) {
      self.number = number
      self.rule = rule
      self.isMatch = isMatch
      self.reason = reason
    }
  }

  public var steps: [Step]
  public var decision: AnswerDecision
  /// What the caller asked for; nil for nothing.
  public var asked: String?

  public init(steps: [Step], decision: AnswerDecision, asked: String?) {
    self.steps = steps
    self.decision = decision
    self.asked = asked
  }

  /// One line for each rule, then the conclusion.
  public var lines: [String] {
    var lines = asked.map { ["The caller asks: \($0)"] } ?? []
    lines += steps.map { "\($0.isMatch ? ">" : " ") \($0.number)  \($0.rule): \($0.reason)" }
    return lines + [conclusion]
  }

  /// `Rule 4 decides: it rings. Not answered by itself: you are on a call.`
  public var conclusion: String {
    let ground =
      switch decision.ground {
      case .rule(let place): "Rule \(place + 1) decides"
      case .doNotDisturb: "Do not disturb decides"
      case .privilegeNotGranted: "Priv-Answer-Mode is granted to nobody by default"
      case .everybodyElse: "No rule fits"
      }
    return "\(ground): \(decision.outcomeWords)." + (decision.obstacle.map { " Why so: \($0)." } ?? "")
  }
}

extension AnswerDecision {
  /// `it rings`, `refused (403)`.
  public var outcomeWords: String {
    switch outcome {
    case .ring(isSilent: false): "it rings"
    case .ring(isSilent: true): "it rings without a sound"
    case .answer: "answered, the microphone shut until you talk"
    case .loopback: "answered with the caller's own sound"
    case .refuse(let status, _): "refused (\(status.rawValue))"
    case .forward(let uri): "sent on to \(PeerIdentification.shown(uri.description))"
    }
  }
}

extension CompiledAnswerRule.Mismatch {
  func words(_ rule: AnswerRule, _ facts: AnswerFacts, _ claims: [CallerClaim]) -> String {
    switch self {
    case .off: "is switched off"
    case .broken: "cannot be read: \(rule.fault ?? "")"
    case .asks: "the call asks for something else (\(facts.request.words ?? "nothing"))"
    case .doNotDisturb: "do not disturb is on"
    case .caller: "it is not about this caller"
    case .trust:
      "it wants the caller \(rule.trust.words), but it is \((claims.map(\.trust).max() ?? .saidByPeer).words)"
    case .state: "now is not \(rule.conditions.stateWords)"
    case .time: "it is not the time (\(rule.conditions.windows.map(\.text).joined(separator: ", ")))"
    }
  }
}
