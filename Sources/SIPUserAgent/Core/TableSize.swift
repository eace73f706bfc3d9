internal import SansIO

/// How much one table of a machine holds, for those who watch that nothing grows without bound.
public struct TableSize: Hashable, Sendable {
  /// What the table keeps, in words.
  public var name: String
  public var count: Int

  public init(_ name: String, _ count: Int) {
    self.name = name
    self.count = count
  }
}

extension UserAgent {
  /// Everything that grows with use, of the layers below too. When nothing is going on for a while, all of it is near zero: only
  /// registrations and connections stay.
  public var tableSizes: [TableSize] {
    [
      TableSize("sessions", sessions.count), TableSize("dialogs", dialogOwners.count),
      TableSize("dialogs of sessions", knownDialogs.count),
      TableSize("registrations", registrations.count), TableSize("requests of ours", exchanges.count),
      TableSize("transactions of our requests", exchangeOf.count), TableSize("requests of peers", servers.count),
      TableSize("merge keys", mergeKeys.count), TableSize("unanswered requests", asked.count),
      TableSize("held requests", held.count),
      TableSize("deadlines", deadlines.count),
    ] + layer.tableSizes
  }
}

extension TransactionLayer {
  /// Everything that grows with use.
  public var tableSizes: [TableSize] {
    [
      TableSize("client transactions", clients.count), TableSize("keys of client transactions", clientKeys.count),
      TableSize("server transactions", servers.count), TableSize("keys of server transactions", serverKeys.count),
      TableSize("transactions of flows", users.count), TableSize("waiting for flows", waiters.count),
      TableSize("waiting for their turn", unsent.count), TableSize("look-ups", lookups.count),
      TableSize("deadlines of transactions", deadlines.count),
      TableSize("connections", transport.flows.count),
    ]
  }
}
