internal import SIPUserAgent
public import SansIO

/// A 2xx to an INVITE is repeated from T1 on, ever more slowly, until its ACK comes, and not after 64*T1 (RFC 3261 section
/// 13.3.1.4). What a proxy forwards is not its own to count.
public struct ResponseChecker: Checker {
  private struct Success: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var localTag: String
    var remoteTag: String
    var sequence: Int
  }

  private struct Sent: Sendable {
    var firstSent: Instant
    var lastSent: Instant
    var interval: Int64 = 500_000_000
    var isAcknowledged = false
  }

  private static let t2: Int64 = 4_000_000_000
  private var phones: Set<NodeID> = []
  private var stalled: [NodeID: Instant] = [:]
  private var successes: [Success: Sent] = [:]
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .phone { phones.insert(node) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard phones.contains(passage.from), let status = message.status, (200...299).contains(status),
      message.sequenceMethod == "INVITE"
    else { return }
    let key = Success(
      node: passage.from, callID: message.callID, localTag: message.toTag, remoteTag: message.fromTag, sequence: message.sequence)
    guard var known = successes[key] else {
      successes[key] = Sent(firstSent: passage.at, lastSent: passage.at)
      return
    }
    let gap = (passage.at - known.lastSent).wholeNanoseconds
    let isLate = stalled[passage.from].map { $0 >= known.firstSent } ?? false
    if known.isAcknowledged {
      report("2xx repeated after ACK", "The 2xx to INVITE \(key.sequence) is sent again although its ACK came.", message, passage)
    } else if passage.at - known.firstSent >= .seconds(32), !isLate {
      report("2xx repeated after 64*T1", "The 2xx to INVITE \(key.sequence) is sent again after 64*T1.", message, passage)
    } else if gap != known.interval, !isLate, passage.transport == .udp {
      // A stream may have to be opened again first.
      let sentence =
        "The 2xx to INVITE \(key.sequence) is sent again after \(gap / 1_000_000) ms, not \(known.interval / 1_000_000)."
      report("interval of 2xx", sentence, message, passage)
    }
    known.lastSent = passage.at
    known.interval = min(known.interval * 2, Self.t2)
    successes[key] = known
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    guard message.method == "ACK", phones.contains(node) else { return }
    let key = Success(
      node: node, callID: message.callID, localTag: message.toTag, remoteTag: message.fromTag, sequence: message.sequence)
    successes[key]?.isAcknowledged = true
  }

  public mutating func stalled(_ node: NodeID, until: Instant) { stalled[node] = until }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    for key in successes.keys where key.node == node { successes[key] = nil }
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
