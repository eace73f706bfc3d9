public import SIPUserAgent
public import SansIO

/// At most one offer is open in a dialog (RFC 3264 section 4, RFC 3261 section 14.1): a phone sends no INVITE or UPDATE with a
/// session description while one of its own is unanswered, or one of the peer's is not answered by it; and no re-INVITE while
/// another INVITE is in progress.
public struct OfferChecker: Checker {
  private struct Dialog: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var localTag: String
    var remoteTag: String
  }

  private struct Open: Sendable {
    var branch: String
    var method: String
    var sequence: Int
    var hasOffer: Bool
    var since: Instant
    var hasProvisional = false
  }

  private var phones: Set<NodeID> = []
  private var own: [Dialog: [Open]] = [:]
  private var peers: [Dialog: [Open]] = [:]
  /// The highest CSeq of the peer: what is not above it is a repetition, or too late.
  private var highest: [Dialog: Int] = [:]
  /// When a way of this node broke last.
  private var broken: [NodeID: Instant] = [:]
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) {
    if role == .phone { phones.insert(node) }
  }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard phones.contains(passage.from) else { return }
    if let status = message.status {
      guard status >= 200 else { return }
      let dialog = Dialog(node: passage.from, callID: message.callID, localTag: message.toTag, remoteTag: message.fromTag)
      peers[dialog]?.removeAll { $0.method == message.sequenceMethod && $0.sequence == message.sequence }
      return
    }
    guard let method = message.method, method == "INVITE" || method == "UPDATE", !message.toTag.isEmpty else { return }
    let dialog = Dialog(node: passage.from, callID: message.callID, localTag: message.fromTag, remoteTag: message.toTag)
    let isRepetition = own[dialog]?.contains { $0.branch == message.branch } ?? false
    guard !isRepetition else { return }
    // The same offer by another way, with a new number: the way of the first one broke before an answer came.
    if let brokenAt = broken[passage.from] { own[dialog]?.removeAll { $0.method == method && $0.since <= brokenAt } }
    // Timers B and F end what nobody answers.
    own[dialog]?.removeAll { !$0.hasProvisional && $0.since + .seconds(32) <= passage.at }
    let offer = Open(
      branch: message.branch, method: method, sequence: message.sequence, hasOffer: message.hasDescription, since: passage.at)
    if let open = own[dialog]?.first(where: { Self.collide($0, offer) }) {
      report(
        "two offers open", "\(method) \(message.sequence) leaves while \(open.method) \(open.sequence) is open.", message, passage)
    } else if let open = peers[dialog]?.first(where: { Self.collide($0, offer) }) {
      let sentence = "\(method) \(message.sequence) leaves while the peer's \(open.method) \(open.sequence) is unanswered."
      report("two offers open", sentence, message, passage)
    }
    own[dialog, default: []].append(offer)
  }

  /// Two INVITEs do, and two offers.
  private static func collide(_ one: Open, _ other: Open) -> Bool {
    one.method == "INVITE" && other.method == "INVITE" || one.hasOffer && other.hasOffer
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    guard phones.contains(node) else { return }
    if let status = message.status {
      let dialog = Dialog(node: node, callID: message.callID, localTag: message.fromTag, remoteTag: message.toTag)
      guard let index = own[dialog]?.firstIndex(where: { $0.branch == message.branch && $0.sequence == message.sequence }) else {
        return
      }
      if status >= 200 { own[dialog]?.remove(at: index) } else { own[dialog]?[index].hasProvisional = true }
      return
    }
    guard let method = message.method, method == "INVITE" || method == "UPDATE", !message.toTag.isEmpty else { return }
    let dialog = Dialog(node: node, callID: message.callID, localTag: message.toTag, remoteTag: message.fromTag)
    guard message.sequence > highest[dialog] ?? 0 else { return }
    highest[dialog] = message.sequence
    peers[dialog, default: []].append(
      Open(branch: message.branch, method: method, sequence: message.sequence, hasOffer: message.hasDescription, since: now))
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

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    for dialog in own.keys where dialog.node == node { own[dialog] = nil }
    for dialog in peers.keys where dialog.node == node { peers[dialog] = nil }
  }

  private mutating func report(_ rule: String, _ sentence: String, _ message: MessageGlance, _ passage: Passage) {
    findings.append(Finding(rule: rule, sentence: sentence, at: passage.at, node: passage.from, callID: message.callID))
  }
}
