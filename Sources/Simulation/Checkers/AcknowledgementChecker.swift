public import SIPUserAgent
public import SansIO

/// Every final response to an INVITE that reaches who sent it is acknowledged: a failure at once and on its own branch (RFC 3261
/// section 17.1.1.3), a success end to end, or its dialog is ended (section 13.2.2.4).
public struct AcknowledgementChecker: Checker {
  private struct Invite: Sendable {
    var sequence: Int
    var callID: String
    var fromTag: String
    var toTag: String
    var firstSent: Instant
    /// The connection it went over; nil for UDP.
    var flow: FlowID?
    /// When its CANCEL was sent: after 64*T1 the INVITE may be forgotten (section 9.1).
    var cancelledAt: Instant?
    var isForgotten = false
    var hasProvisional = false
    /// The first final response decides what is owed.
    var final: Int?
    var finalAt: Instant?
  }

  private struct Branch: Hashable, Sendable {
    var node: NodeID
    var branch: String
  }

  private struct Success: Hashable, Sendable {
    var node: NodeID
    var callID: String
    var fromTag: String
    var toTag: String
    var sequence: Int

    var ofDialog: Success {
      Success(node: node, callID: callID, fromTag: fromTag, toTag: toTag, sequence: 0)
    }
  }

  private var roles: [NodeID: NodeRole] = [:]
  /// What the message that is looked at went over.
  private var currentFlow: FlowID?
  private var invites: [Branch: Invite] = [:]
  /// Failures that were received in this step and must be acknowledged in it.
  private var owed: [(node: NodeID, message: MessageGlance)] = []
  private var successes: [(success: Success, at: Instant)] = []
  private var unsettled: [(success: Success, at: Instant)] = []
  /// Dialogs that a BYE ended, with a CSeq of 0.
  private var ended: Set<Success> = []
  private var endedByPeer: Set<Success> = []
  /// Dialogs whose peer gave no tag, and the number of the INVITE that made each.
  private var tagless: [Success: Int] = [:]
  private var seen: Set<Success> = []
  private var acknowledged: Set<Success> = []
  /// When a node last had trouble to reach somebody; an ACK may have been lost in it, and the next repetition asks for it again.
  private var trouble: [NodeID: Instant] = [:]
  private var stalled: [NodeID: Instant] = [:]
  /// A connection may have to be opened for the ACK, or a name looked up.
  private static let patience = Duration.seconds(20)
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) { roles[node] = role }

  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {
    guard let method = message.method else { return }
    switch method {
    case "INVITE":
      let branch = Branch(node: passage.from, branch: message.branch)
      if invites[branch] == nil {
        invites[branch] = Invite(
          sequence: message.sequence, callID: message.callID, fromTag: message.fromTag, toTag: message.toTag,
          firstSent: passage.at, flow: currentFlow)
      }
    case "CANCEL":
      let branch = Branch(node: passage.from, branch: message.branch)
      if invites[branch]?.cancelledAt == nil { invites[branch]?.cancelledAt = passage.at }
    case "ACK":
      owed.removeAll { $0.node == passage.from && $0.message.branch == message.branch }
      acknowledged.insert(success(message, at: passage.from, sequence: message.sequence))
    case "BYE":
      ended.insert(success(message, at: passage.from, sequence: 0).ofDialog)
    default: break
    }
  }

  public mutating func ordered(_ order: NetworkOrder, by node: NodeID, _ now: Instant) {
    currentFlow = nil
    switch order {
    case .bytes(_, on: let flow): currentFlow = flow
    case .close(let flow): lose(flow, at: node)
    case .datagram, .open, .resolve: break
    }
  }

  public mutating func stalled(_ node: NodeID, until: Instant) { stalled[node] = until }

  public mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant) {
    switch event {
    case .failed, .listenerFailed, .datagramFailed, .resolved(_, .failed), .resolved(_, .records([])): trouble[node] = now
    case .listening, .datagram, .opened, .accepted, .bytes, .resolved: break
    }
    switch event {
    case .failed(let flow, _): lose(flow, at: node)
    case .listenerFailed, .datagramFailed: lose(nil, at: node)
    case .listening, .datagram, .opened, .accepted, .bytes, .resolved: break
    }
  }

  /// nil: a socket, or the way to somebody; all that went as datagrams may have been given up.
  private mutating func lose(_ flow: FlowID?, at node: NodeID) {
    for (key, invite) in invites where key.node == node && invite.flow == flow && invite.final == nil {
      invites[key]?.isForgotten = true
    }
  }

  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {
    if message.method == "BYE" {
      endedByPeer.insert(
        Success(node: node, callID: message.callID, fromTag: message.toTag, toTag: message.fromTag, sequence: 0))
    }
    guard let status = message.status, message.sequenceMethod == "INVITE", roles[node] == .phone || roles[node] == .exchange
    else { return }
    let key = Branch(node: node, branch: message.branch)
    // A response belongs to its request by the branch alone (section 17.1.3); whatever else is wrong with it, it is acknowledged.
    guard var invite = invites[key], !invite.isForgotten else { return }
    defer { invites[key] = invite }
    // Timer B may have given the transaction up, or its connection is gone and with it the transaction.
    if !invite.hasProvisional, invite.final == nil, invite.firstSent + .seconds(32) <= now {
      invite.isForgotten = true
      return
    }
    if status < 200 {
      if status > 100 || invite.final == nil { invite.hasProvisional = true }
      return
    }
    if let cancelledAt = invite.cancelledAt, cancelledAt + .seconds(32) <= now { return }
    let isFirst = invite.final == nil
    invite.final = invite.final ?? status
    invite.finalAt = invite.finalAt ?? now
    // "The UAC core considers the INVITE transaction completed 64*T1 seconds after the reception of the first 2xx response"
    // (section 13.2.2.4): forks that answer later are not heard.
    if let finalAt = invite.finalAt, finalAt + .seconds(32) <= now { return }
    if status >= 300 {
      // After a 2xx a failure fits no state (RFC 6026 section 7.2), and a repetition may come after timer D.
      if isFirst { owed.append((node, message)) }
    } else if isFirst || invite.final.map({ $0 < 300 }) ?? false, roles[node] == .phone {
      var success = Success(
        node: node, callID: invite.callID, fromTag: invite.fromTag, toTag: message.toTag, sequence: invite.sequence)
      if success.toTag.isEmpty, tagless[success.ofDialog] == nil { tagless[success.ofDialog] = invite.sequence }
      if invite.toTag.isEmpty {
        // "If the value of the remote tag is null, the tag parameter MUST be omitted" (section 12.2.1.1): whatever tag the answer
        // to a re-INVITE invents, the ACK says what its dialog says.
        var inDialog = success
        inDialog.toTag = ""
        if let first = tagless[inDialog.ofDialog], first < invite.sequence { success = inDialog }
      }
      if seen.insert(success).inserted { successes.append((success, now)) }
    }
  }

  private func success(_ message: MessageGlance, at node: NodeID, sequence: Int) -> Success {
    Success(node: node, callID: message.callID, fromTag: message.fromTag, toTag: message.toTag, sequence: sequence)
  }

  public mutating func settled(_ node: NodeID, _ now: Instant) {
    expire(now)
    guard !owed.isEmpty else { return }
    for (debtor, message) in owed where debtor == node {
      let sentence = "\(message.status ?? 0) to the INVITE on branch \(message.branch) was not acknowledged."
      findings.append(
        Finding(rule: "failure not acknowledged", sentence: sentence, at: now, node: node, callID: message.callID))
    }
    owed.removeAll { $0.node == node }
  }

  /// A success is acknowledged soon, hung up or not, unless the other side ended the call or cannot be reached.
  private mutating func expire(_ now: Instant) {
    while let (success, at) = successes.first, at + Self.patience < now {
      successes.removeFirst()
      guard !acknowledged.contains(success) else { continue }
      if trouble[success.node].map({ $0 >= at }) ?? false || stalled[success.node].map({ $0 >= at }) ?? false
        || endedByPeer.contains(success.ofDialog)
      {
        unsettled.append((success, at))
      } else {
        report(success, at)
      }
    }
  }

  private mutating func report(_ success: Success, _ at: Instant) {
    findings.append(
      Finding(
        rule: "2xx not acknowledged", sentence: "The 2xx to INVITE \(success.sequence) was not acknowledged.", at: at,
        node: success.node, callID: success.callID))
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    owed.removeAll { $0.node == node }
    successes.removeAll { $0.success.node == node }
    unsettled.removeAll { $0.success.node == node }
    for key in invites.keys where key.node == node { invites[key] = nil }
  }

  /// Of those that could not be acknowledged at once, each was acknowledged later or its dialog was ended.
  public mutating func finish(_ now: Instant) {
    expire(now + Self.patience)
    for (success, at) in unsettled {
      let isOver = endedByPeer.contains(success.ofDialog) || ended.contains(success.ofDialog)
      if !acknowledged.contains(success), !isOver { report(success, at) }
    }
    unsettled = []
  }
}
