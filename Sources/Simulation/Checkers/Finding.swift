public import SansIO

/// Something that must not be, found by a `Checker`.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
  /// Which rule was broken, in few words that are the same for every breach of it.
  public var rule: String
  /// What happened, as a sentence.
  public var sentence: String
  public var at: Instant
  /// Whose fault it is; nil when it is nobody's alone.
  public var node: NodeID?
  /// SIP's Call-ID of the call that it is about; nil for none.
  public var callID: String?
  /// The method whose requests and responses tell the story, where no call does; nil for all of them.
  public var method: String?

  public init(rule: String, sentence: String, at: Instant, node: NodeID? = nil, callID: String? = nil) {
    self.rule = rule
    self.sentence = sentence
    self.at = at
    self.node = node
    self.callID = callID
  }

  public var description: String { "[\(rule)] \(sentence)" }
}
