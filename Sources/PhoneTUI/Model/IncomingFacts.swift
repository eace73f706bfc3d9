import Phone
import SansIO

/// What there is to say about a call that rings, for the screen and for the linear form alike.
struct IncomingFacts {
  struct Fact {
    /// `WHO`
    var label: String
    var sentences: [String]
  }

  let call: CallSnapshot
  /// Which of our addresses is called; nil when it is not known.
  let account: String?
  /// Who is talked to now; nil for nobody.
  let activeTitle: String?
  let glyphs: Glyphs
  /// nil where nobody watches the seconds.
  var now: WallTime?

  var all: [Fact] {
    var facts = [Fact(label: "WHO", sentences: who)]
    if let sentOn = call.sentOn {
      facts.append(
        Fact(label: "VIA", sentences: ["\(sentOn.words), sent on to you" + (sentOn.isSaidByProvider ? "" : " (the caller says)")]))
    }
    if let subject = call.subject { facts.append(Fact(label: "ABOUT", sentences: ["\(subject) (the caller says)"])) }
    if let alert = call.alert { facts.append(Fact(label: "ALERT", sentences: [AlertLine(alert: alert).sentence])) }
    if call.peer.uri != call.peer.address { facts.append(Fact(label: "FROM", sentences: [call.peer.uri])) }
    if let account {
      let lost = "NOT SECURE: sips: was called and became sip: on its way."
      facts.append(Fact(label: "FOR", sentences: [account] + (call.isDowngraded ? [lost] : [])))
    }
    if let asks = call.asks {
      let wish = asks.contains("Manual") ? "to be answered by a person" : "to be put through at once"
      facts.append(
        Fact(label: "ASKS", sentences: ["\(wish) (\(asks))"] + (call.obstacle.map { ["Not done, \($0). w says why."] } ?? [])))
    }
    let active = activeTitle.map { " \($0) goes on hold." } ?? ""
    facts.append(
      Fact(
        label: "ANSWER", sentences: ["Answering opens your microphone.\(active) With m it stays shut until you open it."]))
    return facts
  }

  private var who: [String] {
    let name = call.peer.nameIsOurs ? ["The name above is from your contacts, by that address."] : []
    let said =
      switch call.peer.trust {
      case .checkedHere: IdentityLines.checked(call.peer, glyphs, now: now)
      case .saidByProvider: ["\(glyphs.provider) SAID BY YOUR PROVIDER; this phone has not checked it."]
      case .saidByPeer: ["\(glyphs.claimed) SAID BY THE CALLER ONLY: anybody can write that."]
      }
    return said + name + IdentityLines.warnings(call.peer, glyphs)
  }
}
