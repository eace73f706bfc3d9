import Media
import SIPMessages
import SIPUserAgent
import SansIO

extension Call {
  /// What a screen shows. The gate knows whether the microphone is open.
  func snapshot(isMicrophoneOpen: Bool) -> CallSnapshot {
    var snapshot = CallSnapshot(
      id: id, account: account, isIncoming: isIncoming, state: state, peer: peer, startedAt: startedAt.instant,
      answeredAt: answeredAt, endedAt: endedAt,
      // While the other side holds us the order stands but nothing leaves.
      isMicrophoneOpen: isMicrophoneOpen && (parameters?.direction.sends ?? false),
      wasAnsweredAutomatically: wasAnsweredAutomatically, codec: codecName, statistics: statistics, digitsSent: digitsSent,
      digitsReceived: digitsReceived, alert: alerts.description)
    snapshot.isLoopback = isLoopback
    snapshot.asks = answering?.facts.request.words
    if let decision = answering?.decision, let obstacle = decision.obstacle {
      if case .rule(let place) = decision.ground {
        snapshot.obstacle = "rule \(place + 1): \(obstacle)"
      } else {
        snapshot.obstacle = obstacle
      }
    }
    snapshot.answeredBy = answeredBy
    snapshot.timeline = who.timeline
    snapshot.identityChange = who.change
    snapshot.sentOn = sentOn
    snapshot.subject = subject
    snapshot.isDowngraded = isDowngraded
    snapshot.isAnonymous = alias != nil && presented == nil
    snapshot.presented = presented.map { address in
      let shown = PeerIdentification.shown(address.uri)
      return address.displayName.flatMap { DisplayText.bounded($0) }.map { "\($0), \(shown)" } ?? shown
    }
    return snapshot
  }

  /// What is sent while the direction allows it.
  var source: AudioSource {
    if isLoopback { return .echo }
    return isHeld ? .tones(.musicOnHold) : .microphone
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
    case .redirected(let targets): .redirected(targets.map { PeerIdentification.shown($0) })
    case .arriving, .ringing: .ringing
    case .answering: .talking
    case .established: isHeld ? .held : parameters?.isHeldByPeer == true ? .heldByPeer : .talking
    case .ended(let ending, _): .ended(ending.words)
    }
  }
}
