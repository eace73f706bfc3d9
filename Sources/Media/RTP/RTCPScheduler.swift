import SansIO

/// When the next RTCP packet is due (RFC 3550 section 6.3 and appendix A.7), for a session of two.
struct RTCPScheduler: Sendable {
  /// Octets a second: 5 % (RFC 3550 section 6.2) of a G.711 stream.
  private static let bandwidth = 400.0
  private static let minimumInterval = 5.0

  private var previous: Instant
  private(set) var deadline: Instant
  /// Us and those we hear of.
  private var members = 1
  private var previousMembers = 1
  private var hearsSender = false
  private var sends = false
  private var averageSize = 100.0
  private var isInitial = true

  init(now: Instant, random: inout RandomSource) {
    previous = now
    deadline = now
    deadline = now + interval(&random)
  }

  /// RFC 3550 section 6.3.1 with the correction of 6.3.1's last paragraph.
  private func interval(_ random: inout RandomSource) -> Duration {
    let senders = (hearsSender ? 1 : 0) + (sends ? 1 : 0)
    var share = Self.bandwidth
    var count = members
    if Double(senders) <= Double(members) * 0.25 {
      share *= sends ? 0.25 : 0.75
      count = sends ? senders : members - senders
    }
    // Half the minimum before the first packet, so that the session is announced soon.
    let minimum = isInitial ? Self.minimumInterval / 2 : Self.minimumInterval
    let deterministic = max(Double(count) * averageSize / share, minimum)
    let randomized = deterministic * (random.nextFraction() + 0.5) / 1.21828
    return .nanoseconds(Int64(randomized * 1e9))
  }

  /// Timer reconsideration (RFC 3550 section 6.3.6): true when a packet is to be sent now, else the deadline has moved.
  mutating func isDue(now: Instant, random: inout RandomSource) -> Bool {
    guard now >= deadline else { return false }
    let reconsidered = previous + interval(&random)
    previousMembers = members
    guard reconsidered <= now else {
      deadline = reconsidered
      return false
    }
    return true
  }

  mutating func sent(octets: Int, now: Instant, random: inout RandomSource) {
    note(octets: octets)
    isInitial = false
    previous = now
    deadline = now + interval(&random)
  }

  mutating func received(octets: Int) { note(octets: octets) }

  /// The average of RFC 3550 section 6.3.3; 28 octets of IP and UDP headers count.
  private mutating func note(octets: Int) {
    averageSize += (Double(octets + 28) - averageSize) / 16
  }

  mutating func update(hearsPeer: Bool, peerSends: Bool, weSend: Bool) {
    members = hearsPeer ? 2 : 1
    hearsSender = peerSends
    sends = weSend
  }

  /// Reverse reconsideration (RFC 3550 section 6.3.4).
  mutating func peerLeft(now: Instant) {
    members = 1
    hearsSender = false
    let ratio = 1.0 / Double(max(previousMembers, 1))
    previousMembers = 1
    let ahead = Double((deadline - now).wholeNanoseconds)
    let behind = Double((now - previous).wholeNanoseconds)
    deadline = now + .nanoseconds(Int64(ahead * ratio))
    previous = now + .nanoseconds(Int64(-behind * ratio))
  }
}
