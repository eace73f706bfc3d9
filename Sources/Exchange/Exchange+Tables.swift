public import SIPUserAgent
internal import SansIO

/// For those who watch the exchange from outside.
extension Exchange {
  /// How much it keeps in each of its tables. When nothing is going on for a while, only bindings and streams stay.
  public var tableSizes: [TableSize] {
    [
      TableSize("response contexts", contexts.count), TableSize("branches", branches.count),
      TableSize("deadlines of contexts", contextDeadlines.count), TableSize("streams", streams.count),
      TableSize("bindings", registrar.bindings.count),
    ] + layer.tableSizes
  }
}
