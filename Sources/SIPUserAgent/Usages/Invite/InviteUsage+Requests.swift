import SIPMessages
import SansIO

/// What the peer sends within the dialog (RFC 3261 sections 12.2.2, 14.2, 15.1.2; RFC 3311 section 5.2).
extension InviteUsage {
  /// False when the request is out of order; it is then answered with 500 (section 12.2.2).
  mutating func acceptSequence(of request: Request, remoteTag: String) -> Bool {
    guard let index = index(of: remoteTag), let number = request.cseq?.number else { return false }
    return dialogs[index].dialog.acceptSequence(number)
  }

  /// True when the session took care of the request; false leaves it to the extensions' and the application's methods.
  mutating func receive(_ request: Request, transaction: ServerTransactionID, remoteTag: String, _ step: inout SessionStep) -> Bool
  {
    guard let index = index(of: remoteTag) else { return false }
    dialogs[index].learn(from: request.fields)
    switch request.method {
    case .bye: receiveBye(request, transaction, in: index, &step)
    case .prack: receivePrack(request, transaction: transaction, &step)
    case .invite: receiveReinvite(request, transaction, in: index, &step)
    case .update: receiveUpdate(request, transaction, in: index, &step)
    default: return false
    }
    return true
  }

  private mutating func receiveBye(
    _ request: Request, _ transaction: ServerTransactionID, in index: Int, _ step: inout SessionStep
  ) {
    step.actions.append(.respond(transaction, makeResponse(to: request, .ok)))
    let reason = request.fields.firstReason
    switch phase {
    case .confirmed:
      guard dialogs[index].dialog.id.remoteTag == confirmedTag else { return }
      endedByPeer(reason, &step)
    case .ringing(let ringing):
      step.actions.append(.respond(ringing.transaction, makeResponse(to: ringing.request, .requestTerminated)))
      refuseIncoming(.requestTerminated, &step)
      emit(.ended(.cancelled(reason)), &step)
      phase = .finished
    case .calling:
      // Only the caller may end an early dialog with BYE: this branch has answered, and its BYE was faster than its 2xx. As long
      // as that has not come other branches ring on.
      farewells.append((dialogs[index].dialog.id.remoteTag, reason))
      if farewells.count > Self.maximumEarlyDialogs { farewells.removeFirst() }
      dialogs.remove(at: index)
    case .ending:
      acceptances = []
      byeAfterAcknowledgement = nil
    case .redirected, .finished:
      break
    }
  }

  /// The confirmed dialog is over, and nobody has to be told.
  mutating func endedByPeer(_ reason: Reason?, _ step: inout SessionStep) {
    // Section 15.1.2: "The UAS MUST still respond to any pending requests received for that dialog … 487".
    refuseIncoming(.requestTerminated, &step)
    for acceptance in acceptances { step.actions.append(.confirmed(acceptance.transaction)) }
    acceptances = []
    abandonRequests(&step)
    emit(.ended(.remote(reason)), &step)
    // An INVITE of ours may still be answered with 2xx; without one nothing is left to do.
    phase = outgoing == nil ? lingering(at: step.now) : .ending(until: step.now + step.patience)
  }

  private mutating func receiveReinvite(
    _ request: Request, _ transaction: ServerTransactionID, in index: Int, _ step: inout SessionStep
  ) {
    switch phase {
    case .ringing:
      // Section 14.2: a second INVITE before the final response to the first.
      step.actions.append(.respond(transaction, makeBusyResponse(to: request, &step)))
      return
    case .calling:
      step.actions.append(.respond(transaction, makeResponse(to: request, .requestPending)))
      return
    case .ending, .finished, .redirected:
      step.actions.append(.respond(transaction, makeResponse(to: request, .callDoesNotExist)))
      return
    case .confirmed:
      break
    }
    if incoming.contains(where: { $0.carrier.transaction != nil }) {
      step.actions.append(.respond(transaction, makeBusyResponse(to: request, &step)))
      return
    }
    let description = request.sessionDescription
    guard outgoing == nil, dialogs[index].offers.mayOffer else {
      step.actions.append(.respond(transaction, makeResponse(to: request, .requestPending)))
      return
    }
    let tag = dialogs[index].dialog.id.remoteTag
    let giveUpAt = step.now + step.answerTimeout
    if let description {
      dialogs[index].offers.receiveOffer(description)
      incoming.append(IncomingOffer(carrier: .reinvite(request, transaction), remoteTag: tag, giveUpAt: giveUpAt))
      emit(.offered(description), &step)
    } else {
      incoming.append(IncomingOffer(carrier: .offerlessReinvite(request, transaction), remoteTag: tag, giveUpAt: giveUpAt))
      emit(.offerWanted, &step)
    }
  }

  private mutating func receiveUpdate(
    _ request: Request, _ transaction: ServerTransactionID, in index: Int, _ step: inout SessionStep
  ) {
    switch phase {
    case .ending, .finished, .redirected:
      step.actions.append(.respond(transaction, makeResponse(to: request, .callDoesNotExist)))
      return
    case .calling, .ringing, .confirmed:
      break
    }
    guard let description = request.sessionDescription else {
      // A mere target refresh, or a session refresh.
      dialogs[index].dialog.refreshTarget(from: request.contactURI)
      step.actions.append(.respond(transaction, makeResponse(to: request, .ok)))
      return
    }
    // RFC 3311 section 5.2: 500 when we owe an answer, 491 when the peer owes us one.
    switch dialogs[index].offers.state {
    case .wanted:
      step.actions.append(.respond(transaction, makeBusyResponse(to: request, &step)))
    case .offered:
      step.actions.append(.respond(transaction, makeResponse(to: request, .requestPending)))
    case .none, .agreed:
      if incoming.contains(where: { $0.carrier.transaction != nil }) {
        step.actions.append(.respond(transaction, makeBusyResponse(to: request, &step)))
        return
      }
      dialogs[index].offers.receiveOffer(description)
      incoming.append(
        IncomingOffer(
          carrier: .update(request, transaction), remoteTag: dialogs[index].dialog.id.remoteTag, giveUpAt: step.now + step.patience)
      )
      emit(.offered(description), &step)
    }
  }

