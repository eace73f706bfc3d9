public import Phone
public import SansIO

/// History has exactly one record for each call: it is written in the step in which the call ends, and never again.
public struct HistoryChecker: Checker {
  private struct Key: Hashable, Sendable {
    var node: NodeID
    var call: CallID
  }

  private var live: Set<Key> = []
  private var ended: Set<Key> = []
  /// Of the step that is going on.
  private var endings = 0
  private var records = 0
  private var lastCallID: String?
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func told(_ event: PhoneEvent, by node: NodeID, _ now: Instant) {
    guard case .call(let report) = event else { return }
    let key = Key(node: node, call: report.call.id)
    if case .ended = report.call.state {
      lastCallID = report.callID
      endings += 1
      live.remove(key)
      if !ended.insert(key).inserted {
        self.report("call ended twice", "Call \(report.call.id) ended a second time.", node, now)
      }
    } else {
      live.insert(key)
      if ended.contains(key) {
        self.report("call after its end", "Call \(report.call.id) had ended and is \(report.call.state).", node, now)
      }
    }
  }

  public mutating func stored(_ record: CallRecord, by node: NodeID, _ now: Instant) {
    records += 1
    lastCallID = record.callID
  }

  public mutating func settled(_ node: NodeID, _ now: Instant) {
    if records != endings {
      report("history differs from calls", "\(endings) calls ended, and \(records) records were written.", node, now)
    }
    records = 0
    endings = 0
    lastCallID = nil
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    live = live.filter { $0.node != node }
    ended = ended.filter { $0.node != node }
  }

  private mutating func report(_ rule: String, _ sentence: String, _ node: NodeID, _ now: Instant) {
    findings.append(Finding(rule: rule, sentence: sentence, at: now, node: node, callID: lastCallID))
  }
}
