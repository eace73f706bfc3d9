internal import SIPUserAgent

/// What a phone calls its Contact can be reached: the name that stands for an address which is not known yet never leaves it (RFC
/// 3261 sections 8.1.1.8 and 12.1.1). A peer could send neither ACK nor BYE to it.
public struct ContactChecker: Checker {
  private var watched: Set<NodeID> = []
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .phone { watched.insert(node) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard watched.contains(passage.from), message.hasPlaceholder else { return }
    let name = message.method ?? "\(message.status ?? 0) to \(message.sequenceMethod)"
    findings.append(
      Finding(
        rule: "Contact without address", sentence: "\(name) names \(TransactionLayer.contactPlaceholder) as Contact.",
        at: passage.at, node: passage.from, callID: message.callID))
  }
}
