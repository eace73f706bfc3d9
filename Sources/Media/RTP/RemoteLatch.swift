import SansIO

/// Which address the peer's media comes from (RFC 4961: it is the one that it receives on).
///
/// A peer behind a translator sends from elsewhere than its description says. Another address is believed when two packets in a row
/// came from it and the known one has not been heard, or not for a while: a stranger cannot take over a stream that flows.
struct RemoteLatch: Sendable {
  private static let silence = Duration.seconds(1)

  private(set) var current: SocketAddress?
  private var lastHeard: Instant?
  private var candidate: (address: SocketAddress, ssrc: UInt32, nextSequence: UInt16)?

  enum Verdict: Hashable, Sendable { case known, moved, stranger }

  init(signalled: SocketAddress?) {
    current = signalled
  }

  mutating func check(_ packet: RTPPacket, from address: SocketAddress, now: Instant) -> Verdict {
    if address == current {
      lastHeard = now
      candidate = nil
      return .known
    }
    if let lastHeard, now - lastHeard < Self.silence { return .stranger }
    guard let known = candidate, known.address == address, known.ssrc == packet.ssrc, known.nextSequence == packet.sequenceNumber
    else {
      candidate = (address, packet.ssrc, packet.sequenceNumber &+ 1)
      return .stranger
    }
    current = address
    lastHeard = now
    candidate = nil
    return .moved
  }
}
