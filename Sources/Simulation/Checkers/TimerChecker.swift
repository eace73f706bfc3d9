public import Phone
internal import SIPUserAgent
public import SansIO

/// Retransmissions on the wire keep the timers of RFC 3261 table 4: A doubles from T1, E doubles from T1 up to T2 and is T2 once a
/// provisional response came, nothing is repeated after 64*T1, after a final response or on a stream, and an INVITE is repeated by
/// nobody who has heard of it. Timer B: an INVITE without any answer is given up after 64*T1.
public struct TimerChecker: Checker {
  private struct Key: Hashable, Sendable {
    var node: NodeID
    var branch: String
    var isCancel: Bool
  }

  private struct Request: Sendable {
    var method: String
    var callID: String
    var firstSent: Instant
    var lastSent: Instant
    var count = 1
    var interval: Int64
    var hasProvisional = false
    var isFinal = false
    var isReliable: Bool
  }

  private static let t1: Int64 = 500_000_000
  private static let t2: Int64 = 4_000_000_000
  private static let lifetime: Int64 = 64 * t1

  private var roles: [NodeID: NodeRole] = [:]
  private var requests: [Key: Request] = [:]
  /// INVITEs that begin a call and that nobody has answered yet, oldest first, with the call that was dialled then.
  private var unanswered: [(key: Key, call: CallID)] = []
  /// The call that is being dialled at a phone, without any answer so far; there is one at a time.
  private var dialled: [NodeID: CallID] = [:]
  /// The last moment at which a node could not do its work in time.
  private var stalled: [NodeID: Instant] = [:]
  /// The next server may have to be looked up first.
  private static let patience = Duration.seconds(12)
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) { roles[node] = role }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard roles[passage.from] == .phone || roles[passage.from] == .exchange, let method = message.method, method != "ACK" else {
      return
    }
    let key = Key(node: passage.from, branch: message.branch, isCancel: method == "CANCEL")
    let now = passage.at
    guard var known = requests[key] else {
      requests[key] = Request(
        method: method, callID: message.callID, firstSent: now, lastSent: now, interval: Self.t1,
        isReliable: passage.transport != .udp)
      if method == "INVITE", message.toTag.isEmpty, let call = dialled[passage.from] {
        // The next try takes the place of the one before.
        unanswered.removeAll { $0.key.node == passage.from }
        unanswered.append((key, call))
      }
      return
    }
    defer { requests[key] = known }
    known.count += 1
    let gap = (now - known.lastSent).wholeNanoseconds
    let since = (now - known.firstSent).wholeNanoseconds
    known.lastSent = now
    let isLate = stalled[passage.from].map { $0 + .seconds(1) >= known.lastSent || $0 >= known.firstSent } ?? false
    let what = "\(method) on branch \(message.branch)"
    if known.isReliable || passage.transport != .udp {
      // Another attempt after a failed one has a branch of its own.
      report("repeated on a stream", "\(what) is sent again on a stream.", message, passage)
    } else if known.isFinal {
      report("repeated after the end", "\(what) is sent again after its final response.", message, passage)
    } else if since >= Self.lifetime, !isLate {
      report("repeated after 64*T1", "\(what) is sent again \(since / 1_000_000) ms after the first time.", message, passage)
    } else if method == "INVITE", known.hasProvisional {
      report("INVITE repeated after 1xx", "\(what) is sent again although a provisional response came.", message, passage)
    } else if gap != known.interval, !isLate, !(known.hasProvisional && gap <= Self.t2) {
      let sentence = "\(what) is sent again after \(gap / 1_000_000) ms, \(known.interval / 1_000_000) ms were due."
      report("interval of retransmission", sentence, message, passage)
    }
    let next = known.interval * 2
    known.interval = method == "INVITE" ? next : known.hasProvisional ? Self.t2 : min(next, Self.t2)
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    guard let status = message.status else { return }
    let key = Key(node: node, branch: message.branch, isCancel: message.sequenceMethod == "CANCEL")
    guard let known = requests[key], known.method == message.sequenceMethod else { return }
    if known.method == "INVITE" { unanswered.removeAll { $0.key == key } }
    if status < 200 { requests[key]?.hasProvisional = true } else { requests[key]?.isFinal = true }
  }

  public mutating func told(_ event: PhoneEvent, by node: NodeID, _ now: Instant) {
    guard case .call(let report) = event, !report.call.isIncoming else { return }
    if report.call.state == .calling {
      dialled[node] = report.call.id
    } else if dialled[node] == report.call.id {
      dialled[node] = nil
    }
  }

  public mutating func settled(_ node: NodeID, _ now: Instant) {
    while let (key, call) = unanswered.first, let request = requests[key] {
      let due = max(request.firstSent + .nanoseconds(Self.lifetime), stalled[key.node] ?? request.firstSent)
      guard due + Self.patience < now else { return }
      unanswered.removeFirst()
      guard dialled[key.node] == call else { continue }
      findings.append(
        Finding(
          rule: "timer B", sentence: "The INVITE on branch \(key.branch) had no answer for 64*T1, and nothing came of it.",
          at: now, node: key.node, callID: request.callID))
    }
  }

  public mutating func stalled(_ node: NodeID, until: Instant) { stalled[node] = until }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    requests = requests.filter { $0.key.node != node }
    unanswered.removeAll { $0.key.node == node }
    dialled[node] = nil
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
