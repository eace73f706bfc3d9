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
  }

  /// Shorter than a person's patience with a phone that "does not work", longer than a burst of requests.
  static let memory: Duration = .seconds(60)
  static let limit = 32

  private var entries: [Entry] = []

  mutating func remember(_ destination: Destination, now: Instant) {
    forget(destination)
    entries.removeAll { $0.until <= now }
    if entries.count >= Self.limit { entries.removeFirst() }
    entries.append(Entry(transport: destination.transport, remote: destination.remote, until: now + Self.memory))
  }

  /// It has answered.
  mutating func forget(_ destination: Destination) {
    guard !entries.isEmpty else { return }
    entries.removeAll { $0.transport == destination.transport && $0.remote == destination.remote }
  }

  func servers(now: Instant) -> [SocketAddress] {
    entries.isEmpty ? [] : entries.filter { $0.until > now }.map(\.remote)
  }
}
