/// Every final response to an INVITE is acknowledged: a failure on its own branch (RFC 3261 section 17.1.1.3), a success end to
/// end, or the call is ended (section 13.2.2.4).
public struct AcknowledgementChecker: Checker {
  private struct Failure: Hashable, Sendable {
    var branch: String
    var status: Int
    var callID: String
  }

  private struct Success: Hashable, Sendable {
    var callID: String
    var toTag: String
    var sequence: Int
  }

  // Arrays beside the sets keep the order in which things happened.
  private var failures: [Failure] = []
  private var seenFailures: Set<Failure> = []
  private var acknowledgedBranches: Set<String> = []
  private var successes: [Success] = []
  private var seenSuccesses: Set<Success> = []
  private var acknowledged: Set<Success> = []
  private var ended: Set<String> = []
  public private(set) var violations: [String] = []

  public init() {}

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    if let status = message.status, message.sequenceMethod == "INVITE", status >= 200 {
      // What was lost and never repeated was not received; what arrived must be answered.
      guard passage.fate == .delivered || passage.fate == .duplicated else { return }
      if status >= 300 {
        let failure = Failure(branch: message.branch, status: status, callID: message.callID)
        if seenFailures.insert(failure).inserted { failures.append(failure) }
      } else {
        let success = Success(callID: message.callID, toTag: message.toTag, sequence: message.sequence)
        if seenSuccesses.insert(success).inserted { successes.append(success) }
      }
    }
    switch message.method {
    case "ACK":
      acknowledgedBranches.insert(message.branch)
      acknowledged.insert(Success(callID: message.callID, toTag: message.toTag, sequence: message.sequence))
    case "BYE": ended.insert(message.callID)
    default: break
    }
  }

  public mutating func finish() {
    for failure in failures where !acknowledgedBranches.contains(failure.branch) {
      violations.append("\(failure.status) to the INVITE of \(failure.callID) on branch \(failure.branch) was never acknowledged.")
    }
    for success in successes where !acknowledged.contains(success) && !ended.contains(success.callID) {
      violations.append(
        "The 2xx to INVITE \(success.sequence) of \(success.callID) was neither acknowledged nor followed by a BYE.")
    }
  }
}
