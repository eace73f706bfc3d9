public import SIPMessages

/// `[answer]`: the rules and what surrounds them.
public struct AnswerSettings: Hashable, Sendable {
  /// The first that fits decides.
  public var rules: [AnswerRule] = []
  /// Addresses and patterns; a rule says what happens to them.
  public var blocked: [CallerPattern] = []
  /// A rule at the end that answers everybody.
  public var answersEverybody = false
  /// Answer by itself while another call is up.
  public var duringCalls = false
  public var whileLocked = false
  /// Answer by itself although the call was sent to several phones at once.
  public var whenForked = false
  /// A beep before the line of an automatically answered call opens.
  public var beeps = true
  /// Say in the 200 whether a person answered; "the default configuration SHOULD be to exclude" it (RFC 5373 section 5.1).
  public var tells = false
  /// A call that was answered by itself ends when nothing was heard of the caller for so long, in seconds; 0: it does not.
  public var silenceLimit = 60
  /// Callers whom this phone can ask for a password when they call directly (RFC 3261 section 22.2).
  public var callers: [KnownCaller] = []

  public init() {}
}

/// Somebody who shares a password with us.
public struct KnownCaller: Hashable, Sendable {
  /// Who it is, when the password was right.
  public var address: URI
  public var username: String
  public var password: String

  public init(address: URI, username: String, password: String) {
    self.address = address
    self.username = username
    self.password = password
  }
}
