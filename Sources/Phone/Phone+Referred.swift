import SIPExtensions
import SIPMessages
import SIPUserAgent
import SansIO

/// Being transferred (RFC 3515, 5589): the other side asks, the user decides, and the new call takes the old one's place.
extension Phone {
  /// How long a question waits for its answer.
  static let transferPatience: Duration = .seconds(60)
  /// The other side hangs up the call that it left, usually at once; after this we do.
  static let handOverTime: Duration = .seconds(3)

  mutating func receive(_ event: ReferEvent, _ step: inout PhoneStep) {
    switch event {
    case .asked(let referral): asked(referral, &step)
    case .progress(let request, let state): transferProgressed(request, state, &step)
    case .lost(let request): transferLost(request, &step)
    }
  }

  private mutating func asked(_ referral: Referral, _ step: inout PhoneStep) {
    guard let index = index(of: referral.session), calls[index].transfer == nil else {
      answer(referral.id, .decline, &step)
      return
    }
    let call = calls[index]
    let peer = PeerIdentification.identify(
      NameAddress(uri: referral.target, displayName: referral.displayName), asserted: nil, contacts: configuration.contacts,
      home: accounts[call.account - 1].home)
    let question = TransferQuestion(
      id: referral.id, call: call.id, account: call.account, by: call.peer.shortName, target: referral.target, peer: peer,
      fields: referral.fields, until: step.now.instant + Self.transferPatience)
    transferQuestions.append(question)
    notice(.warning, "\(question.snapshot.sentence): follow? transfer accept or transfer refuse.", &step)
    report(.asked, of: question, &step)
  }

  /// The user's decision. `act` is there for a yes, and the new call's microphone is open because of it.
  mutating func decideTransfer(_ id: CallID?, by act: UserAct?, _ step: inout PhoneStep) {
    guard let position = transferQuestions.firstIndex(where: { id == nil || $0.call == id }) else {
      complain("Nobody asks to transfer you\(id.map { " in call \($0)" } ?? "").", call: id, &step)
      return
    }
    let question = transferQuestions[position]
    guard let act else {
      refuse(question, "You stay with \(question.by); the transfer was refused.", &step)
      return
    }
    let account = question.account - 1
    let target: URI
    do throws(DialTarget.Unusable) {
      target = try DialTarget.target(question.target, home: accounts[account].home)
    } catch {
      refuse(question, error.reason, &step)
      return
    }
    guard !calls.contains(where: { $0.isBeingDialled }), liveCallCount < Self.maximumCalls else {
      complain("Another call is being set up: wait for it, or hang it up first.", &step)
      return
    }
    transferQuestions.remove(at: position)
    notice(.information, "Calling \(question.peer.shortName), as \(question.by) asked.", &step)
    let new = call(target, account, fields: question.fields, peer: question.peer, by: act, &step)
    if let index = index(of: new) { calls[index].referred = ReferredBack(id: question.id, from: question.call) }
    report(.accepted, of: question, newCall: new, &step)
  }

  private mutating func refuse(_ question: TransferQuestion, _ words: String, _ step: inout PhoneStep) {
    transferQuestions.removeAll { $0.id == question.id }
    answer(question.id, .decline, &step)
    notice(.information, words, &step)
    report(.refused, of: question, &step)
  }

  /// Questions that nobody answers are answered with no.
  mutating func expireTransferQuestions(_ step: inout PhoneStep) {
    for question in transferQuestions where question.until <= step.now.instant {
      step.hasChanged = true
      refuse(question, "Nobody answered whether to follow \(question.by); the transfer was refused.", &step)
    }
  }

  private mutating func answer(_ id: ReferralID, _ status: StatusCode, reason: String? = nil, _ step: inout PhoneStep) {
    userAgent.use(Refer.self, now: step.now, into: &step.agent) { $0.report(id, status, reason: reason, &$1) }
  }

  // MARK: The call that was made for it

