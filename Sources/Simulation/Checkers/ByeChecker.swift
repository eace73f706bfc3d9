public import SansIO

/// After a BYE was sent, or received and answered with 2xx, no new request leaves in that dialog (RFC 3261 section 15).
///
/// The ACK of an INVITE that was still open is no new request, nor is a BYE that is sent again because it was challenged. A
/// subscription that shares the dialog, as that of a REFER does, lives on (RFC 5057): its NOTIFY and SUBSCRIBE may follow.
public struct ByeChecker: Checker {
  private struct Side: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var localTag: String
    var remoteTag: String
  }

  private var phones: Set<NodeID> = []
  /// The branches that were in use before the end: their repetitions are no new requests.
  private var branches: [Side: Set<String>] = [:]
  private var ended: [Side: Instant] = [:]
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .phone { phones.insert(node) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard phones.contains(passage.from) else { return }
    if message.status.map({ (200...299).contains($0) }) == true, message.sequenceMethod == "BYE" {
      let side = Side(node: passage.from, callID: message.callID, localTag: message.toTag, remoteTag: message.fromTag)
      if ended[side] == nil { ended[side] = passage.at }
    }
    guard let method = message.method, method != "ACK", method != "CANCEL", !message.toTag.isEmpty else { return }
    let side = Side(node: passage.from, callID: message.callID, localTag: message.fromTag, remoteTag: message.toTag)
    if method == "BYE" {
      if ended[side] == nil { ended[side] = passage.at }
    } else if ended[side] != nil, method != "NOTIFY", method != "SUBSCRIBE", branches[side]?.contains(message.branch) != true {
      findings.append(
        Finding(
          rule: "request after BYE", sentence: "\(method) \(message.sequence) leaves after the dialog was ended by BYE.",
          at: passage.at, node: passage.from, callID: message.callID))
    }
    branches[side, default: []].insert(message.branch)
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    for side in ended.keys where side.node == node { ended[side] = nil }
  }
}
