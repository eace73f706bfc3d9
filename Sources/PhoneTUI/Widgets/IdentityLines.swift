import Phone
import SansIO

/// How the phone knows who is there, in the words of the screens.
enum IdentityLines {
  /// For a peer that this phone has checked.
  static func checked(_ peer: PeerSnapshot, _ glyphs: Glyphs, now: WallTime?) -> [String] {
    switch peer.source {
    case .signature, .responseSignature:
      guard let verification = peer.verification else { break }
      var lines = ["\(glyphs.checked) NUMBER VERIFIED by this phone: " + (verification.attestation?.words ?? "signed") + "."]
      let age = now.flatMap { now in verification.signedAt.map { max(0, now.secondsSince1970 - $0.secondsSince1970) } }
      lines.append("Signed\(age.map { " \($0) s ago" } ?? "") by \(verification.signer ?? "?"); its certificate chain is good.")
      if !verification.diverted.isEmpty { lines.append("Signed on the way too: \(verification.diverted.joined(separator: ", ")).") }
      return lines
    case .certificate:
      let named = peer.verification?.certified == .domain ? "their domain" : "them"
      return ["\(glyphs.checked) CHECKED by this phone: the certificate of their TLS connection names \(named)."]
    case .dialled, .from, .responder, .assertedIdentity, .remotePartyID, .transfer: break
    }
    return ["\(glyphs.checked) CHECKED by this phone: the number is really theirs."]
  }

  /// What else to know before believing it.
  static func warnings(_ peer: PeerSnapshot, _ glyphs: Glyphs) -> [String] {
    var lines: [String] = []
    if let imitated = peer.imitates {
      lines.append("\(glyphs.claimed) The name looks like your contact \(imitated); the address is another.")
    }
    if peer.isWithheld { lines.append("It asks its provider to keep its number from you; the provider knows it.") }
    switch peer.verification?.state {
    case .checking: lines.append("… Its signature is being checked; this line will change.")
    case .failed: lines.append("\(glyphs.claimed) Its signature does not hold: \(peer.verification?.fault ?? "no reason known").")
    case .good, nil: break
    }
    return lines
  }

  /// `~ said by your provider`.
  static func mark(_ trust: IdentityTrust, _ glyphs: Glyphs) -> String {
    switch trust {
    case .checkedHere: "\(glyphs.checked) checked by this phone"
    case .saidByProvider: "\(glyphs.provider) said by your provider"
    case .saidByPeer: "\(glyphs.claimed) said by them only"
    }
  }

  /// `~ P-Asserted-Identity`: short, for a column.
  static func mark(_ entry: TimelineEntry, _ glyphs: Glyphs) -> String {
    guard let trust = entry.trust else { return entry.note ?? "" }
    let glyph =
      switch trust {
      case .checkedHere: glyphs.checked
      case .saidByProvider: glyphs.provider
      case .saidByPeer: glyphs.claimed
      }
    switch entry.kind {
    case .claimed: return "\(glyph) display text only"
    case .notVerified: return "\(glyph) does not hold"
    default: return "\(glyph) \(entry.source?.words ?? "")"
    }
  }
}
