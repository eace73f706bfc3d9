import Media
import SIPMessages
import SIPUserAgent
import SansIO

extension Call {
  /// What a screen shows. The gate knows whether the microphone is open.
  func snapshot(isMicrophoneOpen: Bool) -> CallSnapshot {
    CallSnapshot(
      id: id, account: account, isIncoming: isIncoming, state: state, peer: peer, startedAt: startedAt.instant,
      answeredAt: answeredAt, endedAt: endedAt,
      // While the other side holds us the order stands but nothing leaves.
      isMicrophoneOpen: isMicrophoneOpen && (parameters?.direction.sends ?? false),
      wasAnsweredAutomatically: wasAnsweredAutomatically, codec: codecName, statistics: statistics, digitsSent: digitsSent,
      digitsReceived: digitsReceived, alert: alerts.description)
  }

  /// `PCMU 8 kHz`; nil before both sides agree.
  var codecName: String? {
    parameters.map { "\($0.codec.name) \($0.codec.clockRate / 1000) kHz" }
  }

  @inline(__always)
  var state: CallSnapshot.State {
    switch phase {
    case .opening: .calling
    case .calling(let progress): progress.isRinging ? .remoteRinging : .calling
    case .redirected(let targets): .redirected(targets.map { PeerIdentification.shown($0.description) })
    case .arriving, .ringing: .ringing
    case .answering: .talking
    case .established: isHeld ? .held : parameters?.isHeldByPeer == true ? .heldByPeer : .talking
    case .ended(let ending, _): .ended(ending.words)
    }
  }
}
