import SansIO

/// A short memory of servers that did not work, so that each request does not find that out anew (RFC 3263 section 4.3 leaves it to
/// the client how long to remember).
///
/// Such a server is tried after all others, never not at all: when it is the only one, nothing changes.
struct FailedServers: Sendable {
  private struct Entry: Sendable {
    let transport: TransportProtocol
    let remote: SocketAddress
    let until: Instant
    /// It said itself how long it wants to be left alone.
    let asked: Bool
  }

  /// Shorter than a person's patience with a phone that "does not work", longer than a burst of requests.
  static let memory: Duration = .seconds(60)
  /// Longest time that a Retry-After is believed.
  static let longestRest: Duration = .seconds(3600)
  static let limit = 32

  private var entries: [Entry] = []

  /// `rest`: the Retry-After of its 503 (RFC 3261 section 21.5.4); nil: it did not say.
  mutating func remember(_ destination: Destination, rest: Duration? = nil, now: Instant) {
    entries.removeAll { $0.until <= now }
    if let place = entries.firstIndex(where: { Self.isSame($0, destination) }) {
      guard rest != nil || !entries[place].asked else { return }
      entries.remove(at: place)
    }
    if entries.count >= Self.limit { entries.removeFirst() }
    let time = rest.map { min($0, Self.longestRest) } ?? Self.memory
    entries.append(
      Entry(transport: destination.transport, remote: destination.remote, until: now + time, asked: rest != nil))
  }

  /// It has answered. The rest that a server asked for lasts all the same: what it answers may be an older request.
  mutating func forget(_ destination: Destination) {
    guard !entries.isEmpty else { return }
    entries.removeAll { !$0.asked && Self.isSame($0, destination) }
  }

  private static func isSame(_ entry: Entry, _ destination: Destination) -> Bool {
    entry.transport == destination.transport && entry.remote == destination.remote
  }

  func servers(now: Instant) -> [SocketAddress] {
    entries.isEmpty ? [] : entries.filter { $0.until > now }.map(\.remote)
  }
}
