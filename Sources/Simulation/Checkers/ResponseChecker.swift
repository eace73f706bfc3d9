public import SIPUserAgent
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
    /// The pause that is due; nil when the first ones may have had no socket to leave from.
    var interval: Int64? = ResponseChecker.t1
    var isAcknowledged = false
  }

  private static let t1: Int64 = 500_000_000
  private static let t2: Int64 = 4_000_000_000
  private var phones: Set<NodeID> = []
  private var stalled: [NodeID: Instant] = [:]
  private var successes: [Success: Sent] = [:]
  private var invited: Set<String> = []
  /// When phones had no UDP socket, `until` nil as long as they have none: what was due then could not leave.
  private var silences: [NodeID: [(since: Instant, until: Instant?)]] = [:]
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
      let isLate = silences[passage.from]?.last?.until.map { $0 + .seconds(32) > passage.at } ?? false
      successes[key] = Sent(firstSent: passage.at, lastSent: passage.at, interval: isLate ? nil : Self.t1)
      return
    }
    let gap = (passage.at - known.lastSent).wholeNanoseconds
    let isLate = stalled[passage.from].map { $0 >= known.firstSent } ?? false
    if known.isAcknowledged {
      report("2xx repeated after ACK", "The 2xx to INVITE \(key.sequence) is sent again although its ACK came.", message, passage)
    } else if passage.at - known.firstSent >= .seconds(32), !isLate {
      report("2xx repeated after 64*T1", "The 2xx to INVITE \(key.sequence) is sent again after 64*T1.", message, passage)
    } else if let last = step(known, gap, passage) {
      known.interval = last
    } else if !isLate, passage.transport == .udp {
      // A stream may have to be opened again first.
      let due = (known.interval ?? Self.t1) / 1_000_000
      let sentence = "The 2xx to INVITE \(key.sequence) is sent again after \(gap / 1_000_000) ms, not \(due)."
      report("interval of 2xx", sentence, message, passage)
    }
    known.lastSent = passage.at
    known.interval = min((known.interval ?? Self.t1) * 2, Self.t2)
    successes[key] = known
  }

  /// The last of the pauses that this gap is made of: one, or several when the socket was gone as their ends came; nil when it
  /// cannot be made of them.
  private func step(_ known: Sent, _ gap: Int64, _ passage: Passage) -> Int64? {
    for first in known.interval.map({ [$0] }) ?? [Self.t1, 2 * Self.t1, 4 * Self.t1, Self.t2] {
      var (pause, sum) = (first, first)
      while sum < gap, isSilent(passage.from, known.lastSent + .nanoseconds(sum)) {
        pause = min(pause * 2, Self.t2)
        sum += pause
      }
      if sum == gap { return pause }
    }
    return nil
  }

  private func isSilent(_ node: NodeID, _ due: Instant) -> Bool {
    silences[node]?.contains { $0.since <= due && $0.until.map { due <= $0 } ?? true } ?? false
  }

  public mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant) {
    switch event {
    case .listenerFailed(_, .udp, _): silences[node, default: []].append((now, nil))
    case .listening(_, .udp, _, _):
      if let last = silences[node]?.indices.last, silences[node]?[last].until == nil { silences[node]?[last].until = now }
    case .listening, .listenerFailed, .datagram, .datagramFailed, .opened, .accepted, .bytes, .failed, .resolved: break
    }
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    guard phones.contains(node) else { return }
    if message.method == "INVITE" { invited.insert(message.branch) }
    // The ACK of a refusal has its INVITE's branch: it says nothing about an earlier INVITE of that number that was answered.
    guard message.method == "ACK", !invited.contains(message.branch) else { return }
    let key = Success(
      node: node, callID: message.callID, localTag: message.toTag, remoteTag: message.fromTag, sequence: message.sequence)
    successes[key]?.isAcknowledged = true
  }

  public mutating func stalled(_ node: NodeID, until: Instant) { stalled[node] = until }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    for key in successes.keys where key.node == node { successes[key] = nil }
    silences[node] = nil
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
