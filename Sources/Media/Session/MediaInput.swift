public import SansIO

/// What happens to a `MediaSession`.
public enum MediaInput: Sendable {
  /// A datagram on the RTP socket. RTCP that was multiplexed onto it is told apart (RFC 5761 section 4).
  case rtp([UInt8], from: SocketAddress)
  /// A datagram on the RTCP socket.
  case rtcp([UInt8], from: SocketAddress)
  /// Sound from the microphone, any number of samples at `sampleRate`. Thrown away unless the microphone is open.
  case captured([Int16])
  /// A new agreement: hold, resume, another codec, another address.
  case update(MediaParameters)
  /// The person opens or shuts the microphone. It is shut until the first `true`.
  case setMicrophoneOpen(Bool)
  /// Digits `0`–`9`, `*`, `#`, `A`–`D`, `!` for a hook flash, `,` for half a second's wait; others are passed over.
  case sendDigits(String)
  case setSource(AudioSource)
  /// Says goodbye (RTCP BYE). Nothing is sent after it.
  case close
  /// `nextDeadline` has come.
  case wakeUp
}
