/// What a session sends while its direction lets it.
public enum AudioSource: Hashable, Sendable {
  /// Captured sound while the microphone is open, silence while it is shut.
  case microphone
  /// What was heard, straight back: the session's own packet clock empties the jitter buffer, and `playout` gives silence.
  case echo
  /// A program; silence after its end.
  case tones(ToneProgram)
  case silence
}
