public import SIPUserAgent

/// For those who watch the phone from outside.
extension Phone {
  /// How much the phone keeps in each of its tables, its user agent's too. All of them are bounded; see `UserAgent.tableSizes`.
  public var tableSizes: [TableSize] {
    [
      TableSize("calls", calls.count), TableSize("history", history.count), TableSize("notices", notices.count),
      TableSize("microphone lines", gate.lineCount),
    ] + userAgent.tableSizes
  }

  /// The numbers of the calls that are not over, oldest first.
  public var liveCalls: [CallID] { calls.indices.filter { !calls[$0].isEnded }.map { calls[$0].id } }

  /// Whether any call is not over. Much cheaper than a snapshot.
  public var hasLiveCalls: Bool { liveCallCount > 0 }
}
