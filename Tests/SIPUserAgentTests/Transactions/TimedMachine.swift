import SIPUserAgent
import SansIO

/// A transaction whose own deadlines can be let pass without anything else happening.
protocol TimedMachine {
  associatedtype Output
  var nextDeadline: Instant? { get }
  mutating func deadlineReached(now: Instant, into outputs: inout [Output])
}

extension TimedMachine {
  /// Lets the machine's deadlines come, up to `end` in milliseconds, and notes when it did what.
  mutating func run(until end: Int64 = 200_000) -> [(at: Int64, outputs: [Output])] {
    var log: [(at: Int64, outputs: [Output])] = []
    while let deadline = nextDeadline, deadline.milliseconds <= end {
      var outputs: [Output] = []
      deadlineReached(now: deadline, into: &outputs)
      log.append((deadline.milliseconds, outputs))
    }
    return log
  }
}

extension InviteClientTransaction: TimedMachine {}
extension InviteServerTransaction: TimedMachine {}
extension NonInviteClientTransaction: TimedMachine {}
extension NonInviteServerTransaction: TimedMachine {}
