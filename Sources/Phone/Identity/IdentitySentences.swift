/// Sentences about who is there.
enum IdentitySentences {
  /// nil for what needs no sentence.
  static func news(_ entry: TimelineEntry, _ call: Call) -> (level: Notice.Level, text: String)? {
    let person = entry.name.map { $0 == entry.address ? $0 : "\($0), \(entry.address ?? "")" } ?? entry.address ?? "?"
    let trust = entry.trust.map { " " + sentence($0) } ?? ""
    switch entry.kind {
    case .reached: return (.information, "You reached \(person).\(trust)")
    case .changed:
      return (.warning, "You are now talking to somebody else: \(person).\(trust)\(warning(call.peer))")
    case .claimed:
      guard let name = entry.name else { return nil }
      return (.information, "\(call.peer.shortName) calls itself “\(name)” now; \(entry.note ?? "").")
    case .notVerified: return (.warning, "The signature of \(call.peer.shortName) does not hold: \(entry.note ?? "").")
    case .renamed, .confirmed, .dialled, .called, .answered, .held, .resumed, .heldByThem, .resumedByThem, .transferred, .presented,
      .notPresented, .ended:
      return nil
    }
  }

  static func warning(_ peer: PeerSnapshot) -> String {
    peer.imitates.map { " The name looks like your contact \($0), but the address is another." } ?? ""
  }

  private static func sentence(_ trust: IdentityTrust) -> String {
    switch trust {
    case .saidByPeer: "Said by the other side only."
    case .saidByProvider: "Said by your provider."
    case .checkedHere: "Checked by this phone."
    }
  }
}
