public import SansIO

/// What was said to the machines, while a run that failed is repeated: what one wants to read beside its ladder.
public struct InputLog: Sendable {
  /// One thing that was said.
  public struct Entry: Sendable {
    public var at: Instant
    public var node: NodeID
    public var text: String
  }

  public var isRecording = false
  public private(set) var entries: [Entry] = []
  private static let limit = 100_000

  init() {}

  mutating func note(_ instant: Instant, _ node: NodeID, _ text: String) {
    if entries.count >= 2 * Self.limit { entries.removeFirst(Self.limit) }
    entries.append(Entry(at: instant, node: node, text: String(text.prefix(160))))
  }
}
