public import Media
public import Phone
public import SIPUserAgent
public import SansIO

/// Somebody who watches a run and says what must not be. Every hook has a default.
///
/// A checker sees what crosses the borders of the machines, never their insides: what it says holds whatever they look like within.
public protocol Checker: Sendable {
  /// What was found so far.
  var findings: [Finding] { get }
  /// Somebody takes part. A scripted peer may break every rule; only phones and exchanges are held to them.
  mutating func joined(_ node: NodeID, _ role: NodeRole)
  /// A node put a message on the wire, whatever became of it.
  mutating func sent(_ message: MessageGlance, _ passage: Passage)
  /// The whole of a message has arrived; the node has not looked at it yet.
  mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant)
  mutating func ordered(_ order: NetworkOrder, by node: NodeID, _ now: Instant)
  mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant)
  mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant)
  mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant)
  mutating func told(_ event: PhoneEvent, by node: NodeID, _ now: Instant)
  mutating func stored(_ record: CallRecord, by node: NodeID, _ now: Instant)
  /// A node has done all that one input led to.
  mutating func settled(_ node: NodeID, _ now: Instant)
  /// A node lost all that it knew: whatever it owed is forgiven.
  mutating func crashed(_ node: NodeID, _ now: Instant)
  /// A node does nothing until then; what it owes is due later.
  mutating func stalled(_ node: NodeID, until: Instant)
  /// The run is over: what has not happened by now never will.
  mutating func finish(_ now: Instant)
}

/// What takes part in a simulation.
public enum NodeRole: Hashable, Sendable { case phone, exchange, scripted, silent }

extension Checker {
  public mutating func joined(_ node: NodeID, _ role: NodeRole) {}
  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {}
  public mutating func received(_ message: MessageGlance, at node: NodeID, _ now: Instant) {}
  public mutating func ordered(_ order: NetworkOrder, by node: NodeID, _ now: Instant) {}
  public mutating func heard(_ event: NetworkEvent, at node: NodeID, _ now: Instant) {}
  public mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant) {}
  public mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant) {}
  public mutating func told(_ event: PhoneEvent, by node: NodeID, _ now: Instant) {}
  public mutating func stored(_ record: CallRecord, by node: NodeID, _ now: Instant) {}
  public mutating func settled(_ node: NodeID, _ now: Instant) {}
  public mutating func crashed(_ node: NodeID, _ now: Instant) {}
  public mutating func stalled(_ node: NodeID, until: Instant) {}
  public mutating func finish(_ now: Instant) {}
}
