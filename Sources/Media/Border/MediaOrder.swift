/// What a machine asks of the loop that runs its media. The phone and the exchange's robots speak the same language, so that one
/// loop serves both; the robots never use `microphone`, `focus`, `tone` and `ring`.
public enum MediaOrder: Sendable {
  /// Bind an RTP and an RTCP socket for a stream; answered by `MediaEvent.opened` or `openFailed`. nil: let the world find the
  /// address that reaches `peer`.
  case open(MediaStreamID, peer: String?)
  /// Start, or change what runs.
  case run(MediaStreamID, MediaParameters, AudioSource)
  /// The one order that lets captured sound leave this machine. Only the phone's `MicrophoneGate` makes it, out of a user's act.
  case microphone(MediaStreamID, isOpen: Bool)
  case sendDigits(MediaStreamID, String)
  /// Whose sound goes to the loudspeaker, and from whose microphone; nil for none. Other streams stay silent.
  case focus(MediaStreamID?)
  case close(MediaStreamID)
  /// Play on the loudspeaker until told otherwise: ringback, busy, call waiting; nil ends it.
  case tone(ToneProgram?)
  /// Play on the ring device until told otherwise; nil ends it.
  case ring(ToneProgram?)
}
