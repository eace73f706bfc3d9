public import SansIO

/// The border of the media of one call: packets, sound and time in, packets and sound out.
public struct MediaSession: Sendable {
  private var parameters: MediaParameters
  private(set) public var statistics = MediaStatistics()

  public init(parameters: MediaParameters, source: AudioSource, random: RandomSource, cname: String) {
    self.parameters = parameters
  }

  /// Samples a second of captured and played sound. An `update` can change it.
  public var sampleRate: Int { parameters.codec.clockRate }

  /// When `handle` wants to be called with `.wakeUp`.
  public var nextDeadline: Instant? { nil }

  public mutating func handle(_ input: MediaInput, now: Moment, into outputs: inout [MediaOutput]) {}

  /// The next `frames` samples for the speaker, at the device's pace.
  public mutating func playout(frames: Int, now: Moment) -> [Int16] { [Int16](repeating: 0, count: max(frames, 0)) }
}
