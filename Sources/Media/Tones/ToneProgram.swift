/// A sequence of tones and pauses, perhaps repeated. All sounds of the phone are made from such programs by synthesis; none is a
/// file.
public struct ToneProgram: Hashable, Sendable {
  /// Some sines at once, for a while.
  public struct Segment: Hashable, Sendable {
    /// In hertz; empty for a pause. At most eight are heard.
    public var frequencies: [Double]
    /// The level of each sine in dBFS: 0 is the loudest that the samples can hold.
    public var level: Double
    public var duration: Duration

    public init(_ frequencies: [Double], level: Double = -13, for duration: Duration) {
      self.frequencies = frequencies
      self.level = level
      self.duration = duration
    }

    public static func pause(_ duration: Duration) -> Segment { Segment([], for: duration) }
  }

  public var segments: [Segment]
  /// The segment from which the program goes on when it has come to its end; nil when it then stops.
  public var repeatsFrom: Int?

  public init(_ segments: [Segment], repeatsFrom: Int? = nil) {
    self.segments = segments
    self.repeatsFrom = repeatsFrom
  }

  /// Tone on and off in turns, in milliseconds, again and again. A single number is a tone without an end.
  public static func cadence(_ frequencies: [Double], _ milliseconds: [Int], level: Double = -13) -> ToneProgram {
    let segments = milliseconds.enumerated().map { position, duration in
      Segment(position % 2 == 0 ? frequencies : [], level: level, for: .milliseconds(duration))
    }
    return ToneProgram(segments, repeatsFrom: 0)
  }
}
