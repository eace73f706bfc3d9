import Media
import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// What the user agent says about sessions.
extension Phone {
  mutating func receive(_ session: IncomingSession, _ id: SessionID, _ step: inout PhoneStep) {
    if let old = session.replaced.flatMap({ index(of: $0) }), liveCallCount < Self.maximumCalls {
      receiveReplacement(session, id, of: old, &step)
      return
    }
    guard let account = account(calledBy: session.request, registration: session.registration) else {
      tell(.command(.reject(id, .notFound, reason: nil, fields: HeaderFields())), &step)
      return
    }
    let from = session.request.from?.address ?? NameAddress(uri: .other(scheme: "", rest: "unknown"))
    let asserted = assertedIdentity(session, account)
    var claims = claims(session, asserted: asserted?.address)
    if let proved = provedClaim(of: session.request) { claims.append(proved) }
    let certified = asserted == nil ? session.tlsPeer.flatMap { CertifiedPeer.proof(of: from.uri, by: $0) } : nil
    if certified != nil { claims.append(CallerClaim(from.uri, .checkedHere)) }
    var facts = facts(of: session, account, claims, step)
    guard !challenge(session, id, &facts, &step) else { return }
    var peer = PeerIdentification.identify(
      from, asserted: asserted, contacts: configuration.contacts, home: accounts[account].home)
    peer.isWithheld = session.request.fields.withholdsIdentity
    let host = Self.host(of: session.source)
    let isFull = liveCallCount >= Self.maximumCalls || isCrowded(by: host, account)
    let decision = policy.decide(facts, answersByItself: answersAutomatically)
    lastFacts = facts
    let call = addCall(
      id, account: account, isIncoming: true, peer: peer, phase: .arriving(offer: session.offer?.bytes, wish: nil), &step)
    guard let index = index(of: call) else { return }
    calls[index].callID = session.request.callID ?? ""
    calls[index].sourceHost = host
    calls[index].subject = session.request.fields.first(.subject).flatMap { DisplayText.bounded($0, to: 120) }
    // The address in To is the caller's own word, that of the request has passed through others' hands.
    let isDowngraded = session.request.to?.address.uri.sip?.isSecure == true && session.request.uri.sip?.isSecure == false
    calls[index].isDowngraded = isDowngraded
    meet(session, index, from: from, asserted: asserted, step)
    if let certified { certify(index, certified, &step) }
    calls[index].alerts = alerts(of: session, account)
    if isFull {
      refuse(index, .busyHere, CallEnding(outcome: .missed, words: "all lines were busy", status: 486), &step)
    } else {
      carryOut(decision, facts, index, source: session.source, &step)
    }
    if isDowngraded { notice(.warning, CallSentences.downgraded(callFrom: peer), &step) }
  }

  /// What a request that is no call is answered with: OPTIONS with what a call would get (RFC 3261 section 11.2).
  func status(for request: Request) -> StatusCode {
    guard request.method == .options else { return .notImplemented }
    guard account(calledBy: request, registration: nil) != nil else { return .notFound }
    return doNotDisturb || liveCallCount >= Self.maximumCalls ? .busyHere : .ok
  }

  private func isCrowded(by host: String, _ account: Int) -> Bool {
    if let facts = accounts[account].facts, Self.host(of: facts.server) == host { return false }
    let ringing = calls.indices.count {
      calls[$0].sourceHost == host && (calls[$0].stage == .arriving || calls[$0].stage == .ringing)
    }
    return ringing >= Self.maximumRingingFromOneHost
  }

