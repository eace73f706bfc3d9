public import Media
public import SIPUserAgent
public import SansIO

/// What may be said to the `Phone`.
public enum PhoneInput: Sendable {
  case network(NetworkEvent)
  case command(PhoneCommand)
  case media(MediaEvent)
  case storage(StorageEvent)
  /// The deadline that `nextDeadline` named has come.
  case wakeUp
}

public enum MediaStreamKind {}
/// The voice of one call: an RTP and an RTCP socket and what runs on them.
public typealias MediaStreamID = Identifier<MediaStreamKind>

/// What the media loop reports.
public enum MediaEvent: Sendable {
  /// The sockets that `MediaOrder.open` asked for are bound.
  case opened(MediaStreamID, MediaEndpoint)
  case openFailed(MediaStreamID, reason: String)
  /// A telephone event's digit was received (RFC 4733).
  case digit(MediaStreamID, Character)
  /// About once a second while a stream runs.
  case statistics(MediaStreamID, MediaStatistics)
  /// The sound device came, went or changed; `failure` is nil while all is well, else a sentence that says what and what to do.
  case device(AudioDeviceRole, failure: String?)
}

public enum AudioDeviceRole: String, Hashable, Sendable { case playback, capture, ring }

public enum StorageEvent: Sendable {
  /// The newest records first; the answer to `StorageOrder.query`.
  case history([CallRecord])
  /// Storage does not work; a sentence for a person. The phone goes on without it.
  case failed(String)
}
