import SansIO

/// Measures when a sound is on and when it is off: how a ring or a tone of the network is told from another.
public struct CadenceMeter: Sendable {
  /// A stretch of sound or of silence.
  public struct Beat: Hashable, Sendable {
    public var isSound: Bool
    public var duration: Duration

    public init(isSound: Bool, duration: Duration) {
      self.isSound = isSound
      self.duration = duration
    }
  }

  private let sampleRate: Int
  private let threshold: Int
  /// Silence that is shorter belongs to the sound around it: every sine passes through zero, and tones in turns fade into each
  /// other.
  private let shortestPause: Int
  private var beats: [(isSound: Bool, frames: Int)] = []
  private var isSound = false
  /// Frames of the present beat.
  private var run = 0
  /// Frames of silence within a sound, not yet long enough for a pause.
  private var quiet = 0

  /// - Parameter threshold: the loudest sample that still is silence.
  public init(sampleRate: Int, threshold: Int = 200, shortestPause: Duration = .milliseconds(20)) {
    self.sampleRate = max(sampleRate, 1000)
    self.threshold = threshold
    self.shortestPause = Int(shortestPause.wholeMilliseconds) * self.sampleRate / 1000
  }

  public mutating func feed(_ samples: some Sequence<Int16>) {
    for sample in samples {
      let isLoud = abs(Int(sample)) > threshold
      switch (isSound, isLoud) {
      case (true, true):
        run += quiet + 1
        quiet = 0
      case (true, false):
        quiet += 1
        if quiet >= shortestPause { turn(to: false, run: quiet) }
      case (false, true):
        // A sine begins with what is not yet loud.
        let isBeginning = beats.isEmpty && run < shortestPause
        let frames = isBeginning ? run + 1 : 1
        if isBeginning { run = 0 }
        turn(to: true, run: frames)
      case (false, false): run += 1
      }
    }
  }

  private mutating func turn(to isSound: Bool, run next: Int) {
    if run > 0 { beats.append((self.isSound, run)) }
    self.isSound = isSound
    run = next
    quiet = 0
  }

  /// All beats so far, the unfinished last one too.
  public var measured: [Beat] {
    (run > 0 ? beats + [(isSound, run)] : beats).map {
      Beat(isSound: $0.isSound, duration: .nanoseconds(Int64($0.frames) * 1_000_000_000 / Int64(sampleRate)))
    }
  }
}