  mutating func referredCallProgressed(_ index: Int, _ status: StatusCode, _ step: inout PhoneStep) {
    if let referred = calls[index].referred { answer(referred.id, status, &step) }
  }

  /// It stands: the old call is the other side's to hang up, and ours when it does not.
  mutating func referredCallStood(_ index: Int, _ step: inout PhoneStep) {
    guard let referred = calls[index].referred else { return }
    calls[index].referred = nil
    answer(referred.id, .ok, &step)
    guard let old = self.index(of: referred.from), !calls[old].isEnded else { return }
    calls[old].handedTo = calls[index].peer.shortName
    calls[old].leaveAt = step.now.instant + Self.handOverTime
  }

  /// It came to nothing: back to the one who asked, heard but not hearing us until the user says so.
  mutating func referredCallFailed(_ index: Int, _ ending: CallEnding, _ step: inout PhoneStep) {
    guard let referred = calls[index].referred else { return }
    calls[index].referred = nil
    let status = ending.status.flatMap { (300...699).contains($0) ? StatusCode($0) : nil } ?? .requestTerminated
    answer(referred.id, status, &step)
    takeBack(referred.from, "\(calls[index].peer.shortName) was not reached", &step)
  }

  /// Goes on with a call that waited for a transfer. Its microphone stays shut: nobody has acted for it.
  mutating func takeBack(_ id: CallID, _ why: String, _ step: inout PhoneStep) {
    guard let index = index(of: id), calls[index].isEstablished, calls[index].isHeld,
      !calls.contains(where: { $0.isTalking || $0.isBeingDialled && $0.id != id })
    else { return }
    calls[index].isHeld = false
    selectedCall = id
    offerAgain(index, &step)
    notice(.warning, "\(why): you hear \(calls[index].peer.shortName) again. Your microphone is shut; talk opens it.", &step)
  }

  // MARK: An INVITE that takes the place of a call (RFC 3891)

  /// The session says which of ours it replaces. It is answered without ringing: a call goes on, with another person in it. The
  /// microphone does not go along, for nobody here has asked to be heard by that one.
  mutating func receiveReplacement(_ session: IncomingSession, _ id: SessionID, of old: Int, _ step: inout PhoneStep) {
    let from = session.request.from?.address ?? NameAddress(uri: .other(scheme: "", rest: "unknown"))
    let account = calls[old].account - 1
    let asserted = assertedIdentity(session, account)
    let peer = PeerIdentification.identify(
      from, asserted: asserted, contacts: configuration.contacts, home: accounts[account].home)
    let oldID = calls[old].id
    let isHeld = calls[old].isHeld
    let new = addCall(
      id, account: account, isIncoming: true, peer: peer,
      phase: .arriving(offer: session.offer?.bytes, wish: Call.AnswerWish(isAutomatic: true)), &step)
    guard let index = index(of: new) else { return }
    calls[index].callID = session.request.callID ?? ""
    calls[index].replaces = oldID
    calls[index].who.begin(
      CallIdentity.Words(from: from, asserted: asserted?.address), after: calls[old].who, at: step.now.wallTime)
    calls[index].isHeld = isHeld
    openMedia(new, peer: session.source, &step)
  }

  /// The new one stands: "the UAS … shuts down the replaced dialog".
  mutating func replacementStood(_ index: Int, _ step: inout PhoneStep) {
    guard let oldID = calls[index].replaces else { return }
    calls[index].replaces = nil
    guard let old = self.index(of: oldID), !calls[old].isEnded else { return }
    calls[old].handedTo = calls[index].peer.shortName
    tellIdentity(index, &step)
    hangUp(oldID, &step)
  }

  // MARK: Events

  private mutating func report(
    _ state: TransferReport.State, of question: TransferQuestion, newCall: CallID? = nil, _ step: inout PhoneStep
  ) {
    step.outputs.append(
      .event(
        .transfer(
          TransferReport(
            call: question.call, account: accounts[question.account - 1].name, isIncoming: true, state: state,
            name: question.peer.name, target: question.peer.uri, newCall: newCall))))
  }
}
