public import SIPMessages

/// What is known of a call, and of the moment, when the rules are asked.
public struct AnswerFacts: Hashable, Sendable {
  /// Who calls, in any order.
  public var claims: [CallerClaim]
  public var request: AnswerRequest
  public var clock: WeekClock
  /// A call is up or being set up.
  public var isOnCall = false
  public var isDoNotDisturb = false
  public var isAway = false
  /// The session's screen is locked.
  public var isLocked = false
  /// The call reaches, as far as can be known, several phones at once (RFC 5373 section 4.4.2).
  public var isForked = false
  /// An end-to-end certificate waits for the user's judgement (RFC 5373 section 4.5.1).
  public var wantsCertificateJudged = false

  public init(claims: [CallerClaim], request: AnswerRequest = AnswerRequest(), clock: WeekClock) {
    self.claims = claims
    self.request = request
    self.clock = clock
  }

  /// The facts of a made-up call at an idle phone. Throws when the caller's address cannot be read.
  public init(
    _ trial: PolicyTrial, contacts: [ContactConfiguration], home: SIPURI?, clock: WeekClock
  ) throws(CommandError) {
    do throws(DialTarget.Unusable) {
      let caller = try DialTarget.resolve(trial.from, contacts: contacts, home: home)
      self.init(claims: [CallerClaim(caller, trial.trust)], request: trial.request, clock: clock)
    } catch {
      throw CommandError(.unusableArgument, expected: error.reason)
    }
  }
}