  /// `192.0.2.1:5060` or `[2001:db8::1]:5060` without port and brackets.
  static func host(of address: String) -> String {
    let isPortless = address.hasSuffix("]") || (!address.hasPrefix("[") && address.count { $0 == ":" } != 1)
    let host = isPortless ? address[...] : address[..<(address.lastIndex(of: ":") ?? address.endIndex)]
    return String(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
  }

  mutating func receive(_ event: SessionEvent, of session: SessionID, _ step: inout PhoneStep) {
    guard let index = index(of: session) else { return }
    switch event {
    case .progress(let response): receiveProgress(response, index, &step)
    case .answered(let body, let isEarly): receiveAnswer(body, isEarly: isEarly, index, &step)
    case .offered(let body): receiveOffer(body, index, &step)
    case .offerWanted: makeWantedOffer(index, &step)
    case .offerRefused(let status): offerRefused(status, index, &step)
    case .identityRefused(let status): identityRefused(status, index, &step)
    case .established(let response, _): established(response, index, &step)
    case .acknowledged: break
    case .redirected(let contacts): redirected(contacts, index, &step)
    case .ended(let ending):
      let call = calls[index]
      finish(
        index,
        .of(ending, isIncoming: call.isIncoming, wasAnswered: call.answeredAt != nil, wasReached: call.wasReached), &step)
    }
  }

  private mutating func receiveProgress(_ response: Response, _ index: Int, _ step: inout PhoneStep) {
    guard case .calling(var progress) = calls[index].phase else { return }
    takeAlerts(of: response, index)
    if let callID = response.callID { calls[index].callID = callID }
    progress.wasReached = true
    switch response.status {
    case .ringing: progress.isRinging = true
    case .sessionProgress: progress.hasEarlySound = calls[index].parameters != nil
    default: break
    }
    calls[index].phase = .calling(progress)
    referredCallProgressed(index, response.status, &step)
  }

  private mutating func established(_ response: Response?, _ index: Int, _ step: inout PhoneStep) {
    if let callID = response?.callID { calls[index].callID = callID }
    if let response { noteAnswerMode(response, index, &step) }
    calls[index].phase = .established
    calls[index].answeredAt = step.now.instant
    calls[index].who.answered(at: step.now.wallTime)
    calls[index].unanswered = nil
    // Somebody else was answered while this one was being dialled.
    let isOther = calls.contains { $0.id != calls[index].id && $0.isTalking && $0.id == selectedCall }
    if !calls[index].isIncoming, isOther {
      notice(.information, "\(calls[index].peer.shortName) answered and is on hold.", &step)
      hold(index, &step)
    }
    referredCallStood(index, &step)
    replacementStood(index, &step)
  }

  private mutating func redirected(_ contacts: [Contact], _ index: Int, _ step: inout PhoneStep) {
    let targets = contacts.compactMap { $0.uri }.filter { $0.sip != nil || $0.tel != nil }.prefix(8)
    guard !targets.isEmpty else {
      tell(.command(.end(calls[index].session, reason: nil)), &step)
      finish(index, .failure("redirected to nowhere", isIncoming: false), &step)
      return
    }
    calls[index].phase = .redirected(Array(targets))
    let shown = PeerIdentification.shown(targets[targets.startIndex])
    let weakened = calls[index].peer.weakening(by: shown).map { " \($0)" } ?? ""
    notice(.warning, "\(calls[index].peer.shortName) asks to call \(shown) instead. Agree or hang up.\(weakened)", &step)
  }

  // MARK: The end

  /// The one place where a call becomes an ended one: sound stops, one record is written, the user is told.
  mutating func finish(_ index: Int, _ ending: CallEnding, _ step: inout PhoneStep) {
    guard !calls[index].isEnded else { return }
    let now = step.now
    transferEnded(index, &step)
    var ending = ending
    // The other end of an attended transfer may hang up before the last word of it has come.
    if let first = calls.first(where: { $0.transfer?.other == calls[index].id && $0.transfer?.isAccepted == true }) {
      calls[index].handedTo = first.peer.shortName
    }
    // Whoever hangs up now, the call has gone to somebody else.
    if let other = calls[index].handedTo, ending.outcome != .failed {
      ending =
        calls[index].answeredAt == nil
        ? CallEnding(outcome: .cancelled, words: "taken over by \(other)") : .answered("transferred to \(other)")
    }
    calls[index].endedAt = now.instant
    calls[index].who.add(.ended, at: now.wallTime, note: ending.words)
    calls[index].phase = .ended(ending, removeAt: now.instant + Self.endedCallLingers)
    let call = calls[index]
    gate.remove(call.id)
    if call.hasStream { step.outputs.append(.media(.close(call.stream))) }
    if call.lastRun != nil { report(.closed, of: index, &step) }
    remember(call, ending, &step)
    let sentence = CallSentences.ending(of: call, ending)
    notice(sentence.level, sentence.text, &step)
    if let program = ending.sound.program(country: call.alerts.country ?? configuration.country),
      !calls.contains(where: { $0.isTalking })
    {
      endSound = EndSound(program: program, until: now.instant + .seconds(4))
    }
    if selectedCall == call.id, let next = calls.first(where: { $0.isTalking }) ?? calls.first(where: { $0.isEstablished }) {
      selectedCall = next.id
    }
    referredCallFailed(index, ending, &step)
  }

  private mutating func remember(_ call: Call, _ ending: CallEnding, _ step: inout PhoneStep) {
    let isPlain = ending.outcome == .answered && ending.isPlainHangUp
    var record = CallRecord(
      account: accounts[call.account - 1].name, isIncoming: call.isIncoming, peerName: call.peer.name,
      peerAddress: call.peer.address, peerURI: call.peer.uri, startedAt: call.startedAt.wallTime,
      talked: call.talked(until: step.now.instant), outcome: ending.outcome,
      wasAnsweredAutomatically: call.wasAnsweredAutomatically, detail: isPlain ? nil : ending.words, callID: call.callID)
    record.timeline = call.who.timeline
    history.insert(record, at: 0)
    if history.count > Self.historyLength { history.removeLast() }
    step.outputs.append(.storage(.record(record)))
  }

  /// The newest endings are read; under a flood of calls the list must not grow.
  mutating func forgetOldest() {
    guard calls.count > Self.maximumEndedCalls else { return }
    var surplus = calls.indices.count { calls[$0].isEnded } - Self.maximumEndedCalls
    guard surplus > 0 else { return }
    calls.removeAll { call in
      guard surplus > 0, call.isEnded else { return false }
      surplus -= 1
      return true
    }
  }
}
