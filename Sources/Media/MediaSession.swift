public import SansIO

/// The border of the media of one call: packets, sound and time in, packets and sound out.
///
/// A packet's way: `handle(.rtp)` checks it (`MediaSession+Receiving.swift`) and files it in the jitter buffer, `playout` takes
/// sound out. A sound's way: `handle(.captured)` collects a packet's worth and sends it at once; while nothing is captured the
/// session's own clock sends silence, tones or an echo (`MediaSession+Sending.swift`). Reports are in `MediaSession+Reports.swift`.
///
/// The promise of the microphone: captured sound is touched in one place, `take(captured:)`, and only while the microphone is open.
public struct MediaSession: Sendable {
  /// What makes the next packet of sound.
  enum Pacing: Sendable {
    /// Nothing may be sent.
    case stopped
    /// The session's own clock.
    case timer(next: Instant)
    /// The microphone's clock; silence takes over when nothing has come until `watchdog`.
    case capture(watchdog: Instant)
  }

  var parameters: MediaParameters
  var source: AudioSource
  var random: RandomSource
  let cname: String
  var isClosed = false

  // Sending
  var sender: RTPSender
  var pacing = Pacing.stopped
  var isMicrophoneOpen = false
  var capturedSamples: [Int16] = []
  var frame: [Int16] = []
  var generator: ToneGenerator?
  var keys = TelephoneEventSender()
  var keyTimestamp: UInt32 = 0
  /// The sound of keys, for a peer that does not know telephone-event.
  var audibleKeys: ToneGenerator?
  var audibleDigits = ""
  var microphoneMeter = LevelMeter()

  // Receiving
  var latch: RemoteLatch
  var reception: ReceptionStatistics?
  var candidateSource: (ssrc: UInt32, nextSequence: UInt16)?
  var jitterBuffer: JitterBuffer
  var resampler: Resampler?
  var resampled: [Int16] = []
  var keyReceiver = TelephoneEventReceiver()
  /// Addresses from which packets with our own SSRC came (RFC 3550 section 8.2).
  var conflictingAddresses: [SocketAddress] = []
  var speakerMeter = LevelMeter()

  // Reports
  var scheduler: RTCPScheduler?
  var start: Moment?
  var remoteRTCP: SocketAddress?
  /// At the last report and the one before.
  var packetCountAtReports: [UInt32] = [0, 0]
  var hasSentAnything = false
  var counters = MediaStatistics()

  /// `cname` is a canonical name after RFC 7022, the same for all sessions of the phone that belong together. The microphone is
  /// shut.
  public init(parameters: MediaParameters, source: AudioSource, random: RandomSource, cname: String) {
    self.parameters = parameters
    self.source = source
    self.random = random
    self.cname = cname
    sender = RTPSender(random: &self.random)
    latch = RemoteLatch(signalled: parameters.remoteRTP)
    remoteRTCP = parameters.remoteRTCP
    jitterBuffer = JitterBuffer(
      clockRate: parameters.codec.clockRate, noiseSeed: UInt32(truncatingIfNeeded: self.random.nextUInt64()))
    if case .tones(let program) = source { generator = ToneGenerator(program, sampleRate: parameters.codec.clockRate) }
  }

  /// Samples a second of captured and played sound. An `update` can change it.
  public var sampleRate: Int { parameters.codec.clockRate }

  /// What holds now.
  public var currentParameters: MediaParameters { parameters }

  /// When `handle` wants to be called with `.wakeUp`: the next packet, key or report. In the past before the first call; nil after
  /// `.close`.
  public var nextDeadline: Instant? {
    guard !isClosed else { return nil }
    guard start != nil else { return Instant(nanoseconds: 0) }
    var earliest = scheduler?.deadline
    let note = { (deadline: Instant?) in
      if let deadline { earliest = min(earliest ?? deadline, deadline) }
    }
    switch pacing {
    case .stopped: if canSend { note(Instant(nanoseconds: 0)) }
    case .timer(let next): note(next)
    case .capture(let watchdog): note(watchdog)
    }
    if canSend, parameters.telephoneEventPayloadType != nil { note(keys.nextDeadline) }
    return earliest
  }

  /// Takes in one thing that happened and appends what follows from it. Everything that is due at `now` is done too.
  public mutating func handle(_ input: MediaInput, now: Moment, into outputs: inout [MediaOutput]) {
    guard !isClosed else { return }
    if start == nil { begin(now) }
    switch input {
    case .rtp(let datagram, let address): receive(rtp: datagram, from: address, now: now, into: &outputs)
    case .rtcp(let datagram, let address): receive(rtcp: datagram, from: address, now: now, into: &outputs)
    case .captured(let samples): take(captured: samples, now: now, into: &outputs)
    case .update(let parameters): update(parameters)
    case .setMicrophoneOpen(let isOpen):
      isMicrophoneOpen = isOpen
      forgetCaptured()
    case .sendDigits(let digits): enqueue(digits)
    case .setSource(let source): change(to: source)
    case .close:
      close(now: now, into: &outputs)
      return
    case .wakeUp: break
    }
    sendWhatIsDue(now: now, into: &outputs)
    reportIfDue(now: now, into: &outputs)
  }

  /// The next `frames` samples for the speaker, at the device's pace: decoded, in order, gaps concealed. Silence while we do not
  /// receive and while the source is `.echo`.
  public mutating func playout(frames: Int, now: Moment) -> [Int16] {
    var samples: [Int16] = []
    guard frames > 0 else { return samples }
    samples.reserveCapacity(frames)
    if source == .echo || isClosed || !parameters.direction.receives {
      for _ in 0..<frames { samples.append(0) }
    } else {
      takeReceived(frames: frames, now: now.instant, into: &samples)
    }
    return samples
  }

  private mutating func begin(_ now: Moment) {
    start = now
    scheduler = RTCPScheduler(now: now.instant, random: &random)
  }

  private mutating func update(_ new: MediaParameters) {
    let old = parameters
    parameters = new
    if new.codec.clockRate != old.codec.clockRate {
      // RFC 7160: another clock is another source, its timestamps cannot be compared.
      sender = RTPSender(random: &random)
      packetCountAtReports = [0, 0]
      settleLosses()
      reception = nil
      restartReceiving(clockRate: new.codec.clockRate)
      if case .tones(let program) = source { generator = ToneGenerator(program, sampleRate: new.codec.clockRate) }
      audibleKeys = nil
    }
    if new.remoteRTP != old.remoteRTP {
      latch = RemoteLatch(signalled: new.remoteRTP)
      remoteRTCP = new.remoteRTCP
    } else if new.remoteRTCP != old.remoteRTCP || new.rtcpMux != old.rtcpMux {
      remoteRTCP = new.remoteRTCP
    }
    // A key that is down could not be let go of any more.
    if new.telephoneEventPayloadType == nil { keys = TelephoneEventSender() }
    if !new.direction.receives || !old.direction.receives { jitterBuffer.reset() }
    if new.direction != old.direction || new.codec != old.codec || new.remoteRTP != old.remoteRTP { forgetCaptured() }
  }

  private mutating func change(to new: AudioSource) {
    guard new != source else { return }
    if source == .echo || new == .echo { jitterBuffer.reset() }
    source = new
    forgetCaptured()
    generator = nil
    if case .tones(let program) = new { generator = ToneGenerator(program, sampleRate: sampleRate) }
    sender.interrupt()
  }
}
