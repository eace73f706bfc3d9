import Media
import SansIO

/// The sound devices of one media loop: which are open, and what goes to them.
///
/// A device is open only while something needs it: the loudspeaker for a stream in focus or a tone, the microphone while the
/// stream in focus has it open, the bell while it rings.
struct SoundDesk {
  /// The stream that is heard and spoken into.
  var focus: MediaStreamID?
  private let settings: MediaLoopSettings
  private let report: @Sendable (AudioDeviceRole, String?) -> Void
  private var playback: PlaybackStream?
  private var capture: CaptureStream?
  private var bell: PlaybackStream?
  private var toneProgram: ToneProgram?
  private var tone: (rate: Int, generator: ToneGenerator)?
  private var ringProgram: ToneProgram?
  private var ring: (rate: Int, generator: ToneGenerator)?

  init(settings: MediaLoopSettings, report: @escaping @Sendable (AudioDeviceRole, String?) -> Void) {
    self.settings = settings
    self.report = report
  }

  /// Readable when the microphone has heard something; -1 while it is shut.
  var descriptor: Int32 { capture?.state.moved.descriptor ?? -1 }

  /// When a loudspeaker or the bell wants to be filled.
  var nextDeadline: Instant? {
    let times = [playback?.fillTime, bell?.fillTime].compactMap { $0 }
    return times.min().map { Instant(nanoseconds: $0) }
  }

  /// True for the stream whose sockets are read when its sound is due: a wake-up for each of its packets would only be one more.
  func readsLate(_ stream: MediaStream) -> Bool {
    playback != nil && stream.id == focus && stream.isHeard
  }

  mutating func setTone(_ program: ToneProgram?) {
    guard program != toneProgram else { return }
    toneProgram = program
    tone = nil
  }

  mutating func setRing(_ program: ToneProgram?) {
    guard program != ringProgram else { return }
    ringProgram = program
    ring = nil
  }

  /// Opens and closes what is needed now, then moves the sound that is due.
  mutating func exchange(with streams: [MediaStreamID: MediaStream], buffer: inout [UInt8], now: Moment) {
    let stream = focus.flatMap { streams[$0] }.flatMap { $0.isHeard ? $0 : nil }
    keepDevices(for: stream)
    if let capture {
      capture.state.moved.drain()
      stream?.captured(capture.read(), rate: capture.rate, now: now)
    }
    let time = now.instant.nanoseconds
    if let playback, playback.missing > 0, playback.fillTime <= time {
      let (missing, rate) = (playback.missing, playback.rate)
      if let stream { stream.receive(from: stream.rtpDescriptor, buffer: &buffer, now: now) }
      playback.write(mix(frames: missing, rate: rate, stream: stream, now: now), at: time)
    }
    if let bell, bell.missing > 0, bell.fillTime <= time {
      let (missing, rate) = (bell.missing, bell.rate)
      bell.write(Self.render(ringProgram, with: &ring, frames: missing, rate: rate), at: time)
    }
  }

  private mutating func keepDevices(for stream: MediaStream?) {
    let rate = stream?.sampleRate ?? playback?.wantedRate ?? 8000
    if stream != nil || toneProgram != nil {
      if playback?.wantedRate != rate, let device = settings.playbackDevice {
        // The old thread lets go of the device while the new one asks for it again and again.
        playback = nil
        playback = PlaybackStream(device: device, rate: rate) { [report] in report(.playback, $0) }
      }
    } else {
      playback = nil
    }
    if let stream, stream.wantsMicrophone {
      if capture?.wantedRate != rate, let device = settings.captureDevice {
        capture = nil
        capture = CaptureStream(device: device, rate: rate) { [report] in report(.capture, $0) }
      }
    } else {
      capture = nil
    }
    if ringProgram != nil {
      if bell == nil, let device = settings.ringDevice {
        bell = PlaybackStream(device: device, rate: 48_000) { [report] in report(.ring, $0) }
      }
    } else {
      bell = nil
    }
  }

  private mutating func mix(frames: Int, rate: Int, stream: MediaStream?, now: Moment) -> [Int16] {
    var samples = stream?.playout(frames: frames, rate: rate, now: now) ?? []
    guard toneProgram != nil else { return samples }
    let sound = Self.render(toneProgram, with: &tone, frames: max(frames, samples.count), rate: rate)
    guard !samples.isEmpty else { return sound }
    for index in samples.indices {
      samples[index] = Int16(clamping: Int(samples[index]) + Int(sound[index]))
    }
    return samples
  }

  private static func render(
    _ program: ToneProgram?, with generator: inout (rate: Int, generator: ToneGenerator)?, frames: Int, rate: Int
  ) -> [Int16] {
    guard let program else { return [] }
    if generator?.rate != rate { generator = (rate, ToneGenerator(program, sampleRate: rate)) }
    return generator?.generator.render(frames: frames) ?? []
  }
}
