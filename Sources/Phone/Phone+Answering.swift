import Media
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// What the answer rules do to a call.
extension Phone {
  /// What is said of a call when nobody has read its SDP yet.
  func facts(of session: IncomingSession, _ account: Int, _ claims: [CallerClaim], _ step: PhoneStep) -> AnswerFacts {
    let settings = accounts[account].settings
    let isFromServer = isFromServer(session, account)
    var request = AnswerRequest(session.request, believesVendorForms: settings.trustsServer && isFromServer)
    request.offersLoopback = session.offer.map { MediaNegotiator.offersLoopback($0.bytes) } ?? false
    var facts = AnswerFacts(
      claims: claims, request: request, clock: WeekClock(step.now.wallTime, offset: secondsAheadOfUTC))
    facts.isOnCall = calls.contains { !$0.isEnded && !$0.isWaiting }
    facts.isDoNotDisturb = doNotDisturb
    facts.isAway = isAway
    facts.isLocked = isLocked
    facts.isForked = isFromServer && isForked(session.request, account)
    return facts
  }

  /// Who calls: what From says, and what our own provider asserts.
  func claims(_ session: IncomingSession, asserted: NameAddress?) -> [CallerClaim] {
    var claims: [CallerClaim] = []
    if let from = session.request.from?.address.uri { claims.append(CallerClaim(from, .saidByPeer)) }
    if let asserted { claims.append(CallerClaim(asserted.uri, .saidByProvider)) }
    return claims
  }

  /// The request came from the server that the account is registered at.
  func isFromServer(_ session: IncomingSession, _ account: Int) -> Bool {
    guard session.registration != nil else { return false }
    return accounts[account].flows.contains { flow in
      flow.facts.map { Self.host(of: $0.server) == Self.host(of: session.source) } ?? false
    }
  }

  /// RFC 5373 section 4.4.2, as far as a phone can know: the registrar told us who else is registered at this address, in its 200
  /// or, newer, in its notifications (RFC 3680), and the caller did not forbid forking (RFC 3841 section 9.1).
  private func isForked(_ request: Request, _ account: Int) -> Bool {
    let wishes = request.fields.values(HeaderName("Request-Disposition")).joined(separator: ",").lowercased()
    if wishes.split(separator: ",").contains(where: { ["no-fork", "sequential"].contains($0.trimmingBlanks) }) { return false }
    if let others = accounts[account].otherPhones { return others > 0 }
    guard let facts = accounts[account].facts, let own = facts.contact.sip else { return false }
    return facts.response.values(Contact.self).contains { other in
      guard let uri = other.uri?.sip else { return false }
      // Another flow of this phone is no other phone (RFC 5626 section 7).
      if other.parameters["+sip.instance"] == "<\(accounts[account].instance)>" { return false }
      return uri.host != own.host || uri.port != own.port || uri.user != own.user
    }
  }

  // MARK: Strangers with a password

  /// Whether a call was sent back with a challenge (RFC 3261 section 22.2): its caller is somebody whom we share a password with,
  /// it came directly, and a proof would make the rules decide otherwise. Adds the proof to `facts` when the call brings one.
  mutating func challenge(_ session: IncomingSession, _ id: SessionID, _ facts: inout AnswerFacts, _ step: inout PhoneStep) -> Bool
  {
    let known = policy.settings.callers
    guard !known.isEmpty, facts.request.privileged != nil || facts.request.ordinary?.mode == .auto else { return false }
    let verdict = doorkeeper.verify(session.request, at: .server, now: step.now) { name in
      known.first { $0.username == name }?.password
    }
    switch verdict {
    case .accepted(let username):
      if let caller = known.first(where: { $0.username == username }) {
        facts.claims.append(CallerClaim(caller.address, .checkedHere))
      }
      return false
    case .challenge(let isStale):
      guard let from = session.request.from?.address.uri,
        let caller = known.first(where: { PeerIdentification.isSame($0.address, from, home: nil) })
      else { return false }
      var proven = facts
      proven.claims.append(CallerClaim(caller.address, .checkedHere))
      let outcome = policy.decide(proven, answersByItself: answersAutomatically).outcome
      guard outcome != policy.decide(facts, answersByItself: answersAutomatically).outcome else { return false }
      let asked = doorkeeper.challenge(session.request, at: .server, isStale: isStale, toTag: nil, now: step.now)
      var fields = HeaderFields()
      fields.append(allOf: .wwwAuthenticate, from: asked.fields)
      tell(.command(.reject(id, .unauthorized, reason: nil, fields: fields)), &step)
      return true
    }
  }

  // MARK: Carrying out

