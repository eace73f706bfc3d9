import SansIO

/// Sentences about calls, with their consequence.
enum CallSentences {
  static func ending(of call: Call, _ ending: CallEnding) -> (level: Notice.Level, text: String) {
    let name = call.peer.shortName
    switch ending.outcome {
    case .answered:
      let length = call.talked(until: call.endedAt ?? call.startedAt.instant).map { " after \(time($0))" } ?? ""
      return (.information, "Call with \(name) ended\(length): \(ending.words).")
    case .missed: return (.warning, "Call from \(name) missed: \(ending.words).")
    case .elsewhere: return (.information, "Call from \(name) was answered elsewhere; nothing is missed.")
    case .rejected:
      // Said once: a rule's ending begins with the same word.
      let words = ending.words.hasPrefix("refused ") ? "was \(ending.words)" : "refused: \(ending.words)"
      return (.information, "Call from \(name) \(words).")
    case .cancelled: return (.information, "Call to \(name) given up: \(ending.words).")
    case .failed: return (.failure, "Call to \(name) failed: \(ending.words).")
    }
  }

  /// A call that was meant for a secure address came to an insecure one.
  static func downgraded(callFrom peer: PeerSnapshot) -> String {
    "\(peer.shortName) called a secure address (sips:), and the call came for an insecure one: somebody on its way may have "
      + "changed that."
  }

  /// `3:05`, `1:02:07`.
  static func time(_ duration: Duration) -> String {
    let seconds = max(0, duration.wholeMilliseconds / 1000)
    let twoDigits = { (value: Int64) in value < 10 ? "0\(value)" : "\(value)" }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(twoDigits(seconds % 60))" : "\(minutes):\(twoDigits(seconds % 60))"
  }
}

extension PeerSnapshot {
  /// The name, else the address.
  var shortName: String { name ?? address }

  /// What it costs to be sent on from this address, as it is shown, to `target`: a sentence when the first is reached by TLS all
  /// the way and the other need not be (RFC 3261 section 8.1.3.4), nil when nothing is lost.
  public func weakening(by target: String) -> String? {
    guard uri.hasPrefix("sips:"), !target.hasPrefix("sips:") else { return nil }
    return "You called a secure address (sips:); the way to this one need not be encrypted."
  }
}

extension CallEnding {
  /// Somebody hung up and there is no more to say.
  var isPlainHangUp: Bool { words == "you hung up" || words == "the other side hung up" }
}
