import SIPMessages
import SansIO

/// The called side, until the call is answered (RFC 3261 section 13.3).
extension InviteUsage {
  struct Ringing: Sendable {
    let transaction: ServerTransactionID
    let request: Request
    var reliable: ReliableProvisionals
    /// A PRACK came.
    var hasBeenAcknowledged = false
    /// The answer given in an unreliable provisional response; the 2xx repeats it.
    var earlyAnswer: Body?
    /// `accept` was ordered while a reliable provisional response with a body waits for PRACK (RFC 3262 section 3).
    var heldAccept: HeldAccept?
    var lastProvisional: Provisional?
    /// When proxies must hear again that it still rings, or they give up.
    var repeatAt: Instant?
    /// When nobody has answered until now, the call is refused.
    var giveUpAt: Instant
    /// It is the INVITE's own Expires that ends it then, and not our patience.
    var isExpiry = false
  }

  struct Provisional: Sendable {
    var response: Response
    var isReliable: Bool

    /// One that may be lost goes out every minute (section 13.3.1.1), one that is acknowledged "once every two and a half minutes"
    /// (RFC 3262 section 3).
    var pause: Duration { .seconds(isReliable ? 150 : 60) }
  }

  struct HeldAccept: Sendable {
    var body: Body?
    var fields: HeaderFields
  }

  /// nil when the INVITE cannot make a dialog.
  init?(
    ringing id: SessionID, request: Request, transaction: ServerTransactionID, identity: LocalIdentity, localTag: String,
    _ step: inout SessionStep
  ) {
    guard let dialog = Dialog(received: request, localTag: localTag), let callID = request.callID else { return nil }
    self.id = id
    self.identity = identity
    isCaller = false
    self.callID = callID
    self.localTag = localTag
    var patience = step.answerTimeout
    // Section 13.3.1: an INVITE may say how long its invitation is worth something.
    var isExpiry = false
    if let expires = request.expires?.seconds, .seconds(Int64(expires)) < patience {
      patience = .seconds(Int64(expires))
      isExpiry = true
    }
    phase = .ringing(
      Ringing(
        transaction: transaction, request: request,
        reliable: ReliableProvisionals(first: UInt32(step.random.next(below: 0x7FFF_FFFF)) + 1), giveUpAt: step.now + patience,
        isExpiry: isExpiry))
    var leg = InviteDialog(dialog)
    leg.learn(from: request.fields)
    if let offer = request.sessionDescription { leg.offers.receiveOffer(offer) }
    dialogs = [leg]
  }

  /// 180, 183 and their like.
  mutating func sendProvisional(_ status: StatusCode, body: Body?, fields: HeaderFields, _ step: inout SessionStep) {
    guard case .ringing(var ringing) = phase, !dialogs.isEmpty, status.isProvisional, status != .trying else { return }
    guard ringing.heldAccept == nil else { return }
    let required = ringing.request.fields.optionTags(Require.self).contains(.rel100)
    let supported = ringing.request.fields.optionTags(Supported.self).contains(.rel100)
    let isReliable = required || (supported && body != nil)
    var response = makeResponse(to: ringing.request, status)
    for field in fields { response.fields.append(name: field.name, value: field.value) }
    if let body {
      switch (dialogs[0].offers.state, isReliable) {
      case (.wanted, true):
        dialogs[0].offers.sendAnswer(body)
        response.setContent(body)
      case (.wanted, false):
        ringing.earlyAnswer = body
        response.setContent(body)
      case (.none, true):
        dialogs[0].offers.sendOffer(body)
        response.setContent(body)
      case (.none, false), (.offered, _), (.agreed, _):
        // No offer in an unreliable response (section 13.2.1), no second answer.
        break
      }
    }
    if isReliable {
      if let ready = ringing.reliable.send(response, now: step.now, timers: step.timers) {
        step.actions.append(.respond(ringing.transaction, ready))
      }
      // What it described is agreed, and not said twice.
      response.setContent(nil)
    } else {
      step.actions.append(.respond(ringing.transaction, response))
    }
    let provisional = Provisional(response: response, isReliable: isReliable)
    ringing.lastProvisional = provisional
    ringing.repeatAt = step.now + provisional.pause
    phase = .ringing(ringing)
  }

  mutating func accept(_ body: Body?, _ fields: HeaderFields = HeaderFields(), _ step: inout SessionStep) {
    guard case .ringing(var ringing) = phase, !dialogs.isEmpty else { return }
    if ringing.reliable.holdsBody {
      ringing.heldAccept = HeldAccept(body: body, fields: fields)
      phase = .ringing(ringing)
      return
    }
    var response = makeResponse(to: ringing.request, .ok)
    for field in fields { response.fields.append(name: field.name, value: field.value) }
    switch dialogs[0].offers.state {
    case .wanted:
      guard let answer = body ?? ringing.earlyAnswer else {
        fail(.notAcceptableHere, "There is no session description to answer with", &step)
        return
      }
      dialogs[0].offers.sendAnswer(answer)
      response.setContent(answer)
    case .none:
      guard let body else {
        fail(.notAcceptableHere, "There is no session description to offer", &step)
        return
      }
      dialogs[0].offers.sendOffer(body)
      response.setContent(body)
    case .agreed, .offered:
      // Agreed by PRACK: "the UAS MUST NOT include a session description" again (RFC 3262 section 5).
      break
    }
    dialogs[0].dialog.confirm()
    confirmedTag = dialogs[0].dialog.id.remoteTag
    if !ringing.reliable.isIdle, let invite = ringing.request.cseq?.number {
      unacknowledged = Unacknowledged(reliable: ringing.reliable, invite: invite)
    }
    phase = .confirmed
    accepted(ringing.request, ringing.transaction, response, &step)
    emit(.established(response, peer: dialogs[0].dialog.remoteAddress), &step)
  }

