public import SansIO

/// Within a dialog, each side's CSeq rises by every new request (RFC 3261 section 12.2.1.1); ACK and CANCEL repeat that of their
/// INVITE.
public struct SequenceChecker: Checker {
  private struct Side: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var fromTag: String
    var toTag: String
  }

  private var last: [Side: (sequence: Int, branches: [String])] = [:]
  /// A proxy forwards in the order in which requests reach it.
  private var phones: Set<NodeID> = []
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .phone { phones.insert(node) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    // Only requests within a dialog; those that begin one have no To tag and may fork.
    guard let method = message.method, !message.toTag.isEmpty, method != "ACK", method != "CANCEL",
      phones.contains(passage.from)
    else { return }
    let side = Side(node: passage.from, callID: message.callID, fromTag: message.fromTag, toTag: message.toTag)
    var branches = last[side]?.branches ?? []
    if let known = last[side] {
      // A repetition.
      guard !known.branches.contains(message.branch) else { return }
      if message.sequence < known.sequence {
        report("CSeq falls", "CSeq of \(method) falls from \(known.sequence) to \(message.sequence).", message, passage)
      } else if message.sequence == known.sequence {
        report("CSeq used twice", "CSeq \(message.sequence) of \(method) is used by two requests.", message, passage)
      }
    }
    branches.append(message.branch)
    last[side] = (message.sequence, branches.suffix(16))
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
