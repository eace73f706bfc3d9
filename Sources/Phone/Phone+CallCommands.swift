import Media
import SIPMessages
import SIPUserAgent
import SansIO

/// Dialling, answering, refusing, hanging up.
extension Phone {
  /// Calls at once, talked to, held and ringing; more are busy.
  static let maximumCalls = 100
  /// Calls that may ring at once from one host that is not our registrar: nobody shall be able to take all the lines.
  static let maximumRingingFromOneHost = 8

  var liveCallCount: Int { calls.indices.count { !calls[$0].isEnded } }

  mutating func dial(_ text: String, account name: String?, _ options: DialOptions, by act: UserAct, _ step: inout PhoneStep) {
    guard !calls.contains(where: { $0.isBeingDialled }) else {
      complain("Another call is being set up: wait for it, or hang it up first.", &step)
      return
    }
    guard liveCallCount < Self.maximumCalls else {
      complain("There are too many calls: hang one up first.", &step)
      return
    }
    var account = defaultAccount
    if let name {
      guard let named = self.account(named: name) else {
        complain("There is no account “\(DisplayText.bounded(name) ?? "?")”; \(accountList).", &step)
        return
      }
      account = named
    } else if let choice = CallingAccounts(accounts).choose(text, contacts: configuration.contacts),
      let chosen = accounts.firstIndex(where: { $0.number == choice.number })
    {
      account = chosen
    }
    do throws(DialTarget.Unusable) {
      let target = try DialTarget.resolve(text, contacts: configuration.contacts, home: accounts[account].home)
      var fields = DialTarget.fields(of: text, contacts: configuration.contacts)
      options.add(to: &fields)
      if options.isAnonymous { hideCaller(from: target, account, &fields, &step) }
      _ = call(target, account, fields: fields, alias: options.isAnonymous ? .anonymous : nil, by: act, &step)
    } catch {
      complain(error.reason, &step)
    }
  }

  /// `fields` go into the INVITE; `peer` is what is known of the one who is called, nil for what the address says.
  mutating func call(
    _ target: URI, _ account: Int, fields: HeaderFields, peer known: PeerSnapshot? = nil, alias: NameAddress? = nil,
    by act: UserAct, _ step: inout PhoneStep
  ) -> CallID {
    let peer =
      known
      ?? PeerIdentification.identify(
        NameAddress(uri: target), asserted: nil, contacts: configuration.contacts, home: accounts[account].home)
    let session = SessionID(nextSession)
    nextSession += 2
    let id = addCall(session, account: account, isIncoming: false, peer: peer, phase: .opening(target), &step)
    if let index = index(of: id) {
      calls[index].fields = fields
      calls[index].alias = alias
      calls[index].who.begin(dialling: NameAddress(uri: target), at: step.now.wallTime)
    }
    holdOthers(than: id, &step)
    selectedCall = id
    endSound = nil
    gate.want(id, by: act)
    let host = accounts[account].facts?.server ?? accounts[account].identity.routes.first?.uri.sip?.host.description
    openMedia(id, peer: host ?? target.sip?.host.description, &step)
    return id
  }

  mutating func addCall(
    _ session: SessionID, account: Int, isIncoming: Bool, peer: PeerSnapshot, phase: Call.Phase, _ step: inout PhoneStep
  ) -> CallID {
    let id = CallID(nextCall)
    nextCall += 1
    let stream = MediaStreamID(nextStream)
    nextStream += 1
    let media = NegotiatorConfiguration(codecs: configuration.audio.codecs, sessionID: random.nextUInt64())
    calls.append(
      Call(
        id: id, session: session, stream: stream, account: accounts[account].number, isIncoming: isIncoming,
        startedAt: step.now, peer: peer, phase: phase, negotiator: MediaNegotiator(configuration: media)))
    gate.add(id, stream: stream)
    return id
  }

