public import Media
public import Phone
public import SansIO

/// Somebody who watches a run and says what must not be. Every hook has a default.
public protocol Checker: Sendable {
  /// What was found so far, each as a sentence.
  var violations: [String] { get }
  mutating func sent(_ message: MessageGlance, _ passage: Passage)
  mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant)
  mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant)
  /// The run is over: what has not happened by now never will.
  mutating func finish()
}

extension Checker {
  public mutating func sent(_ message: MessageGlance, _ passage: Passage) {}
  public mutating func ordered(_ order: MediaOrder, at node: NodeID, _ now: Instant) {}
  public mutating func acted(_ command: PhoneCommand, at node: NodeID, _ now: Instant) {}
  public mutating func finish() {}
}
