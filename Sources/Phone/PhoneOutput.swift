public import Media
public import SIPUserAgent

/// What the `Phone` asks of the world and tells whoever listens.
public enum PhoneOutput: Sendable {
  case network(NetworkOrder)
  case media(MediaOrder)
  case storage(StorageOrder)
  /// Something that a headless user or a log wants to hear of; screens look at `Phone.snapshot` instead.
  case event(PhoneEvent)
  /// The command `quit` has finished its work: everything is unregistered and hung up, or was given up.
  case finished
}

/// What the media loop is to do.
public enum MediaOrder: Sendable {
  /// Bind an RTP and an RTCP socket for a stream; answered by `MediaEvent.opened` or `openFailed`. nil: let the world find the address
  /// that reaches `peer`.
  case open(MediaStreamID, peer: String?)
  /// Start, or change what runs.
  case run(MediaStreamID, MediaParameters, AudioSource)
  /// The one order that lets captured sound leave this machine. Only `MicrophoneGate` makes it, out of a user's act.
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

public enum StorageOrder: Sendable {
  /// One record for each call, written when it is over.
  case record(CallRecord)
  case query(limit: Int)
}