  /// The ACK to a 2xx of ours.
  mutating func receiveAcknowledgement(_ ack: Request, remoteTag: String, _ step: inout SessionStep) {
    guard let index = index(of: remoteTag), let sequence = ack.cseq?.number,
      let known = acceptances.firstIndex(where: { $0.sequence == sequence })
    else { return }
    step.actions.append(.confirmed(acceptances.remove(at: known).transaction))
    // Whoever acknowledges a later INVITE has given the earlier one up: its connection broke before our answer got there.
    while let settled = acceptances.firstIndex(where: { $0.sequence < sequence }) {
      step.actions.append(.confirmed(acceptances.remove(at: settled).transaction))
    }
    if let farewell = byeAfterAcknowledgement {
      byeAfterAcknowledgement = nil
      sendBye(reason: farewell.reason, remoteTag: remoteTag, &step)
      return
    }
    guard case .confirmed = phase else { return }
    if dialogs[index].offers.state == .offered, outgoing == nil {
      guard let description = ack.sessionDescription else {
        emit(.acknowledged, &step)
        fail(.notAcceptableHere, "Our offer was acknowledged without an answer", &step)
        return
      }
      _ = dialogs[index].offers.receiveAnswer(description)
      emit(.answered(description, isEarly: false), &step)
    }
    emit(.acknowledged, &step)
    pursueChange(&step)
  }

  // MARK: Answers to the peer's offers

  /// The application's answer to the oldest offer; nil refuses it with 488.
  mutating func answer(_ body: Body?, refusal: HeaderFields, _ step: inout SessionStep) {
    guard !incoming.isEmpty else { return }
    let offer = incoming.removeFirst()
    guard let index = index(of: offer.remoteTag) else { return }
    switch offer.carrier {
    case .provisional(let response):
      if let body { dialogs[index].offers.sendAnswer(body) } else { dialogs[index].offers.withdraw() }
      sendPrack(for: response, in: index, body: body, &step)
      // An offer that we cannot take leaves no session to wait for.
      if body == nil { fail(.notAcceptableHere, "The offer was not acceptable", &step) }
    case .success(let invite):
      if let body { dialogs[index].offers.sendAnswer(body) } else { dialogs[index].offers.withdraw() }
      acknowledge(invite, in: index, body: body, &step)
      if body == nil { fail(.notAcceptableHere, "The offer was not acceptable", &step) }
    case .prack(let request, let transaction), .update(let request, let transaction):
      respond(to: request, transaction, answer: body, refusal: refusal, in: index, &step)
      if body != nil, request.method == .update { dialogs[index].dialog.refreshTarget(from: request.contactURI) }
    case .reinvite(let request, let transaction):
      guard let body else {
        respond(to: request, transaction, answer: nil, refusal: refusal, in: index, &step)
        return
      }
      dialogs[index].offers.sendAnswer(body)
      acceptReinvite(request, transaction, body: body, in: index, &step)
    case .offerlessReinvite(let request, let transaction):
      guard let body else {
        step.actions.append(.respond(transaction, makeResponse(to: request, .notAcceptableHere)))
        return
      }
      dialogs[index].offers.sendOffer(body)
      acceptReinvite(request, transaction, body: body, in: index, &step)
    }
    pursueChange(&step)
  }

  private mutating func acceptReinvite(
    _ request: Request, _ transaction: ServerTransactionID, body: Body, in index: Int, _ step: inout SessionStep
  ) {
    dialogs[index].dialog.refreshTarget(from: request.contactURI)
    var response = makeResponse(to: request, .ok)
    response.setContent(body)
    accepted(request, transaction, response, &step)
  }

  private mutating func respond(
    to request: Request, _ transaction: ServerTransactionID, answer: Body?, refusal: HeaderFields, in index: Int,
    _ step: inout SessionStep
  ) {
    var response = makeResponse(to: request, answer == nil ? .notAcceptableHere : .ok)
    if let answer {
      dialogs[index].offers.sendAnswer(answer)
      response.setContent(answer)
    } else {
      dialogs[index].offers.withdraw()
      for field in refusal { response.fields.append(name: field.name, value: field.value) }
    }
    step.actions.append(.respond(transaction, response))
  }

  /// The peer took its offer back, or waited long enough.
  mutating func withdrawIncoming(at position: Int, _ status: StatusCode, _ step: inout SessionStep) {
    let offer = incoming.remove(at: position)
    if let index = index(of: offer.remoteTag), dialogs[index].offers.state == .wanted { dialogs[index].offers.withdraw() }
    if let (request, transaction) = offer.carrier.request {
      step.actions.append(.respond(transaction, makeResponse(to: request, status)))
    }
  }

  mutating func refuseIncoming(_ status: StatusCode, _ step: inout SessionStep) {
    while !incoming.isEmpty {
      // A 2xx that waits for our answer must have its ACK even now.
      if case .success(let invite) = incoming[0].carrier, let index = index(of: incoming[0].remoteTag) {
        acknowledge(invite, in: index, body: nil, &step)
      }
      withdrawIncoming(at: 0, status, &step)
    }
  }
}

extension HeaderFields {
  /// The Reason of protocol SIP, else the first of any (RFC 3326).
  var firstReason: Reason? {
    let reasons = (try? all(Reason.self)) ?? []
    return reasons.first { $0.isSIP } ?? reasons.first
  }
}
