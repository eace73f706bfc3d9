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

/// Which of the phone's sound devices.
public enum AudioDeviceRole: String, Hashable, Sendable { case playback, capture, ring }
