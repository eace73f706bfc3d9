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

  /// Readable when a device has moved sound.
  var descriptors: [Int32] {
    [playback?.state.moved.descriptor, capture?.state.moved.descriptor, bell?.state.moved.descriptor].compactMap { $0 }
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
  mutating func exchange(with streams: [MediaStreamID: MediaStream], now: Moment) {
    let stream = focus.flatMap { streams[$0] }.flatMap { $0.session == nil || $0.source != .microphone ? nil : $0 }
    keepDevices(for: stream)
    if let capture {
      capture.state.moved.drain()
      stream?.captured(capture.read(), rate: capture.rate, now: now)
    }
    if let playback {
      playback.state.moved.drain()
      let (missing, rate) = (playback.missing, playback.rate)
      if missing > 0 { playback.write(mix(frames: missing, rate: rate, stream: stream, now: now)) }
    }
    if let bell {
      bell.state.moved.drain()
      let (missing, rate) = (bell.missing, bell.rate)
      if missing > 0 { bell.write(Self.render(ringProgram, with: &ring, frames: missing, rate: rate)) }
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
