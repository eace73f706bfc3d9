import Phone
import SansIO

extension CallSnapshot {
  /// True until it is over; a call that is being ended counts.
  var isLive: Bool {
    if case .ended = state { false } else { true }
  }

  /// True while the user can still do something with it.
  var canBeHungUp: Bool {
    switch state {
    case .ended: false
    case .calling, .remoteRinging, .ringing, .redirected, .talking, .held, .heldByPeer: true
    }
  }

  var isRinging: Bool { state == .ringing }

  var isAnswered: Bool {
    switch state {
    case .talking, .held, .heldByPeer: true
    case .calling, .remoteRinging, .ringing, .redirected, .ended: false
    }
  }

  /// What the running duration counts from.
  var durationStart: Instant { answeredAt ?? startedAt }

  func duration(now: Instant) -> Duration { (endedAt ?? now) - durationStart }

  var stateWord: String {
    switch state {
    case .calling: "CALLING"
    case .remoteRinging: "RINGS THERE"
    case .ringing: "RINGING"
    case .redirected: "SENT ELSEWHERE"
    case .talking: "TALKING"
    case .held: "HELD"
    case .heldByPeer: "HELD BY THEM"
    case .ended: "ENDED"
    }
  }

  var stateStyle: Style {
    switch state {
    case .talking: .talking
    case .ringing, .redirected: .attention
    case .calling, .remoteRinging, .held, .heldByPeer: .bold
    case .ended: .quiet
    }
  }

  /// Who vouches for the name; an address that the user typed needs nobody to.
  func trustMark(_ glyphs: Glyphs) -> String {
    !isIncoming && peer.trust == .saidByPeer && identityChange == nil ? "you dialled this" : peer.trustMark(glyphs)
  }

  /// The microphone is open although the user cannot mean it to be.
  func isMicrophoneOpenWithoutUser(muted: Bool) -> Bool {
    isMicrophoneOpen && (muted || state != .talking)
  }
}

extension PeerSnapshot {
  /// What to call the other side in a sentence.
  var title: String { name.flatMap { $0.isEmpty ? nil : $0 } ?? (address.isEmpty ? "unknown" : address) }

  func trustMark(_ glyphs: Glyphs) -> String {
    switch trust {
    case .checkedHere: "\(glyphs.checked) checked here"
    case .saidByProvider: "\(glyphs.provider) said by provider"
    case .saidByPeer: "\(glyphs.claimed) said by them"
    }
  }
}
