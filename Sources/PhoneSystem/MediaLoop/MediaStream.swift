import CPlatform
import Media
import SansIO

/// One stream of the media loop: its sockets and, once it runs, its session. Confined to the loop's thread.
final class MediaStream {
  let id: MediaStreamID
  private let sockets: MediaSockets
  private(set) var session: MediaSession?
  private(set) var source = AudioSource.silence
  private(set) var isMicrophoneOpen = false
  private var isMultiplexed = false
  private var outputs: [MediaOutput] = []
  private let report: (MediaEvent) -> Void
  /// Between the device's rate and the session's, while they differ.
  private var toDevice: RateConverter?
  private var fromDevice: RateConverter?

  init(_ id: MediaStreamID, sockets: MediaSockets, report: @escaping (MediaEvent) -> Void) {
    self.id = id
    self.sockets = sockets
    self.report = report
  }

  var endpoint: MediaEndpoint { sockets.endpoint }

  var rtpDescriptor: Int32 { sockets.rtp }
  var rtcpDescriptor: Int32 { sockets.rtcp }
  /// What the loop asks at every turn, noted when it changes: to look into the session means to copy it.
  private(set) var nextDeadline: Instant?
  private(set) var sampleRate = 8000
  private(set) var isRunning = false
  var wantsMicrophone: Bool { isHeard && isMicrophoneOpen }
  /// Is a person's call and not a robot's.
  var isHeard: Bool { isRunning && source == .microphone }

  func run(
    _ parameters: MediaParameters, _ newSource: AudioSource, random: RandomSource, canonicalName: String, now: Moment
  ) {
    isMultiplexed = parameters.rtcpMux
    if !isRunning {
      isRunning = true
      // What came before anybody could hear it would now be heard late.
      sockets.discardReceived()
      session = MediaSession(parameters: parameters, source: newSource, random: random, cname: canonicalName)
      source = newSource
      handle(.setMicrophoneOpen(isMicrophoneOpen), now: now)
    } else {
      handle(.update(parameters), now: now)
      if newSource != source {
        source = newSource
        handle(.setSource(newSource), now: now)
      }
    }
  }

  func setMicrophone(open isOpen: Bool, now: Moment) {
    isMicrophoneOpen = isOpen
    handle(.setMicrophoneOpen(isOpen), now: now)
  }

  func handle(_ input: MediaInput, now: Moment) {
    guard isRunning else { return }
    session?.handle(input, now: now, into: &outputs)
    nextDeadline = session?.nextDeadline
    sampleRate = session?.sampleRate ?? sampleRate
    for output in outputs {
      switch output {
      case .rtp(let bytes, let destination): send(bytes, to: destination, from: sockets.rtp)
      case .rtcp(let bytes, let destination): send(bytes, to: destination, from: isMultiplexed ? sockets.rtp : sockets.rtcp)
      case .digit(let digit): report(.digit(id, digit))
      case .remoteMoved, .collision, .peerLeft: break
      }
    }
    outputs.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: [UInt8], to destination: SocketAddress, from descriptor: Int32) {
    var address = cp_address(destination)
    // A packet that cannot be sent is a lost packet.
    _ = unsafe bytes.withUnsafeBytes { bytes in
      unsafe bytes.baseAddress.map { unsafe cp_udp_send(descriptor, $0, bytes.count, &address) }
    }
  }

  /// Hands on what waits on one of the sockets; a flood gets no more than 64 datagrams a turn.
  func receive(from descriptor: Int32, buffer: inout [UInt8], now: Moment) {
    for _ in 0..<64 {
      var source = cp_address()
      var age: Int64 = 0
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe cp_udp_receive_timed(descriptor, $0, bytes.count, &source, &age) } ?? -1
      }
      guard count >= 0 else { return }
      let bytes = Array(buffer.prefix(count))
      let from = source.socketAddress
      // The jitter buffer wants to know when it came, not when it was looked for.
      let arrival = Moment(instant: now.instant + .nanoseconds(-age), wallTime: now.wallTime)
      handle(descriptor == sockets.rtp ? .rtp(bytes, from: from) : .rtcp(bytes, from: from), now: arrival)
    }
  }

  /// The next `frames` samples for a device of this rate.
  func playout(frames: Int, rate: Int, now: Moment) -> [Int16] {
    guard isRunning, frames > 0 else { return [] }
    let sessionRate = sampleRate
    if sessionRate == rate { return session?.playout(frames: frames, now: now) ?? [] }
    if toDevice?.converts(from: sessionRate, to: rate) != true { toDevice = RateConverter(from: sessionRate, to: rate) }
    let wanted = toDevice?.inputNeeded(for: frames) ?? 0
    let samples = session?.playout(frames: wanted, now: now) ?? []
    return toDevice?.process(samples) ?? []
  }

  func captured(_ samples: [Int16], rate: Int, now: Moment) {
    guard isRunning, !samples.isEmpty else { return }
    let sessionRate = sampleRate
    if sessionRate == rate { return handle(.captured(samples), now: now) }
    if fromDevice?.converts(from: rate, to: sessionRate) != true { fromDevice = RateConverter(from: rate, to: sessionRate) }
    handle(.captured(fromDevice?.process(samples) ?? []), now: now)
  }
}
