public import SIPUserAgent
public import SansIO

/// Nothing is sent on a dead flow: a connection that failed or was closed is never written to again, no number is used for two
/// connections, and no datagram leaves from a socket that is gone.
public struct FlowChecker: Checker {
  private enum State: Hashable, Sendable { case alive, dead }

  private struct Key: Hashable, Sendable {
    var node: NodeID
    var flow: FlowID
  }

  private struct Socket: Hashable, Sendable {
    var node: NodeID
    var listener: ListenerID
  }

  private var roles: [NodeID: NodeRole] = [:]
  private var flows: [Key: State] = [:]
  private var lost: Set<Socket> = []
  public private(set) var findings: [Finding] = []

  public init() {}

  public mutating func joined(_ node: NodeID, _ role: NodeRole) { roles[node] = role }

  public mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant) {
    switch event {
    case .accepted(let flow, _, _): flows[Key(node: node, flow: flow)] = .alive
    case .failed(let flow, _): flows[Key(node: node, flow: flow)] = .dead
    case .listening(let listener, _, _, _): lost.remove(Socket(node: node, listener: listener))
    case .listenerFailed(let listener, _, _): lost.insert(Socket(node: node, listener: listener))
    case .datagram, .datagramFailed, .opened, .bytes, .resolved: break
    }
  }

  public mutating func ordered(_ order: NetworkOrder, by node: NodeID, _ now: Instant) {
    guard roles[node] == .phone || roles[node] == .exchange else { return }
    switch order {
    case .open(let flow, _):
      if flows.updateValue(.alive, forKey: Key(node: node, flow: flow)) != nil {
        report("flow number used twice", "The number of connection \(flow) is used a second time.", node, now)
      }
    case .bytes(let bytes, on: let flow):
      if flows[Key(node: node, flow: flow)] != .alive {
        let message = MessageGlance(bytes)
        let sentence = "\(message?.label ?? "A keep-alive") is written to connection \(flow), which is gone."
        report("write on a dead flow", sentence, node, now, callID: message?.callID)
      }
    case .close(let flow): flows[Key(node: node, flow: flow)] = .dead
    case .datagram(let bytes, to: _, from: let listener):
      if lost.contains(Socket(node: node, listener: listener)) {
        let message = MessageGlance(bytes)
        let sentence = "\(message?.label ?? "A keep-alive") leaves from socket \(listener), which is gone."
        report("datagram from a dead socket", sentence, node, now, callID: message?.callID)
      }
    case .resolve: break
    }
  }

  public mutating func crashed(_ node: NodeID, _ now: Instant) {
    for key in flows.keys where key.node == node { flows[key] = nil }
    lost = lost.filter { $0.node != node }
  }

  private mutating func report(_ rule: String, _ sentence: String, _ node: NodeID, _ now: Instant, callID: String? = nil) {
    findings.append(Finding(rule: rule, sentence: sentence, at: now, node: node, callID: callID))
  }
}
