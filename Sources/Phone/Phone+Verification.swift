import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// What the phone makes of signatures (RFC 8224). A call rings whatever they are worth; the mark beside the name changes.
extension Phone {
  /// What this phone has proved of the caller of an INVITE, at the moment when it comes.
  func provedClaim(of request: Request) -> CallerClaim? {
    guard case .done(let verdict)? = userAgent[VerificationService.self]?.state(of: request), let proved = verdict.proved else {
      return nil
    }
    return CallerClaim(proved, .checkedHere)
  }

  /// A call of ours was answered over a TLS connection that leads straight to the other side.
  mutating func receive(_ event: CertifiedPeerEvent, _ step: inout PhoneStep) {
    guard let index = index(of: event.session), PeerIdentification.shown(event.address) == calls[index].peer.uri,
      let proof = CertifiedPeer.proof(of: event.address, by: event.peer)
    else { return }
    certify(index, proof, &step)
  }

  /// The other side could not verify our signature (RFC 9410): the user's certificate or clock may be wrong. Said once in a call.
  mutating func receive(_ complaint: SignatureComplaint, _ step: inout PhoneStep) {
    guard let index = complaint.session.flatMap({ index(of: $0) }), !calls[index].wasToldOfSignature else { return }
    calls[index].wasToldOfSignature = true
    let words = complaint.text.flatMap { DisplayText.bounded($0) } ?? complaint.status.defaultReason
    notice(
      .warning, "\(calls[index].peer.shortName) could not verify your signature: \(complaint.status.rawValue) \(words).", &step)
  }

  /// The certificate of the connection names the one who is shown (RFC 5922).
  mutating func certify(_ index: Int, _ proof: CertifiedPeer.Proof, _ step: inout PhoneStep) {
    let verification = CallerVerification(state: .good, certified: proof == .address ? .address : .domain)
    guard calls[index].who.prove(verification, .certificate, at: step.now.wallTime) else { return }
    step.hasChanged = true
    tellIdentity(index, &step)
  }

  mutating func receive(_ event: VerificationEvent, _ step: inout PhoneStep) {
    let message = event.message
    let known = message.session.flatMap { index(of: $0) }
    // The first INVITE had no number yet when it was looked at.
    guard let index = known ?? calls.indices.last(where: { calls[$0].callID == message.key.callID && !calls[$0].isEnded }) else {
      return
    }
    step.hasChanged = true
    let source = message.isResponse ? IdentitySource.responseSignature : .signature
    switch event.state {
    case .checking: _ = calls[index].who.prove(CallerVerification(state: .checking), source, at: step.now.wallTime)
    case .done(let verdict):
      let isWaiting = calls[index].isWaiting
      let isNews = calls[index].who.prove(verification(verdict, index), source, at: step.now.wallTime)
      if isNews { tellIdentity(index, &step) }
      if isWaiting, let proved = verdict.proved { reconsider(index, CallerClaim(proved, .checkedHere), &step) }
    }
  }

  /// What is proved is the address that was signed. Where the screen shows another one, which the provider asserts, that one has
  /// not been proved.
  private func verification(_ verdict: VerificationVerdict, _ index: Int) -> CallerVerification {
    if let fault = verdict.fault { return CallerVerification(state: .failed, fault: fault.words) }
    let shown = (try? URI(parsing: calls[index].peer.uri)).flatMap { PartyIdentity($0) }
    let isShown = verdict.proved.map { proved in
      PartyIdentity(proved) == shown || PeerIdentification.shown(proved.description) == calls[index].peer.uri
    }
    guard isShown == true else {
      return CallerVerification(state: .failed, fault: "it is good, but for another address than the one that is shown")
    }
    return CallerVerification(
      state: .good, signer: verdict.signer.flatMap { DisplayText.bounded($0) },
      attestation: verdict.attestation.flatMap { CallerVerification.Attestation(rawValue: $0.rawValue) },
      signedAt: verdict.issuedAt.map { WallTime(secondsSince1970: $0) },
      diverted: verdict.diverted.prefix(8).compactMap { DisplayText.bounded($0) })
  }

  /// A call rings, and only now is it known who calls: a rule for that caller may answer or refuse after all.
  private mutating func reconsider(_ index: Int, _ claim: CallerClaim, _ step: inout PhoneStep) {
    guard var answering = calls[index].answering, case .ring = answering.decision.outcome,
      !answering.facts.claims.contains(claim)
    else { return }
    answering.facts.claims.append(claim)
    lastFacts = answering.facts
    let decision = policy.decide(answering.facts, answersByItself: answersAutomatically)
    calls[index].answering = Call.Answering(facts: answering.facts, decision: decision)
    guard decision.outcome != answering.decision.outcome else { return }
    switch decision.outcome {
    case .ring(let isSilent): calls[index].isRingerSilenced = isSilent
    case .answer, .loopback:
      let isLoopback = decision.outcome == .loopback
      switch calls[index].phase {
      case .arriving(let offer, _):
        calls[index].phase = .arriving(offer: offer, wish: Call.AnswerWish(isAutomatic: true, isLoopback: isLoopback))
      case .ringing(let offer): accept(index, offer: offer, isAutomatic: true, isLoopback: isLoopback, &step)
      case .opening, .calling, .redirected, .answering, .established, .ended: break
      }
    case .refuse, .forward: carryOut(decision, answering.facts, index, source: calls[index].sourceHost, &step)
    }
  }
}
