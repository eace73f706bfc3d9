/// What came of one seed.
public struct SwarmReport: Sendable {
  public var seed: UInt64
  /// What checkers found; empty when all is well.
  public var findings: [Finding] = []
  /// Virtual time that passed.
  public var duration = Duration.zero
  public var messages = 0
  /// Calls that ended at a phone, and those of them that were answered.
  public var calls = 0
  public var answered = 0
  public var trace = TraceHash()
  /// For one that failed and was run with everything recorded: the messages that matter, as a ladder and each whole, and the
  /// last things said to the machines before the first finding.
  public var ladder = ""
  public var wholeMessages: [String] = []
  public var inputs: [String] = []

  public init(seed: UInt64) { self.seed = seed }

  public var hasFailed: Bool { !findings.isEmpty }
}
