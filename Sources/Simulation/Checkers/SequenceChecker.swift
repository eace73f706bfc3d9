/// Within a dialog, each side's CSeq rises by every new request (RFC 3261 section 12.2.1.1); ACK and CANCEL repeat that of their
/// INVITE.
public struct SequenceChecker: Checker {
  private struct Side: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var fromTag: String
    var toTag: String
  }

  private var last: [Side: (sequence: Int, branch: String)] = [:]
  public private(set) var violations: [String] = []

  public init() {}

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    // Only requests within a dialog; those that begin one have no To tag and may fork.
    guard let method = message.method, !message.toTag.isEmpty, method != "ACK", method != "CANCEL" else { return }
    let side = Side(node: passage.from, callID: message.callID, fromTag: message.fromTag, toTag: message.toTag)
    if let known = last[side] {
      guard known.branch != message.branch else { return }
      if message.sequence < known.sequence {
        violations.append("CSeq of \(method) in \(message.callID) falls from \(known.sequence) to \(message.sequence).")
      } else if message.sequence == known.sequence {
        violations.append("CSeq \(message.sequence) of \(method) in \(message.callID) is used by two requests.")
      }
    }
    last[side] = (message.sequence, message.branch)
  }
}
