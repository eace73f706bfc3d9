import SansIO

extension MediaSession {
  mutating func receive(rtp datagram: [UInt8], from address: SocketAddress, now: Moment, into outputs: inout [MediaOutput]) {
    if RTPPacket.isRTCP(datagram) {
      receive(rtcp: datagram, from: address, now: now, into: &outputs)
      return
    }
    guard let packet = RTPPacket(parsing: datagram) else {
      counters.datagramsRejected += 1
      return
    }
    guard let clockRate = clockRate(of: packet.payloadType) else {
      counters.datagramsRejected += 1
      // A stray format of the known source still uses up a sequence number.
      if packet.ssrc == reception?.ssrc { file(packet, .nothing, now: now) }
      return
    }
    if packet.ssrc == sender.ssrc {
      guard resolveCollision(with: address, now: now, into: &outputs) else { return }
    }
    switch latch.check(packet, from: address, now: now.instant) {
    case .known: break
    case .moved: if parameters.remoteRTP != nil { outputs.append(.remoteMoved(address)) }
    case .stranger:
      counters.datagramsRejected += 1
      return
    }
    guard accept(packet, clockRate: clockRate, now: now.instant) else { return }
    deliver(packet, now: now, into: &outputs)
  }

  /// The clock of a payload type that may come; nil for others.
  private func clockRate(of payloadType: UInt8) -> Int? {
    for format in parameters.receivable where format.payloadType == payloadType { return format.clockRate }
    if isTelephoneEvent(payloadType) { return sampleRate }
    // Comfort noise has a static number, and some send it without having agreed.
    if payloadType == parameters.comfortNoisePayloadType || (payloadType == 13 && sampleRate == 8000) { return sampleRate }
    return nil
  }

  private func isTelephoneEvent(_ payloadType: UInt8) -> Bool {
    payloadType == parameters.telephoneEventPayloadType || parameters.receivableTelephoneEventPayloadTypes.contains(payloadType)
  }

  /// Follows the source: a new SSRC is believed when two of its packets came in a row, or the old one has fallen silent.
  private mutating func accept(_ packet: RTPPacket, clockRate: Int, now: Instant) -> Bool {
    if let reception, reception.ssrc != packet.ssrc, now - reception.lastArrival < .milliseconds(200),
      candidateSource?.ssrc != packet.ssrc || candidateSource?.nextSequence != packet.sequenceNumber
    {
      candidateSource = (packet.ssrc, packet.sequenceNumber &+ 1)
      counters.datagramsRejected += 1
      return false
    }
    candidateSource = nil
    if reception?.ssrc != packet.ssrc {
      settleLosses()
      restartReceiving(clockRate: clockRate)
      reception = ReceptionStatistics(ssrc: packet.ssrc, clockRate: clockRate, now: now)
    } else if jitterBuffer.clockRate != clockRate, !isTelephoneEvent(packet.payloadType) {
      restartReceiving(clockRate: clockRate)
      reception?.clockRate = clockRate
    }
    return true
  }

  private mutating func deliver(_ packet: RTPPacket, now: Moment, into outputs: inout [MediaOutput]) {
    let content: JitterBuffer.Content
    if isTelephoneEvent(packet.payloadType) {
      content = .nothing
    } else if let format = parameters.receivable.first(where: { $0.payloadType == packet.payloadType }) {
      content = .sound(format.codec, packet.payload)
    } else {
      content = .noise(packet.payload)
    }
    guard file(packet, content, now: now) else { return }
    if case .nothing = content, parameters.direction.receives, let key = keyReceiver.receive(packet) {
      outputs.append(.digit(key))
    }
  }

  /// Counts the packet and puts it into the jitter buffer; false for strays.
  @discardableResult
  private mutating func file(_ packet: RTPPacket, _ content: JitterBuffer.Content, now: Moment) -> Bool {
    guard var known = reception else { return false }
    let sequence: Int64
    switch known.receive(packet, arrival: now.instant) {
    case .valid(let number): sequence = number
    case .stray:
      reception = known
      counters.datagramsRejected += 1
      return false
    case .restarted:
      settleLosses()
      restartReceiving(clockRate: jitterBuffer.clockRate)
      known = ReceptionStatistics(ssrc: packet.ssrc, clockRate: jitterBuffer.clockRate, now: now.instant)
      _ = known.receive(packet, arrival: now.instant)
      sequence = Int64(packet.sequenceNumber)
    }
    reception = known
    counters.packetsReceived += 1
    counters.octetsReceived += UInt64(packet.payload.count)
    // What comes while we do not listen is counted, and that is all.
    if parameters.direction.receives, !isClosed {
      _ = jitterBuffer.insert(
        sequence: sequence, timestamp: packet.timestamp, marker: packet.marker, content: content, arrival: now.instant)
    }
    return true
  }

  /// Another stream begins: what is in the buffer belongs to the old one.
  mutating func restartReceiving(clockRate: Int) {
    if jitterBuffer.clockRate == clockRate {
      jitterBuffer.reset()
    } else {
      settleConcealment()
      jitterBuffer = JitterBuffer(clockRate: clockRate, noiseSeed: UInt32(truncatingIfNeeded: random.nextUInt64()))
    }
    resampled.removeAll(keepingCapacity: true)
    resampler = clockRate == sampleRate ? nil : Resampler(from: clockRate, to: sampleRate)
    keyReceiver.reset()
  }

  /// Appends sound from the jitter buffer at our sample rate.
  mutating func takeReceived(frames: Int, now: Instant, into samples: inout [Int16]) {
    let start = samples.count
    if jitterBuffer.clockRate == sampleRate {
      jitterBuffer.pull(frames: frames, now: now, into: &samples)
    } else {
      while resampled.count < frames {
        var original: [Int16] = []
        let wanted = (frames - resampled.count) * jitterBuffer.clockRate / max(sampleRate, 1) + 1
        jitterBuffer.pull(frames: wanted, now: now, into: &original)
        resampled.append(contentsOf: resampler?.process(original) ?? original)
      }
      samples.append(contentsOf: resampled[..<frames])
      resampled.removeFirst(frames)
    }
    speakerMeter.feed(samples[start...], sampleRate: sampleRate)
  }

  // MARK: Collisions

  /// RFC 3550 section 8.2. True when the packet is another source's and may be heard; false when it is our own, come back in a
  /// loop.
  mutating func resolveCollision(with address: SocketAddress, now: Moment, into outputs: inout [MediaOutput]) -> Bool {
    guard !conflictingAddresses.contains(address) else {
      counters.datagramsRejected += 1
      return false
    }
    if conflictingAddresses.count >= 8 { conflictingAddresses.removeFirst() }
    conflictingAddresses.append(address)
    sayGoodbye(now: now, into: &outputs)
    sender = RTPSender(random: &random)
    packetCountAtReports = [0, 0]
    outputs.append(.collision)
    return true
  }
}
