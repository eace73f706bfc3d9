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

  init(_ id: MediaStreamID, sockets: consuming MediaSockets, report: @escaping (MediaEvent) -> Void) {
    self.id = id
    self.sockets = sockets
    self.report = report
  }

  var endpoint: MediaEndpoint {
    MediaEndpoint(address: sockets.address, rtpPort: sockets.rtpPort, rtcpPort: sockets.rtcpPort)
  }

  var rtpDescriptor: Int32 { sockets.rtp }
  var rtcpDescriptor: Int32 { sockets.rtcp }
  var nextDeadline: Instant? { session?.nextDeadline }
  var wantsMicrophone: Bool { session != nil && source == .microphone && isMicrophoneOpen }
  var sampleRate: Int { session?.sampleRate ?? 8000 }

  func run(
    _ parameters: MediaParameters, _ newSource: AudioSource, random: RandomSource, canonicalName: String, now: Moment
  ) {
    isMultiplexed = parameters.rtcpMux
    if session == nil {
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
    session?.handle(input, now: now, into: &outputs)
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
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe cp_udp_receive(descriptor, $0, bytes.count, &source) } ?? -1
      }
      guard count >= 0 else { return }
      let bytes = Array(buffer.prefix(count))
      let from = source.socketAddress
      handle(descriptor == sockets.rtp ? .rtp(bytes, from: from) : .rtcp(bytes, from: from), now: now)
    }
  }

  /// The next `frames` samples for a device of this rate.
  func playout(frames: Int, rate: Int, now: Moment) -> [Int16] {
    guard let sessionRate = session?.sampleRate, frames > 0 else { return [] }
    if sessionRate == rate { return session?.playout(frames: frames, now: now) ?? [] }
    if toDevice?.converts(from: sessionRate, to: rate) != true { toDevice = RateConverter(from: sessionRate, to: rate) }
    let wanted = toDevice?.inputNeeded(for: frames) ?? 0
    let samples = session?.playout(frames: wanted, now: now) ?? []
    return toDevice?.process(samples) ?? []
  }

  func captured(_ samples: [Int16], rate: Int, now: Moment) {
    guard let sessionRate = session?.sampleRate, !samples.isEmpty else { return }
    if sessionRate == rate { return handle(.captured(samples), now: now) }
    if fromDevice?.converts(from: rate, to: sessionRate) != true { fromDevice = RateConverter(from: rate, to: sessionRate) }
    handle(.captured(fromDevice?.process(samples) ?? []), now: now)
  }
}