  /// A 2xx of ours leaves, and is repeated until its ACK.
  mutating func accepted(
    _ request: Request, _ transaction: ServerTransactionID, _ response: Response, _ step: inout SessionStep
  ) {
    step.actions.append(.respond(transaction, response))
    acceptances.append(
      Acceptance(
        transaction: transaction, response: response, sequence: request.cseq?.number ?? 0, now: step.now, timers: step.timers))
  }

  mutating func reject(_ status: StatusCode, reason: String?, fields: HeaderFields, _ step: inout SessionStep) {
    guard case .ringing(let ringing) = phase else { return }
    let status = status >= .multipleChoices ? status : .temporarilyUnavailable
    var response = makeResponse(to: ringing.request, status, reason: reason)
    for field in fields { response.fields.append(name: field.name, value: field.value) }
    step.actions.append(.respond(ringing.transaction, response))
    emit(.ended(.local), &step)
    phase = .finished
  }

  /// CANCEL found our transaction (section 9.2). After a final response it changes nothing.
  mutating func cancelled(_ transaction: ServerTransactionID, reason: Reason?, _ step: inout SessionStep) {
    if case .ringing(let ringing) = phase, ringing.transaction == transaction {
      step.actions.append(.respond(transaction, makeResponse(to: ringing.request, .requestTerminated)))
      emit(.ended(.cancelled(reason)), &step)
      phase = .finished
    } else if let index = incoming.firstIndex(where: { $0.carrier.transaction == transaction }) {
      withdrawIncoming(at: index, .requestTerminated, &step)
    }
  }

  /// Nobody took our final response, or the way back to the caller is gone.
  mutating func serverTransactionFailed(_ transaction: ServerTransactionID, _ step: inout SessionStep) {
    if case .ringing(let ringing) = phase, ringing.transaction == transaction {
      // The transaction is still there (RFC 6026 section 7.1) and ends with a final response only.
      step.actions.append(.respond(transaction, makeResponse(to: ringing.request, .temporarilyUnavailable)))
      emit(.ended(.failed(.requestTimeout, "The caller cannot be reached any more")), &step)
      phase = .finished
    } else if let index = incoming.firstIndex(where: { $0.carrier.transaction == transaction }) {
      withdrawIncoming(at: index, .requestTimeout, &step)
    }
  }

  mutating func receivePrack(_ request: Request, transaction: ServerTransactionID, _ step: inout SessionStep) {
    guard let rack = request.value(RAck.self), acknowledgeProvisional(rack), !dialogs.isEmpty else {
      step.actions.append(.respond(transaction, makeResponse(to: request, .callDoesNotExist)))
      return
    }
    if let description = request.sessionDescription {
      switch dialogs[0].offers.state {
      case .offered:
        _ = dialogs[0].offers.receiveAnswer(description)
        step.actions.append(.respond(transaction, makeResponse(to: request, .ok)))
        emit(.answered(description, isEarly: true), &step)
      case .agreed:
        // The PRACK carries a new offer; its 2xx will carry the answer (RFC 3262 section 5).
        dialogs[0].offers.receiveOffer(description)
        incoming.append(
          IncomingOffer(
            carrier: .prack(request, transaction), remoteTag: dialogs[0].dialog.id.remoteTag, giveUpAt: step.now + step.patience))
        emit(.offered(description), &step)
      case .none, .wanted:
        step.actions.append(.respond(transaction, makeResponse(to: request, .notAcceptableHere)))
      }
    } else {
      step.actions.append(.respond(transaction, makeResponse(to: request, .ok)))
    }
    continueAfterPrack(&step)
  }

  /// Whether a reliable provisional response waited for this, before our 2xx or after it: having sent a final response the called
  /// side "MUST be prepared to process PRACK requests for those outstanding responses" (RFC 3262 section 3).
  private mutating func acknowledgeProvisional(_ rack: RAck) -> Bool {
    if case .ringing(var ringing) = phase {
      guard let invite = ringing.request.cseq?.number, ringing.reliable.acknowledge(rack, invite: invite) else { return false }
      ringing.hasBeenAcknowledged = true
      phase = .ringing(ringing)
      return true
    }
    guard var late = unacknowledged, late.reliable.acknowledge(rack, invite: late.invite) else { return false }
    unacknowledged = nil
    return true
  }

  private mutating func continueAfterPrack(_ step: inout SessionStep) {
    guard case .ringing(var ringing) = phase else { return }
    if let next = ringing.reliable.next(now: step.now, timers: step.timers) {
      step.actions.append(.respond(ringing.transaction, next))
    }
    let held = ringing.reliable.holdsBody ? nil : ringing.heldAccept
    if held != nil { ringing.heldAccept = nil }
    phase = .ringing(ringing)
    if let held { accept(held.body, held.fields, &step) }
    pursueChange(&step)
  }
}
