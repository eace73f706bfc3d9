public import SIPMessages

/// What becomes of an incoming call, and why.
public struct AnswerDecision: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    case ring(isSilent: Bool)
    /// 200 with the microphone shut.
    case answer
    /// 200 as the mirror of the caller's media (RFC 6849).
    case loopback
    case refuse(StatusCode, phrase: String?)
    case forward(URI)
  }

  /// What decided.
  public enum Ground: Hashable, Sendable {
    /// Its place in the list, from 0.
    case rule(Int)
    case doNotDisturb
    /// Priv-Answer-Mode without a rule that grants it.
    case privilegeNotGranted
    case everybodyElse
  }

  public var outcome: Outcome
  public var ground: Ground
  /// Why the call is not answered in the way that the rule or the caller wanted; nil when it is.
  public var obstacle: String?
  /// The request that was granted was the privileged one.
  public var isPrivileged: Bool

  public init(_ outcome: Outcome, _ ground: Ground, obstacle: String? = nil, isPrivileged: Bool = false) {
    self.outcome = outcome
    self.ground = ground
    self.obstacle = obstacle
    self.isPrivileged = isPrivileged
  }

  /// Reason phrases of RFC 5373 section 4.5.1.
  static let automaticForbidden = "automatic answer forbidden"
  static let manualForbidden = "manual answer forbidden"
  static let certificateForbidden =
    "certificate validation requires user input not compatible with automatic answer"
}
