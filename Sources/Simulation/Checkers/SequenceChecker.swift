public import SIPUserAgent
public import SansIO

/// Within a dialog, each side's CSeq rises by every new request (RFC 3261 section 12.2.1.1); ACK and CANCEL repeat that of their
/// INVITE. One request may leave once more with another branch and the same CSeq, when its way broke before an answer came
/// (RFC 3263 section 4.3).
public struct SequenceChecker: Checker {
  private struct Side: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var fromTag: String
    var toTag: String
  }

  private struct Request: Sendable {
    var sequence: Int
    var method: String
    var branches: [String]
    var sentAt: Instant
    var isAnswered = false
  }

  private var last: [Side: Request] = [:]
  /// When a way of this node broke last.
  private var broken: [NodeID: Instant] = [:]
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
    var isAnswered = false
    if let known = last[side] {
      // A repetition.
      guard !known.branches.contains(message.branch) else { return }
      if message.sequence < known.sequence {
        report("CSeq falls", "CSeq of \(method) falls from \(known.sequence) to \(message.sequence).", message, passage)
      } else if message.sequence == known.sequence {
        isAnswered = known.isAnswered
        if isAnotherWay(method, known, passage) {
          isAnswered = false
        } else {
          report("CSeq used twice", "CSeq \(message.sequence) of \(method) is used by two requests.", message, passage)
        }
      }
    }
    branches.append(message.branch)
    last[side] = Request(
      sequence: message.sequence, method: method, branches: branches.suffix(16), sentAt: passage.at, isAnswered: isAnswered)
  }

  private func isAnotherWay(_ method: String, _ known: Request, _ passage: Passage) -> Bool {
    guard method == known.method, !known.isAnswered else { return false }
    // Timers B and F give an attempt up after 32 s.
    return broken[passage.from].map { $0 >= known.sentAt } ?? false || passage.at >= known.sentAt + .seconds(32)
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    guard let status = message.status, status >= 200, phones.contains(node) else { return }
    let side = Side(node: node, callID: message.callID, fromTag: message.fromTag, toTag: message.toTag)
    if last[side]?.branches.contains(message.branch) == true, last[side]?.sequence == message.sequence {
      last[side]?.isAnswered = true
    }
  }

  public mutating func ordered(_ order: NetworkOrder, by node: NodeID, _ now: Instant) {
    // A connection that does not come to stand in time is given up by its node.
    if case .close = order { broken[node] = now }
  }

  public mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant) {
    switch event {
    case .failed, .datagramFailed, .listenerFailed: broken[node] = now
    case .accepted, .listening, .datagram, .opened, .bytes, .resolved: break
    }
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