  /// `peer` is where the call comes from or goes to, with or without a port: our address for the voice is the one that leads there.
  mutating func openMedia(_ id: CallID, peer: String?, _ step: inout PhoneStep) {
    guard let index = index(of: id) else { return }
    calls[index].hasStream = true
    step.outputs.append(.media(.open(calls[index].stream, peer: peer.map { Self.host(of: $0) })))
  }

  // MARK: Incoming

  /// `act` nil: the microphone stays shut.
  mutating func answer(_ id: CallID?, by act: UserAct?, _ step: inout PhoneStep) {
    let found = target(
      id, &step, implied: { $0.calls.firstIndex { $0.isWaiting } }, fits: { $0.isWaiting }, otherwise: "Nothing is ringing.")
    guard let index = found else { return }
    if let act { gate.want(calls[index].id, by: act) }
    switch calls[index].phase {
    case .arriving(let offer, _): calls[index].phase = .arriving(offer: offer, wish: Call.AnswerWish(isAutomatic: false))
    case .ringing(let offer): accept(index, offer: offer, isAutomatic: false, &step)
    case .opening, .calling, .redirected, .answering, .established, .ended: break
    }
  }

  mutating func reject(_ id: CallID?, status: Int?, _ step: inout PhoneStep) {
    let found = target(
      id, &step, implied: { $0.calls.firstIndex { $0.isWaiting } }, fits: { $0.isWaiting }, otherwise: "Nothing is ringing.")
    guard let index = found else { return }
    let code = status.flatMap { (300...699).contains($0) ? $0 : nil } ?? StatusCode.busyHere.rawValue
    refuse(index, StatusCode(code), CallEnding(outcome: .rejected, words: "you refused", status: code), &step)
  }

  /// Answers an incoming call with a final status and is done with it.
  mutating func refuse(
    _ index: Int, _ status: StatusCode, phrase: String? = nil, fields: HeaderFields = HeaderFields(), _ ending: CallEnding,
    _ step: inout PhoneStep
  ) {
    tell(.command(.reject(calls[index].session, status, reason: phrase, fields: fields)), &step)
    finish(index, ending, &step)
  }

  // MARK: The end of calls

  mutating func orderHangUp(_ id: CallID?, _ step: inout PhoneStep) {
    let found = target(
      id, &step,
      implied: { phone in
        phone.selectedCall.flatMap { phone.index(of: $0) }.flatMap { phone.calls[$0].isEnded ? nil : $0 }
          ?? phone.focusIndex ?? phone.calls.firstIndex { !$0.isEnded }
      },
      fits: { !$0.isEnded }, otherwise: "There is no call to hang up.")
    guard let index = found else { return }
    hangUp(calls[index].id, &step)
  }

  /// Ends a call in the way its phase asks for.
  mutating func hangUp(_ id: CallID, _ step: inout PhoneStep) {
    guard let index = index(of: id) else { return }
    let call = calls[index]
    let ending = CallEnding.byUser(wasAnswered: call.answeredAt != nil, isIncoming: call.isIncoming)
    switch call.phase {
    case .opening: finish(index, ending, &step)
    case .arriving, .ringing: refuse(index, .busyHere, ending, &step)
    case .calling, .redirected, .answering, .established:
      tell(.command(.end(call.session, reason: nil)), &step)
      finish(index, ending, &step)
    case .ended: break
    }
  }

  mutating func followRedirection(_ id: CallID?, _ isAgreed: Bool, _ step: inout PhoneStep) {
    func isRedirected(_ call: Call) -> Bool {
      if case .redirected = call.phase { true } else { false }
    }
    let found = target(
      id, &step, implied: { $0.calls.firstIndex(where: isRedirected) }, fits: isRedirected,
      otherwise: "No call waits for consent to be redirected.")
    guard let index = found, case .redirected(let targets) = calls[index].phase else { return }
    let session = calls[index].session
    if isAgreed {
      calls[index].phase = .calling(Call.Progress(wasReached: true))
      tell(.command(.follow(session, targets)), &step)
    } else {
      tell(.command(.end(session, reason: nil)), &step)
      finish(index, CallEnding(outcome: .cancelled, words: "you did not follow the redirection"), &step)
    }
  }
}
