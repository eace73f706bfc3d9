import Phone

/// A snapshot as lines for a person.
enum StatusText {
  static func lines(_ snapshot: PhoneSnapshot) -> String {
    var lines = snapshot.accounts.map { "account \($0.number)  \($0.address)  \(words($0.state))" }
    lines += snapshot.calls.map { call in
      "call \(call.id)  \(call.isIncoming ? "from" : "to") \(call.peer.name ?? call.peer.address)  \(words(call.state))"
        + "  microphone \(call.isMicrophoneOpen ? "open" : "shut")"
    }
    if snapshot.answersAutomatically { lines.append("answers by itself, microphone shut") }
    if snapshot.doNotDisturb { lines.append("do not disturb") }
    lines += snapshot.troubles.map { "trouble  \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func words(_ state: AccountSnapshot.State) -> String {
    switch state {
    case .ready: "ready"
    case .registering: "registering"
    case .failed(let why, _): "failed: \(why)"
    case .offline: "offline"
    case .direct: "direct"
    }
  }

  private static func words(_ state: CallSnapshot.State) -> String {
    switch state {
    case .calling: "calling"
    case .remoteRinging: "rings there"
    case .ringing: "rings here"
    case .redirected(let targets): "redirected to \(targets.joined(separator: ", "))"
    case .talking: "talking"
    case .held: "held"
    case .heldByPeer: "held by the other side"
    case .ended(let why): "ended: \(why)"
    }
  }
}
