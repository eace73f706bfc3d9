import Phone

/// Whether anybody can hear the user, in plain words.
struct MicrophoneStatement {
  let call: CallSnapshot
  let isMuted: Bool

  var isOpen: Bool { call.isMicrophoneOpen }

  var short: String { isOpen ? "mic OPEN" : "mic SHUT" }

  var style: Style {
    if call.isMicrophoneOpenWithoutUser(muted: isMuted) { return .alarm }
    return isOpen ? .talking : .bold
  }

  /// What it means and what to do about it.
  var sentence: String {
    let who = call.peer.title
    if isOpen {
      if call.isMicrophoneOpenWithoutUser(muted: isMuted) { return "although it should be shut: hang up if in doubt" }
      return "\(who) hears you"
    }
    switch call.state {
    case .talking where isMuted: return "you muted it; m opens it"
    case .talking where call.wasAnsweredAutomatically: return "the phone answered by itself; m lets \(who) hear you"
    case .talking: return "m lets \(who) hear you"
    case .held: return "the call is on hold; h resumes it"
    case .heldByPeer: return "\(who) has put you on hold"
    case .calling, .remoteRinging: return "nobody has answered yet"
    case .ringing: return "until you answer"
    case .redirected: return "nobody has answered"
    case .ended: return "the call is over"
    }
  }
}
