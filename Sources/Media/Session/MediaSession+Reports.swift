import SansIO

extension MediaSession {
  /// Counters and gauges as they are now.
  public var statistics: MediaStatistics {
    var result = counters
    result.packetsLost += reception?.lost ?? 0
    result.jitter = reception?.jitter ?? .zero
    result.packetsLate += jitterBuffer.latePackets
    result.packetsDuplicated += jitterBuffer.duplicates
    result.bufferDepth = jitterBuffer.depth
    result.bufferTarget = .microseconds(jitterBuffer.target)
    result.concealed += .microseconds(jitterBuffer.concealedSamples * 1_000_000 / Int64(jitterBuffer.clockRate))
    result.microphoneLevel = isMicrophoneOpen ? microphoneMeter.decibels : nil
    result.speakerLevel = speakerMeter.decibels
    return result
  }

  /// The losses of a source that is gone stay in the sum.
  mutating func settleLosses() {
    if let reception { counters.packetsLost += reception.lost }
  }

  /// Before the jitter buffer is replaced by one at another clock.
  mutating func settleConcealment() {
    counters.packetsLate += jitterBuffer.latePackets
    counters.packetsDuplicated += jitterBuffer.duplicates
    counters.concealed += .microseconds(jitterBuffer.concealedSamples * 1_000_000 / Int64(jitterBuffer.clockRate))
  }

  // MARK: In

  mutating func receive(rtcp datagram: [UInt8], from address: SocketAddress, now: Moment, into outputs: inout [MediaOutput]) {
    let believed = [latch.current, parameters.remoteRTP, parameters.remoteRTCP].contains { $0?.address == address.address }
    guard believed, let packets = RTCPPacket.parseCompound(datagram) else {
      counters.datagramsRejected += 1
      return
    }
    if packets.contains(where: { $0.author == sender.ssrc }) {
      guard resolveCollision(with: address, now: now, into: &outputs) else { return }
    }
    scheduler?.received(octets: datagram.count)
    // RFC 4961 for RTCP: answers go where the reports come from.
    if !parameters.rtcpMux, parameters.remoteRTCP != nil { remoteRTCP = address }
    for packet in packets {
      switch packet {
      case .senderReport(let ssrc, let info, let blocks):
        if ssrc == reception?.ssrc { reception?.receivedSenderReport(info, arrival: now.instant) }
        read(blocks, now: now.instant)
      case .receiverReport(_, let blocks):
        read(blocks, now: now.instant)
      case .bye(let sources, _):
        guard let heard = reception?.ssrc, sources.contains(heard) else { continue }
        settleLosses()
        reception = nil
        scheduler?.peerLeft(now: now.instant)
        outputs.append(.peerLeft)
      case .sourceDescription, .other: break
      }
    }
  }

  private mutating func read(_ blocks: [ReportBlock], now: Instant) {
    for block in blocks where block.ssrc == sender.ssrc {
      counters.remoteFractionLost = Double(block.fractionLost) / 256
      guard block.lastSenderReport != 0 else { continue }
      let middle = UInt32(truncatingIfNeeded: ntpTime(at: now) >> 16)
      let roundTrip = middle &- block.lastSenderReport &- block.delaySinceLastSenderReport
      // More than half a minute, or a negative one, comes from a peer that counts wrongly.
      if roundTrip < 30 << 16 { counters.roundTrip = .microseconds((Int64(roundTrip) * 1_000_000) >> 16) }
    }
  }

  // MARK: Out

  mutating func reportIfDue(now: Moment, into outputs: inout [MediaOutput]) {
    let hearsSender = reception.map { now.instant - $0.lastArrival < .seconds(10) } ?? false
    let (hearsPeer, sends) = (reception != nil, isSender)
    scheduler?.update(hearsPeer: hearsPeer, peerSends: hearsSender, weSend: sends)
    guard scheduler?.isDue(now: now.instant, random: &random) == true else { return }
    let octets = sendReport(goodbye: false, now: now.instant, into: &outputs)
    packetCountAtReports = [sender.packetCount, packetCountAtReports[0]]
    scheduler?.sent(octets: octets, now: now.instant, random: &random)
  }

  /// RFC 3550 section 6.4: a sender is who has sent since the report before the last.
  private var isSender: Bool { sender.packetCount != packetCountAtReports[1] }

  /// Where reports go; nil while the peer cannot receive.
  private var reportDestination: SocketAddress? {
    parameters.rtcpMux ? destination : remoteRTCP
  }

  /// A compound of report, name and perhaps farewell; returns its length, 0 when there is nowhere to send it.
  private mutating func sendReport(goodbye: Bool, now: Instant, into outputs: inout [MediaOutput]) -> Int {
    guard let target = reportDestination else { return 0 }
    var blocks: [ReportBlock] = []
    if let block = reception?.report(now: now) { blocks.append(block) }
    var packets: [RTCPPacket] = []
    if isSender {
      let info = RTCPPacket.SenderInfo(
        ntpTime: ntpTime(at: now), rtpTimestamp: sender.timestamp(at: now, clockRate: sampleRate), packetCount: sender.packetCount,
        octetCount: sender.octetCount)
      packets.append(.senderReport(ssrc: sender.ssrc, info, blocks))
    } else {
      packets.append(.receiverReport(ssrc: sender.ssrc, blocks))
    }
    packets.append(.sourceDescription([RTCPPacket.Chunk(ssrc: sender.ssrc, cname: cname)]))
    if goodbye { packets.append(.bye([sender.ssrc], reason: nil)) }
    let bytes = RTCPPacket.serializeCompound(packets)
    hasSentAnything = true
    outputs.append(.rtcp(bytes, to: target))
    return bytes.count
  }

  /// RFC 3550 section 6.3.7: who has never sent anything does not say goodbye either.
  mutating func sayGoodbye(now: Moment, into outputs: inout [MediaOutput]) {
    guard hasSentAnything else { return }
    _ = sendReport(goodbye: true, now: now.instant, into: &outputs)
  }

  mutating func close(now: Moment, into outputs: inout [MediaOutput]) {
    sayGoodbye(now: now, into: &outputs)
    isClosed = true
    isMicrophoneOpen = false
    forgetCaptured()
    keys = TelephoneEventSender()
  }

  /// The wall clock as it was at the start, carried on by the steady one: a clock that is set in mid-call must not spoil round
  /// trips.
  private func ntpTime(at now: Instant) -> UInt64 {
    guard let start else { return 0 }
    let nanoseconds = start.wallTime.nanosecondsSince1970 &+ (now - start.instant).wholeNanoseconds
    let seconds = UInt64(bitPattern: nanoseconds / 1_000_000_000 &+ 2_208_988_800)
    let fraction = (UInt64(max(nanoseconds % 1_000_000_000, 0)) << 32) / 1_000_000_000
    return seconds << 32 | fraction
  }
}

extension RTCPPacket {
  /// Who wrote a report.
  fileprivate var author: UInt32? {
    switch self {
    case .senderReport(let ssrc, _, _), .receiverReport(let ssrc, _): ssrc
    case .sourceDescription, .bye, .other: nil
    }
  }
}
