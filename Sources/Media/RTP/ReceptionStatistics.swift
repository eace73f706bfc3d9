import SansIO

/// What is known about one source that we hear (RFC 3550 appendices A.1, A.3 and A.8).
struct ReceptionStatistics: Sendable {
  let ssrc: UInt32
  /// Of the format that came last.
  var clockRate: Int
  /// Sequence numbers without their wrap; the first one as it came. nil before the first packet.
  private var range: (base: Int64, highest: Int64)?
  private(set) var received: Int64 = 0
  private var expectedBefore: Int64 = 0
  private var receivedBefore: Int64 = 0
  /// Sixteen times the jitter in timestamp units, as in appendix A.8.
  private var scaledJitter: Int64 = 0
  private var lastTransit: Int64?
  private var suspicious: UInt16?
  private(set) var lastArrival: Instant
  private var lastSenderReport: (middle: UInt32, arrival: Instant)?

  init(ssrc: UInt32, clockRate: Int, now: Instant) {
    self.ssrc = ssrc
    self.clockRate = clockRate
    lastArrival = now
  }

  enum Verdict: Sendable {
    /// The sequence number without its wrap.
    case valid(Int64)
    /// Far from the others: one such packet is a stray, two in a row are a sender that started anew.
    case stray
    case restarted
  }

  mutating func receive(_ packet: RTPPacket, arrival: Instant) -> Verdict {
    let (base, highest) = range ?? (Int64(packet.sequenceNumber), Int64(packet.sequenceNumber))
    let difference = Int64(Int16(bitPattern: packet.sequenceNumber &- UInt16(truncatingIfNeeded: highest)))
    // MAX_DROPOUT and MAX_MISORDER of appendix A.1.
    guard difference < 3000, difference > -100 else {
      if suspicious == packet.sequenceNumber { return .restarted }
      suspicious = packet.sequenceNumber &+ 1
      return .stray
    }
    suspicious = nil
    let sequence = highest + difference
    range = (min(base, sequence), max(highest, sequence))
    received += 1
    lastArrival = arrival
    updateJitter(packet, arrival: arrival)
    return .valid(sequence)
  }

  private mutating func updateJitter(_ packet: RTPPacket, arrival: Instant) {
    // Arrival in timestamp units minus timestamp; both clocks may wrap.
    let ticks = (arrival.nanoseconds / 1000 &* Int64(clockRate)) / 1_000_000
    let transit = ticks &- Int64(packet.timestamp)
    if let lastTransit {
      let change = Int64(Int32(truncatingIfNeeded: transit &- lastTransit)).magnitude
      scaledJitter += Int64(min(change, 1 << 24)) - ((scaledJitter + 8) >> 4)
    }
    lastTransit = transit
  }

  var expected: Int64 { range.map { $0.highest - $0.base + 1 } ?? 0 }
  var lost: Int64 { expected - received }

  var jitter: Duration {
    .nanoseconds((scaledJitter >> 4) * 1_000_000_000 / Int64(clockRate))
  }

  mutating func receivedSenderReport(_ info: RTCPPacket.SenderInfo, arrival: Instant) {
    lastSenderReport = (UInt32(truncatingIfNeeded: info.ntpTime >> 16), arrival)
  }

  /// Our report about the source; the interval for the fraction begins anew.
  mutating func report(now: Instant) -> ReportBlock {
    let expectedNow = expected - expectedBefore
    let lostNow = expectedNow - (received - receivedBefore)
    expectedBefore = expected
    receivedBefore = received
    let fraction = expectedNow > 0 && lostNow > 0 ? min(lostNow * 256 / expectedNow, 255) : 0
    var delay: UInt32 = 0
    if let lastSenderReport {
      let nanoseconds = min(max((now - lastSenderReport.arrival).wholeNanoseconds, 0), 60_000_000_000_000)
      delay = UInt32(nanoseconds / 1000 * 65_536 / 1_000_000)
    }
    return ReportBlock(
      ssrc: ssrc, fractionLost: UInt8(fraction), cumulativeLost: Int32(min(max(lost, -0x80_0000), 0x7F_FFFF)),
      highestSequence: UInt32(truncatingIfNeeded: range?.highest ?? 0), jitter: UInt32(truncatingIfNeeded: scaledJitter >> 4),
      lastSenderReport: lastSenderReport?.middle ?? 0, delaySinceLastSenderReport: delay)
  }
}
