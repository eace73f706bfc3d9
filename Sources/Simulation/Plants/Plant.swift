internal import Media
internal import Phone
internal import SIPUserAgent
internal import SansIO

/// A fault that is made on purpose, to see that a checker notices it.
///
/// It sits between a phone and its world: it swallows, doubles and adds what passes there. The phone itself is the one of the
/// program and knows nothing of it, so that no fault can be switched on by mistake.
public struct Plant: Sendable {
  /// Every fault that can be planted.
  public enum Name: String, CaseIterable, Hashable, Sendable {
    /// An INVITE that nobody answers is never given up: wake-ups from 64*T1 on do not reach the phone.
    case timerB = "timer-b-never-fires"
    /// The ACK for a 2xx does not leave.
    case acknowledgement = "ack-for-2xx-missing"
    /// A re-INVITE of the peer opens the microphone.
    case microphone = "microphone-opened-by-reinvite"
    /// An incoming call does not ring.
    case ring = "ring-missing"
    /// History gets two records for a call.
    case history = "history-twice"
    /// A connection that is gone is written to.
    case deadFlow = "write-on-dead-flow"
    /// A second request in a dialog repeats the CSeq of the one before.
    case sequence = "cseq-repeated"
  }

  public let name: Name
  /// When INVITEs without any answer were sent first, by branch.
  private var unanswered: [NodeID: [String: Instant]] = [:]
  private var lastStream: [NodeID: MediaStreamID] = [:]
  private var hasReinvite: Set<NodeID> = []
  private var deadFlow: [NodeID: FlowID] = [:]
  private var inviteBranches: Set<String> = []
  private var present = Instant(nanoseconds: 0)

  public init(_ name: Name) {
    self.name = name
  }

  /// When a wake-up may reach the phone at last; nil: now.
  func postponed(wakeUpOf node: NodeID, _ now: Instant) -> Instant? {
    guard name == .timerB, let waiting = unanswered[node] else { return nil }
    let isDue = waiting.values.contains { $0 + .seconds(32) <= now }
    return isDue ? now + .seconds(3600) : nil
  }

  mutating func notice(_ input: PhoneInput, at node: NodeID, _ now: Instant) {
    present = now
    switch input {
    case .network(.datagram(let bytes, from: _, to: _)), .network(.bytes(let bytes, on: _)):
      guard let glance = MessageGlance(bytes) else { return }
      if glance.status != nil { unanswered[node]?[glance.branch] = nil }
      if glance.method == "INVITE", !glance.toTag.isEmpty { hasReinvite.insert(node) }
    case .network(.failed(let flow, _)): deadFlow[node] = flow
    case .network, .command, .media, .storage, .fetched, .localTime, .networkChanged, .resumed, .notice, .wakeUp: break
    }
  }

  mutating func rewrite(_ outputs: inout [PhoneOutput], of node: NodeID) {
    for output in outputs {
      if case .media(.run(let stream, _, _)) = output { lastStream[node] = stream }
    }
    switch name {
    case .timerB:
      for output in outputs {
        guard let glance = Self.message(output), glance.method == "INVITE" else { continue }
        if unanswered[node]?[glance.branch] == nil { unanswered[node, default: [:]][glance.branch] = present }
      }
    case .acknowledgement:
      for output in outputs {
        if let glance = Self.message(output), glance.method == "INVITE" { inviteBranches.insert(glance.branch) }
      }
      // The ACK for a failure repeats the branch of its INVITE, the one for a 2xx has its own (RFC 3261 section 17.1.1.3).
      let branches = inviteBranches
      outputs.removeAll { Self.message($0).map { $0.method == "ACK" && !branches.contains($0.branch) } ?? false }
    case .microphone:
      if hasReinvite.remove(node) != nil, let stream = lastStream[node] {
        outputs.append(.media(.microphone(stream, isOpen: true)))
      }
    case .ring:
      outputs.removeAll { output in
        switch output {
        case .media(.ring(let ring)): ring != nil
        case .media(.tone(.some)): true
        default: false
        }
      }
    case .history:
      for output in outputs {
        if case .storage(.record) = output { outputs.append(output) }
      }
    case .deadFlow:
      if let flow = deadFlow.removeValue(forKey: node) { outputs.append(.network(.bytes([13, 10, 13, 10], on: flow))) }
    case .sequence:
      outputs = outputs.map(Self.withConstantSequence)
    }
  }

  mutating func forget(_ node: NodeID) {
    unanswered[node] = nil
    lastStream[node] = nil
    hasReinvite.remove(node)
    deadFlow[node] = nil
  }

  private static func bytes(_ output: PhoneOutput) -> [UInt8]? {
    switch output {
    case .network(.datagram(let bytes, to: _, from: _)), .network(.bytes(let bytes, on: _)): bytes
    default: nil
    }
  }

  /// The CSeq of a request in a dialog is 1, whatever it was.
  private static func withConstantSequence(_ output: PhoneOutput) -> PhoneOutput {
    guard let message = message(output), message.method == "BYE" || message.method == "INVITE", !message.toTag.isEmpty,
      let bytes = bytes(output)
    else { return output }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
    let text = lines.map { $0.hasPrefix("CSeq:") ? "CSeq: 1 \(message.sequenceMethod)" : String($0) }.joined(separator: "\r\n")
    switch output {
    case .network(.datagram(_, to: let remote, from: let listener)):
      return .network(.datagram(Array(text.utf8), to: remote, from: listener))
    case .network(.bytes(_, on: let flow)): return .network(.bytes(Array(text.utf8), on: flow))
    default: return output
    }
  }

  private static func message(_ output: PhoneOutput) -> MessageGlance? {
    bytes(output).flatMap { MessageGlance($0) }
  }
}