  mutating func carryOut(_ decision: AnswerDecision, _ facts: AnswerFacts, _ index: Int, source: String, _ step: inout PhoneStep) {
    calls[index].answering = Call.Answering(facts: facts, decision: decision)
    if case .rule(let place) = decision.ground, ruleUses.indices.contains(place) { ruleUses[place] += 1 }
    let id = calls[index].id
    switch decision.outcome {
    case .ring(let isSilent):
      calls[index].isRingerSilenced = isSilent
      openMedia(id, peer: source, &step)
    case .answer, .loopback:
      if case .arriving(let offer, _) = calls[index].phase {
        let wish = Call.AnswerWish(isAutomatic: true, isLoopback: decision.outcome == .loopback)
        calls[index].phase = .arriving(offer: offer, wish: wish)
      }
      openMedia(id, peer: source, &step)
    case .refuse(let status, let phrase):
      let words = decision.ground == .doNotDisturb ? "do not disturb" : "refused by your rules: \(Self.words(of: decision))"
      let ending = CallEnding(outcome: .rejected, words: words, status: status.rawValue)
      refuse(index, status, phrase: phrase, ending, &step)
    case .forward(let uri):
      var fields = HeaderFields()
      fields.append(Contact(uri))
      let words = "sent on to \(PeerIdentification.shown(uri.description)) by your rules"
      refuse(index, .movedTemporarily, fields: fields, CallEnding(outcome: .rejected, words: words, status: 302), &step)
    }
  }

  private static func words(of decision: AnswerDecision) -> String {
    let ground: String? =
      switch decision.ground {
      case .rule(let place): "rule \(place + 1)"
      case .doNotDisturb: "do not disturb"
      // The obstacle says it.
      case .privilegeNotGranted: nil
      case .everybodyElse: "it insisted on an automatic answer"
      }
    guard let ground else { return decision.obstacle ?? "Priv-Answer-Mode is not granted" }
    return decision.obstacle.map { "\(ground); \($0)" } ?? ground
  }

  /// Answer-Mode in the 200, when the user wants callers to know (section 5.1) and the caller used the field itself.
  func answerFields(_ index: Int) -> HeaderFields {
    var fields = HeaderFields()
    guard policy.settings.tells, let answering = calls[index].answering else { return fields }
    let request = answering.facts.request
    guard request.privileged != nil || request.ordinary != nil, request.vendorForm == nil else { return fields }
    let mode: AnswerRequest.Mode = calls[index].wasAnsweredAutomatically ? .auto : .manual
    if answering.decision.isPrivileged {
      fields.append(PrivAnswerMode(mode.token, parameters: Parameters()))
    } else {
      fields.append(AnswerMode(mode.token, parameters: Parameters()))
    }
    return fields
  }

  /// Reads how the other side answered; only a 200 to INVITE can say it (section 5).
  mutating func noteAnswerMode(_ response: Response, _ index: Int, _ step: inout PhoneStep) {
    guard !calls[index].isIncoming else { return }
    let tokens = [response.value(PrivAnswerMode.self)?.token, response.value(AnswerMode.self)?.token].compactMap { $0 }
    calls[index].answeredBy = tokens.lazy.compactMap { AnswerRequest.Mode(rawValue: $0.lowercased()) }.first
  }

  // MARK: A call that was answered by itself

  /// Sentence, beep and the watch for silence.
  mutating func announceAutomaticAnswer(_ index: Int, _ step: inout PhoneStep) {
    let name = calls[index].peer.shortName
    calls[index].heardAt = step.now.instant
    let sentence =
      calls[index].isLoopback
      ? "\(name) tests the way: it hears itself, and you hear nothing."
      : "Call from \(name) was answered automatically; your microphone is shut."
    notice(.warning, sentence, &step)
    guard policy.settings.beeps, !calls[index].isLoopback, focusIndex == index else { return }
    announcement = Announcement(
      call: calls[index].id, sound: EndSound(program: .announcement, until: step.now.instant + .milliseconds(300)))
  }

  /// The line of this call opens after the beep.
  func isAnnounced(_ index: Int) -> Bool { announcement?.call == calls[index].id }

  /// What is heard of a caller who was let in keeps the line open.
  mutating func hear(_ statistics: MediaStatistics, of index: Int, _ now: Instant) {
    guard calls[index].heardAt != nil, let level = statistics.speakerLevel, level > Self.quietest else { return }
    calls[index].heardAt = now
  }

  /// Below this, in dBFS, nobody speaks.
  private static let quietest = -55.0

  /// When a call that was answered by itself ends because its caller is silent; nil for other calls, and once the user has spoken.
  func silenceEnds(_ index: Int) -> Instant? {
    guard policy.settings.silenceLimit > 0, calls[index].receivesOnly, calls[index].isEstablished, !calls[index].isHeld,
      let heardAt = calls[index].heardAt
    else { return nil }
    return heardAt + .seconds(Int64(policy.settings.silenceLimit))
  }

  mutating func endSilentCalls(_ step: inout PhoneStep) {
    for index in calls.indices {
      guard let end = silenceEnds(index), end <= step.now.instant else { continue }
      step.hasChanged = true
      tell(.command(.end(calls[index].session, reason: nil)), &step)
      finish(index, .answered("the caller was silent for \(policy.settings.silenceLimit) s"), &step)
    }
  }
}

/// A sound before the line of an automatically answered call opens.
struct Announcement: Sendable {
  var call: CallID
  var sound: EndSound
}
