/// When a signal is wanted. Each situation has signals and machines of its own (RFC 8433 section 3: "different FSMs for processing
/// Alert-Info in incoming INVITE requests and for incoming provisional responses", and others while a call is active).
public enum AlertSituation: String, Hashable, Sendable, CaseIterable {
  case ringing
  /// It rings while somebody talks: a beep in the ear takes the place of the bell.
  case ringingInCall = "ringing-in-call"
  case ringback
  /// The other side rings while another call is open.
  case ringbackInCall = "ringback-in-call"

  /// The phone tells its user of a call.
  public var isRinging: Bool { self == .ringing || self == .ringingInCall }
}

/// One side of a signal. Of each mode one signal is chosen, independently of the other modes: "if the device makes its rendering
/// choice for each of the modes independently, its combined choice also conforms" (RFC 7462 section 11.2). Few signals then make
/// many combinations: eleven of these make `URGENT, from outside, still on hold`, which a single list would have to spell out.
///
/// In the order in which their words are shown.
public enum AlertMode: String, Hashable, Sendable, CaseIterable {
  /// How loud and how fast.
  case urgency
  /// Which melody, or which beeps.
  case tune
  /// What is heard before the melody.
  case prelude
  /// How long each ring lasts.
  case length
  /// How long it waits before the first.
  case delay
  /// Whose national cadence.
  case country
}

/// A colour for the eye. The words say the same, for screens without colour and for eyes that do not tell them apart.
public enum AlertLight: String, Hashable, Sendable, CaseIterable {
  case red, amber, green, blue, white, dim
}
