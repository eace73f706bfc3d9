import SansIO

extension MediaSession {
  /// The agreement and the peer's address let sound out.
  var canSend: Bool {
    !isClosed && parameters.direction.sends && destination != nil
  }

  /// Where our sound goes: where the peer's comes from, when that is known.
  var destination: SocketAddress? {
    parameters.remoteRTP == nil ? nil : latch.current
  }

  /// In milliseconds. Wide linear sound is kept below what an Ethernet frame holds.
  private var packetTime: Int {
    let wished = min(max(Int(parameters.packetTime.wholeMilliseconds), 10), 60)
    return parameters.codec.codec == .l16Wide ? min(wished, 40) : wished
  }

  private var frameSize: Int { sampleRate * packetTime / 1000 }

  // MARK: The microphone

  /// The one place that touches captured sound.
  mutating func take(captured samples: [Int16], now: Moment, into outputs: inout [MediaOutput]) {
    guard isMicrophoneOpen, source == .microphone, canSend, !keys.isSending, audibleKeys == nil else { return }
    microphoneMeter.feed(samples[...], sampleRate: sampleRate)
    if case .capture = pacing {
    } else {
      // From silence to sound: the clock changes hands.
      sender.interrupt()
    }
    capturedSamples.append(contentsOf: samples)
    let size = frameSize
    var used = 0
    while capturedSamples.count - used >= size {
      send(capturedSamples[used..<(used + size)], now: now.instant, into: &outputs)
      used += size
    }
    capturedSamples.removeFirst(used)
    pacing = .capture(watchdog: now.instant + .milliseconds(max(3 * packetTime, 100)))
  }

  /// Nothing that was captured before this moment will be sent.
  mutating func forgetCaptured() {
    capturedSamples.removeAll(keepingCapacity: true)
    microphoneMeter.reset()
    if case .capture(let watchdog) = pacing {
      // The own clock takes over where the microphone's next packet would have been.
      pacing = .timer(next: watchdog + .milliseconds(-max(3 * packetTime, 100) + packetTime))
      sender.interrupt()
    }
  }

  // MARK: The own clock

  mutating func sendWhatIsDue(now: Moment, into outputs: inout [MediaOutput]) {
    guard canSend else {
      if case .stopped = pacing {
      } else {
        pacing = .stopped
        sender.interrupt()
        forgetCaptured()
        keys.release()
      }
      return
    }
    sendKeys(now: now, into: &outputs)
    switch pacing {
    case .stopped:
      pacing = .timer(next: now.instant)
      sendOwnFrames(from: now.instant, now: now, into: &outputs)
    case .timer(let next):
      sendOwnFrames(from: next, now: now, into: &outputs)
    case .capture(let watchdog):
      guard now.instant >= watchdog else { return }
      // The device is gone or stalled; the peer must not think that we are.
      forgetCaptured()
      pacing = .timer(next: now.instant)
      sendOwnFrames(from: now.instant, now: now, into: &outputs)
    }
  }

  private mutating func sendOwnFrames(from first: Instant, now: Moment, into outputs: inout [MediaOutput]) {
    var next = first
    let step = Duration.milliseconds(packetTime)
    if now.instant - next > .milliseconds(100) {
      // We slept too long to catch up; the timestamps tell of the pause.
      next = now.instant
      sender.interrupt()
    }
    while next <= now.instant {
      if keys.isSending { sender.interrupt() } else { sendOwnFrame(now: next, playAt: now.instant, into: &outputs) }
      next = next + step
    }
    pacing = .timer(next: next)
  }

  private mutating func sendOwnFrame(now: Instant, playAt: Instant, into outputs: inout [MediaOutput]) {
    // The storage is used again for every frame; it is taken out of self so that the parts of self can write into it.
    var samples: [Int16] = []
    swap(&samples, &frame)
    samples.removeAll(keepingCapacity: true)
    let size = frameSize
    if audibleKeys != nil {
      audibleKeys?.render(frames: size, into: &samples)
      if audibleKeys?.isFinished == true { startAudibleKeys() }
    } else if generator != nil {
      generator?.render(frames: size, into: &samples)
    } else if source == .echo, parameters.direction.receives {
      takeReceived(frames: size, now: playAt, into: &samples)
    } else {
      for _ in 0..<size { samples.append(0) }
    }
    send(samples[...], now: now, into: &outputs)
    swap(&samples, &frame)
  }

  private mutating func send(_ samples: ArraySlice<Int16>, now: Instant, into outputs: inout [MediaOutput]) {
    guard let destination else { return }
    let format = parameters.codec
    let octets = samples.count * format.codec.bytesPerSample
    let packet = sender.audioPacket(
      payloadType: format.payloadType, samples: samples.count, octets: octets, clockRate: format.clockRate, now: now
    ) { format.codec.encode(samples, into: &$0) }
    count(packet)
    outputs.append(.rtp(packet, to: destination))
  }

  private mutating func count(_ packet: [UInt8]) {
    hasSentAnything = true
    counters.packetsSent += 1
    counters.octetsSent += UInt64(packet.count - 12)
  }

  // MARK: Keys

  mutating func enqueue(_ digits: String) {
    if parameters.telephoneEventPayloadType != nil {
      // RFC 4733 section 2.5.1.1: what the peer does not list it does not get. A comma is a pause.
      keys.enqueue(
        digits.filter { digit in
          TelephoneEvent.event(of: digit).map { event in parameters.telephoneEvents.contains { $0.contains(event) } } ?? true
        })
    } else {
      // RFC 4733 was not agreed: the tones themselves are sent, in the place of the microphone.
      audibleDigits += digits.filter { TelephoneEvent.event(of: $0) != nil }.prefix(128 - min(audibleDigits.count, 128))
      if audibleKeys == nil { startAudibleKeys() }
    }
  }

  private mutating func startAudibleKeys() {
    let program = ToneProgram.dtmf(audibleDigits)
    audibleDigits = ""
    audibleKeys = program.segments.isEmpty ? nil : ToneGenerator(program, sampleRate: sampleRate)
    if audibleKeys != nil { forgetCaptured() }
  }

  private mutating func sendKeys(now: Moment, into outputs: inout [MediaOutput]) {
    guard let payloadType = parameters.telephoneEventPayloadType, let destination else { return }
    // Bounded by the queue: each turn takes a key or a packet, and time does not pass meanwhile.
    while let next = keys.next(now: now.instant, clockRate: sampleRate, packetTime: packetTime) {
      if next.isFirst {
        keyTimestamp = sender.timestamp(at: now.instant, clockRate: sampleRate)
        forgetCaptured()
      }
      let packet = sender.eventPacket(
        payloadType: payloadType, marker: next.isFirst, timestamp: keyTimestamp, event: next.event)
      count(packet)
      sender.interrupt()
      outputs.append(.rtp(packet, to: destination))
    }
  }
}
