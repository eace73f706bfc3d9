public import SIPMessages

/// One row of the answer rules: for whom, asking what, when, and then what. The first that fits decides.
public struct AnswerRule: Hashable, Sendable {
  /// What a call asks for.
  public struct Asks: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No field of RFC 5373, or Answer-Mode: Manual.
    public static let plain = Asks(rawValue: 1)
    /// Answer-Mode: Auto, or a vendor's form of it.
    public static let auto = Asks(rawValue: 2)
    /// Priv-Answer-Mode.
    public static let privileged = Asks(rawValue: 4)
    /// Written as such: it covers a privileged request without naming it, so it refuses one and never grants it.
    public static let anything = Asks(rawValue: 0x87)
  }

  /// What else must be so. Each must hold; of the windows, one.
  public struct Conditions: Hashable, Sendable {
    public struct States: OptionSet, Hashable, Sendable {
      public let rawValue: UInt8
      public init(rawValue: UInt8) { self.rawValue = rawValue }
      /// No call is up.
      public static let idle = States(rawValue: 1)
      public static let doNotDisturb = States(rawValue: 2)
      public static let away = States(rawValue: 4)
      public static let locked = States(rawValue: 8)
    }
    public var states: States
    /// Empty: at any time.
    public var windows: [WeekWindow]

    public init(_ states: States = [], windows: [WeekWindow] = []) {
      self.states = states
      self.windows = windows
    }
  }

  public enum Action: Hashable, Sendable {
    case ring
    /// On the screen, without a sound.
    case ringSilently
    /// Answer by itself. The microphone stays shut whatever else is said.
    case answer
    /// Send the caller's own sound back, to test the way (RFC 6849).
    case loopback
    /// 403, 480, 486 or 603.
    case refuse(StatusCode)
    /// 302 with this address.
    case forward(URI)
  }

  public var name: String?
  /// One of them must fit.
  public var from: [CallerPattern]
  /// How well we must know that it is them.
  public var trust: IdentityTrust
  public var asks: Asks
  public var conditions: Conditions
  public var action: Action
  public var isEnabled: Bool
  /// What is wrong with how it was written; nil when nothing is. Such a rule decides nothing, and no rule after it answers by
  /// itself, because nobody can say whom it would have turned away.
  public var fault: String?

  public init(
    _ name: String? = nil, from: [CallerPattern] = [.anyone], trust: IdentityTrust? = nil, asks: Asks = .anything,
    when conditions: Conditions = Conditions(), then action: Action, isEnabled: Bool = true, fault: String? = nil
  ) {
    self.name = name
    self.from = from
    self.asks = asks
    self.conditions = conditions
    self.action = action
    self.isEnabled = isEnabled
    self.fault = fault
    self.trust = trust ?? Self.leastTrust(from: from, action)
    // "Unless the requester is authenticated and specifically authorized" (RFC 5373 section 4.1): what the caller says of itself
    // is no authentication.
    if grantsPrivilege { self.trust = max(self.trust, .saidByProvider) }
  }

  /// Opening a line wants somebody's word for who calls; ringing and refusing do not.
  private static func leastTrust(from: [CallerPattern], _ action: Action) -> IdentityTrust {
    switch action {
    case .answer, .loopback: from.contains(.anyone) ? .saidByPeer : .saidByProvider
    case .ring, .ringSilently, .refuse, .forward: .saidByPeer
    }
  }

  /// Names Priv-Answer-Mode, and does not refuse.
  var grantsPrivilege: Bool {
    guard asks.contains(.privileged), asks != .anything else { return false }
    if case .refuse = action { return false }
    return true
  }

  var answersByItself: Bool {
    switch action {
    case .answer, .loopback: true
    case .ring, .ringSilently, .refuse, .forward: false
    }
  }
}
