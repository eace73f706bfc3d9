public import Media
public import Phone
public import SIPUserAgent
public import SansIO

/// An incoming call that reached a phone shows and rings: the INVITE is answered with more than 100 within a second, or at least
/// shown when its connection broke; whoever is told that it rings here finds it shown here, and what is shown as ringing can be
/// heard.
public struct RingChecker: Checker {
  private struct Invite: Hashable, Sendable {
    var node: NodeID
    var branch: String
  }

  private struct Arrival: Sendable {
    var at: Instant
    var callID: String
  }

  private struct Call: Hashable, Sendable {
    var node: NodeID
    var call: CallID
  }

  private static let patience = Duration.seconds(1)

  private var phones: Set<NodeID> = []
  private var stalled: [NodeID: Instant] = [:]
  private var waiting: [Invite: Arrival] = [:]
  private var seen: Set<Invite> = []
  /// When a call was shown, by Call-ID.
  private var shown: [String: Instant] = [:]
  /// When a connection of a phone last broke, or could not be opened.
  private var broken: [NodeID: Instant] = [:]
  private var ringing: [Call: Arrival] = [:]
  /// Calls whose user wants no noise.
  private var silenced: Set<Call> = []
  private var hasRing: [NodeID: Bool] = [:]
  private var hasTone: [NodeID: Bool] = [:]
  /// 180 of the step that is going on.
  private var alerts: [String] = []
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .phone { phones.insert(node) }
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    guard phones.contains(node), message.method == "INVITE", message.toTag.isEmpty, !message.branch.isEmpty else { return }
    let invite = Invite(node: node, branch: message.branch)
    if seen.insert(invite).inserted { waiting[invite] = Arrival(at: now, callID: message.callID) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard phones.contains(passage.from), let status = message.status, message.sequenceMethod == "INVITE", status > 100 else {
      return
    }
    if status == 180, waiting[Invite(node: passage.from, branch: message.branch)] != nil { alerts.append(message.callID) }
    waiting[Invite(node: passage.from, branch: message.branch)] = nil
  }

  public mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant) {
    switch order {
    case .ring(let ring): hasRing[node] = ring != nil
    case .tone(let tone): hasTone[node] = tone != nil
    case .open, .run, .microphone, .sendDigits, .focus, .close: break
    }
  }

  public mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant) {
    guard case .silenceRinger = command else { return }
    for call in ringing.keys where call.node == node { silenced.insert(call) }
  }

  public mutating func told(_ event: PhoneEvent, by node: NodeID, _ now: Instant) {
    guard case .call(let report) = event else { return }
    let call = Call(node: node, call: report.call.id)
    if report.call.state == .ringing {
      // Sockets for voice come first.
      ringing[call] = Arrival(at: now, callID: report.callID ?? "")
      shown[Self.name(report.callID ?? "", node)] = now
    } else {
      ringing[call] = nil
      silenced.remove(call)
    }
  }

  public mutating func settled(_ node: NodeID, _ now: Instant) {
    guard phones.contains(node) else { return }
    for callID in alerts where !ringing.contains(where: { $0.key.node == node && $0.value.callID == callID }) {
      report("rings unseen", "The caller hears that it rings, and nothing is shown.", node, now, callID: callID)
    }
    alerts = []
    if hasRing[node] != true, hasTone[node] != true {
      for (call, arrival) in ringing where call.node == node && !silenced.contains(call) {
        guard max(arrival.at, stalled[node] ?? arrival.at) + Self.patience < now else { continue }
        report("rings unheard", "Call \(call.call) is shown as ringing, and nothing is heard.", node, now, callID: arrival.callID)
        silenced.insert(call)
      }
    }
    expire(now)
  }

  private static func name(_ callID: String, _ node: NodeID) -> String { "\(node) \(callID)" }

  public mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant) {
    if case .failed = event { broken[node] = now }
  }

  public mutating func stalled(_ node: NodeID, until: Instant) { stalled[node] = until }

  private mutating func expire(_ now: Instant) {
    guard !waiting.isEmpty else { return }
    for (invite, arrival) in waiting {
      let due = max(arrival.at, stalled[invite.node] ?? arrival.at) + Self.patience
      guard due < now else { continue }
      waiting[invite] = nil
      let wasShown = shown[Self.name(arrival.callID, invite.node)].map { $0 >= arrival.at } ?? false
      if wasShown, broken[invite.node].map({ $0 >= arrival.at }) ?? false { continue }
      report(
        "incoming call ignored", "An INVITE came at \(arrival.at.nanoseconds / 1_000_000) ms, and more than 100 was never said.",
        invite.node, now, callID: arrival.callID)
    }
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    waiting = waiting.filter { $0.key.node != node }
    ringing = ringing.filter { $0.key.node != node }
    silenced = silenced.filter { $0.node != node }
    hasRing[node] = false
    hasTone[node] = false
    alerts = []
  }

  public mutating func finish(_ now: Instant) { expire(now + Self.patience) }

  private mutating func report(_ rule: String, _ sentence: String, _ node: NodeID, _ now: Instant, callID: String) {
    findings.append(Finding(rule: rule, sentence: sentence, at: now, node: node, callID: callID))
  }
}
