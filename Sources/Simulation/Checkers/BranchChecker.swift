public import SansIO

/// A branch names one transaction (RFC 3261 section 8.1.1.7): whoever uses it again repeats the same request, or sends the CANCEL
/// or the ACK that belongs to its INVITE.
public struct BranchChecker: Checker {
  private struct Use: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var sequence: Int
    var method: String
  }

  private var uses: [String: Use] = [:]
  private var scripted: Set<NodeID> = []
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .scripted { scripted.insert(node) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard let method = message.method, !message.branch.isEmpty, !scripted.contains(passage.from) else { return }
    if !message.branch.hasPrefix("z9hG4bK") {
      report("branch without cookie", "\(method) has a branch without the cookie.", message, passage)
    }
    let use = Use(node: passage.from, callID: message.callID, sequence: message.sequence, method: method)
    guard let known = uses[message.branch] else {
      uses[message.branch] = use
      return
    }
    let isCompanion = known.method == "INVITE" && (method == "ACK" || method == "CANCEL")
    if known.node != use.node || known.callID != use.callID || known.sequence != use.sequence
      || !(known.method == method || isCompanion)
    {
      let sentence = "Branch \(message.branch) of \(known.method) \(known.callID) is used again by \(method)."
      report("branch used twice", sentence, message, passage)
    }
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(
      Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
