/// The answer rules as a screen shows them.
public struct AnsweringSnapshot: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public var from: String
    public var asks: String
    public var when: String
    public var then: String
    public var name: String?
    /// How often it decided since the phone was started.
    public var used: UInt64
    public var isEnabled: Bool
    /// What is wrong with it; nil for nothing.
    public var fault: String?
    /// As it would be typed after `policy set N`.
    public var line: String
    /// Not to be edited: it stands for `automatically = true`.
    public var isBuiltIn: Bool

    public init(_ rule: AnswerRule, used: UInt64 = 0, isBuiltIn: Bool = false) {
      from = rule.fromWords
      asks = rule.asksWords
      when = rule.conditions.words
      then = rule.actionWords
      name = rule.name
      self.used = used
      isEnabled = rule.isEnabled
      fault = rule.fault
      line = rule.line
      self.isBuiltIn = isBuiltIn
    }
  }
  public var rules: [Row] = []
  public var isAway = false
  public var isLocked = false
  public var beeps = true
  public var duringCalls = false
  public var whileLocked = false
  public var whenForked = false
  public var silenceLimit = 0
  public var blockedCount = 0
  /// A change can be taken back.
  public var canUndo = false
  /// What was asked last with `why` or `try`.
  public var explanation: AnswerExplanation?

  public init() {}
}
