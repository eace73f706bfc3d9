import SansIO

/// Numbers our packets (RFC 3550 section 5.1): a random source, random starts, timestamps that follow the sampling clock across
/// pauses.
struct RTPSender: Sendable {
  private(set) var ssrc: UInt32
  private var sequence: UInt16
  /// Of the next sample, when sound goes on without a pause.
  private var nextTimestamp: UInt32
  /// When the last packet of sound was sent, and its timestamp.
  private var anchor: (timestamp: UInt32, instant: Instant)?
  private var isInterrupted = true
  /// Since the SSRC was chosen; they go into sender reports.
  private(set) var packetCount: UInt32 = 0
  private(set) var octetCount: UInt32 = 0

  init(random: inout RandomSource) {
    ssrc = UInt32(truncatingIfNeeded: random.nextUInt64())
    sequence = UInt16(truncatingIfNeeded: random.nextUInt64())
    nextTimestamp = UInt32(truncatingIfNeeded: random.nextUInt64())
  }

  /// The timestamp of a sample taken now.
  func timestamp(at now: Instant, clockRate: Int) -> UInt32 {
    guard let anchor else { return nextTimestamp }
    let nanoseconds = min(max((now - anchor.instant).wholeNanoseconds, 0), 3_600_000_000_000 * 24)
    return anchor.timestamp &+ UInt32(truncatingIfNeeded: nanoseconds / 1000 * Int64(clockRate) / 1_000_000)
  }

  /// Sound will not go on where it stopped: the next packet begins a talk spurt (RFC 3551 section 4.1) at the time it then is.
  mutating func interrupt() { isInterrupted = true }

  /// A packet of sound, header first; `encode` appends the payload.
  mutating func audioPacket(
    payloadType: UInt8, samples: Int, octets: Int, clockRate: Int, now: Instant, encode: (inout [UInt8]) -> Void
  ) -> [UInt8] {
    let marker = isInterrupted
    if isInterrupted {
      let present = timestamp(at: now, clockRate: clockRate)
      // Never backwards: a pause shorter than a packet does not count.
      if Int32(bitPattern: present &- nextTimestamp) > 0 { nextTimestamp = present }
      isInterrupted = false
    }
    anchor = (nextTimestamp, now)
    let packet = packet(payloadType: payloadType, marker: marker, timestamp: nextTimestamp, octets: octets, content: encode)
    nextTimestamp &+= UInt32(truncatingIfNeeded: samples)
    return packet
  }

  /// A telephone-event packet, whose timestamp is that of the event's beginning.
  mutating func eventPacket(payloadType: UInt8, marker: Bool, timestamp: UInt32, event: TelephoneEvent) -> [UInt8] {
    packet(payloadType: payloadType, marker: marker, timestamp: timestamp, octets: 4) { event.append(to: &$0) }
  }

  private mutating func packet(
    payloadType: UInt8, marker: Bool, timestamp: UInt32, octets: Int, content: (inout [UInt8]) -> Void
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(12 + octets)
    RTPPacket(
      marker: marker, payloadType: payloadType, sequenceNumber: sequence, timestamp: timestamp, ssrc: ssrc, payload: []
    ).appendHeader(to: &bytes)
    content(&bytes)
    sequence &+= 1
    packetCount &+= 1
    octetCount &+= UInt32(truncatingIfNeeded: bytes.count - 12)
    return bytes
  }
}
