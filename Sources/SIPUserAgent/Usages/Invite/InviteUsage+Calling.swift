import SIPMessages
import SansIO

/// The caller's side, until the call is answered (RFC 3261 section 13.2).
extension InviteUsage {
  struct Calling: Sendable {
    var exchange: ExchangeID
    var order: InviteOrder
    /// The CSeq of the next INVITE, when there is one.
    var nextSequence: UInt32
    /// Where else to try when this target refuses, in order.
    var alternatives: [URI] = []
    /// Everything that was tried, so that a redirection cannot run in circles.
    var tried: [URI]
    /// Nobody answered: the call is given up. After `isAbandoned`: nobody answered the CANCEL.
    var giveUpAt: Instant
    /// The application ended the call; a 2xx that crosses the CANCEL is acknowledged and hung up.
    var isAbandoned = false
    var endReason: Reason?
  }

  struct Redirection: Sendable {
    var order: InviteOrder
    var response: Response
    var nextSequence: UInt32
    var tried: [URI]
  }

  /// How many different targets one call may try: a redirection that leads on and on ends here.
  static let maximumTargets = 8
  /// Each 2xx of a lost branch costs an ACK and a BYE; a peer that invents branches is served this often.
  static let maximumUnwantedAnswers = 64

  init(calling id: SessionID, order: InviteOrder, callID: String, localTag: String, _ step: inout SessionStep) {
    self.id = id
    identity = order.identity
    isCaller = true
    self.callID = callID
    self.localTag = localTag
    phase = .finished
    call(order, sequence: UInt32(step.random.next(below: 1 << 16)) + 1, alternatives: [], tried: [], &step)
  }

  private mutating func call(
    _ order: InviteOrder, sequence: UInt32, alternatives: [URI], tried: [URI], _ step: inout SessionStep
  ) {
    let exchange = step.makeExchange()
    let routing = RequestRouting(target: order.target, routes: order.identity.routes)
    var fields = HeaderFields()
    if !routing.routes.isEmpty { fields.set(routing.routes.map { Route($0) }) }
    fields.set(MaxForwards(70))
    var from = From(order.identity.presented.withoutTag)
    from.tag = localTag
    fields.set(from)
    fields.set(To(NameAddress(uri: RequestRouting.asRequestURI(order.target))))
    fields.set(CallIDHeader(value: callID))
    fields.set(CSeq(number: sequence, method: .invite))
    for field in order.fields { fields.append(name: field.name, value: field.value) }
    var request = Request(method: .invite, uri: routing.requestURI, fields: fields, body: [])
    request.setContent(order.offer)
    dialogs = []
    pending[exchange] = Pending(purpose: .invite, remoteTag: nil)
    phase = .calling(
      Calling(
        exchange: exchange, order: order, nextSequence: sequence + 1, alternatives: alternatives, tried: tried + [order.target],
        giveUpAt: step.now + step.answerTimeout))
    step.actions.append(.send(exchange, request, routing))
  }

  /// The way that the INVITE took is gone, and with it that of a CANCEL: what it made ring is ended by another way, or it would
  /// ring for nobody, and beside the next INVITE. "The caller's UA MAY send a BYE for either confirmed or early dialogs"
  /// (section 15). False when nothing rang.
  @discardableResult
  mutating func leaveEarlyDialogs(_ step: inout SessionStep) -> Bool {
    guard case .calling = phase, !dialogs.isEmpty else { return false }
    for dialog in dialogs { sendBye(reason: nil, remoteTag: dialog.dialog.id.remoteTag, &step) }
    dialogs = []
    incoming = []
    return true
  }

  /// Section 9.1. The transaction layer waits for a provisional response before the CANCEL leaves.
  mutating func abandon(_ calling: Calling, reason: Reason?, _ step: inout SessionStep) {
    guard !calling.isAbandoned else { return }
    var calling = calling
    calling.isAbandoned = true
    calling.endReason = reason
    // The INVITE may need 64*T1 to fail, the CANCEL 64*T1 to be followed by a final response.
    calling.giveUpAt = step.now + step.patience * 2
    phase = .calling(calling)
    step.actions.append(.cancel(calling.exchange, reason))
  }

  /// The user agreed to a redirection (section 8.1.3.4): the same Call-ID and tags, a new CSeq, the first target now, the others if
  /// it fails.
  mutating func follow(_ targets: [URI], _ step: inout SessionStep) {
    guard case .redirected(let redirection) = phase else { return }
    let fresh = targets.filter { target in !redirection.tried.contains { $0.matches(target) } }
    guard let first = fresh.first, redirection.tried.count < Self.maximumTargets else {
      emit(.ended(.refused(redirection.response)), &step)
      phase = .finished
      return
    }
    var order = redirection.order
    if redirection.response.status == .useProxy {
      // Section 21.3.4: the same target, by another way. All other redirections name another target.
      order.identity.routes = [first].map { uri in
        guard case .sip(var proxy) = uri else { return NameAddress(uri: uri) }
        if !proxy.isLooseRouter { proxy.parameters.set("lr") }
        return NameAddress(uri: .sip(proxy))
      }
      identity = order.identity
      return call(
        order, sequence: redirection.nextSequence, alternatives: [], tried: redirection.tried + [first], &step)
    }
    order.target = first
    call(
      order, sequence: redirection.nextSequence, alternatives: Array(fresh.dropFirst().prefix(Self.maximumTargets)),
      tried: redirection.tried, &step)
  }

  // MARK: Responses

  mutating func receiveInviteResponse(_ response: Response, to sent: Request, exchange: ExchangeID, _ step: inout SessionStep) {
    if response.status.isProvisional {
      receiveProvisional(response, to: sent, &step)
    } else if response.status.isSuccess {
      receiveSuccess(response, to: sent, &step)
    } else {
      receiveRefusal(response, to: sent, &step)
    }
  }

  /// The dialog of a response, made when it is new. nil for a response without a tag, and when there are too many.
  private mutating func dialogIndex(for response: Response, to sent: Request) -> Int? {
    guard let tag = response.to?.tag ?? (response.status.isSuccess ? "" : nil) else { return nil }
    if let known = index(of: tag) { return known }
    guard dialogs.count < Self.maximumEarlyDialogs || response.status.isSuccess,
      let dialog = Dialog(request: sent, response: response)
    else { return nil }
    var made = InviteDialog(dialog)
    if let offer = sent.sessionDescription { made.offers.sendOffer(offer) }
    dialogs.append(made)
    return dialogs.count - 1
  }

  private mutating func receiveProvisional(_ response: Response, to sent: Request, _ step: inout SessionStep) {
    guard case .calling(let calling) = phase, response.status != .trying else { return }
    if response.status == .earlyDialogTerminated {
      // RFC 6228: this branch is over, others go on.
      if let gone = index(of: response.to?.tag) { dialogs.remove(at: gone) }
      emit(.progress(response), &step)
      return
    }
    guard let index = dialogIndex(for: response, to: sent) else {
      emit(.progress(response), &step)
      return
    }
    dialogs[index].learn(from: response.fields)
    dialogs[index].dialog.refreshTarget(from: response.contactURI)
    let reliable = reliableNumber(of: response)
    if let reliable {
      // RFC 3262 section 4: once one has been acknowledged, only the next number is taken; the others are repetitions or came too
      // early.
      if let last = dialogs[index].lastReliable, reliable != last &+ 1 { return }
      dialogs[index].lastReliable = reliable
    }
    var isHeld = false
    if let description = response.sessionDescription {
      switch dialogs[index].offers.state {
      case .offered:
        if reliable != nil { _ = dialogs[index].offers.receiveAnswer(description) }
        if dialogs[index].reported != description {
          dialogs[index].reported = description
          emit(.answered(description, isEarly: true), &step)
        }
      case .none:
        // An offer may come in a reliable response only (RFC 3262 section 5).
        if reliable != nil, !calling.isAbandoned {
          dialogs[index].offers.receiveOffer(description)
          incoming.append(
            IncomingOffer(
              carrier: .provisional(response), remoteTag: dialogs[index].dialog.id.remoteTag, giveUpAt: calling.giveUpAt))
          isHeld = true
        }
      case .agreed, .wanted:
        break
      }
    }
    emit(.progress(response), &step)
    if isHeld, let description = response.sessionDescription { emit(.offered(description), &step) }
    if reliable != nil, !isHeld { sendPrack(for: response, in: index, body: nil, &step) }
    pursueChange(&step)
  }

  private func reliableNumber(of response: Response) -> UInt32? {
    guard response.fields.optionTags(Require.self).contains(.rel100) else { return nil }
    return response.value(RSeq.self)?.value
  }

  /// RFC 3262 section 4.
  mutating func sendPrack(for response: Response, in index: Int, body: Body?, _ step: inout SessionStep) {
    guard let number = response.value(RSeq.self)?.value, let cseq = response.cseq else { return }
    send(.prack, in: index, purpose: .prack, &step) { request in
      request.fields.set(RAck(responseNumber: number, cseq: cseq))
      request.setContent(body)
    }
  }

  mutating func receivePrackResponse(_ response: Response, remoteTag: String?, _ step: inout SessionStep) {
    guard response.status.isFinal else { return }
    pursueChange(&step)
  }

  private mutating func receiveSuccess(_ response: Response, to sent: Request, _ step: inout SessionStep) {
    if forksUntil == nil { forksUntil = step.now + step.patience }
    let tag = response.to?.tag ?? ""
    if let index = index(of: tag), confirmedTag == tag {
      // A repetition: our ACK was lost (section 13.2.2.4).
      repeatAcknowledgement(in: index, sequence: response.cseq?.number, &step)
      return
    }
    guard case .calling(let calling) = phase, !calling.isAbandoned else {
      if let index = index(of: tag), let sequence = response.cseq?.number,
        dialogs[index].acknowledgements.contains(where: { $0.sequence == sequence })
      {
        repeatAcknowledgement(in: index, sequence: sequence, &step)
      } else {
        hangUpUnwanted(response, to: sent, &step)
      }
      return
    }
    guard response.hasLegibleRecordRoutes else {
      // Requests that bypass a proxy on the path may be lost, or bill a call that nobody can end: better no call than such a one.
      emit(.ended(.failed(.badGateway, "The answer's Record-Route cannot be read, so the way to the other side is unknown")), &step)
      hangUpUnwanted(response, to: sent, &step)
      return
    }
    guard let index = dialogIndex(for: response, to: sent) else {
      fail(.badGateway, "The answer to the call could not be understood", &step)
      return
    }
    dialogs[index].dialog.confirm(with: response)
    dialogs[index].learn(from: response.fields)
    let chosen = dialogs[index]
    dialogs = [chosen]
    confirmedTag = tag
    incoming.removeAll { $0.remoteTag != tag }
    phase = .confirmed
    if let farewell = farewells.first(where: { $0.tag == tag }) {
      // It was answered and hung up, and the network turned that round.
      acknowledge(sent, in: 0, body: nil, &step)
      return endedByPeer(farewell.reason, &step)
    }
    concludeOffer(of: response, to: sent, &step)
  }

  /// The 2xx that establishes the session: its answer, or its offer.
  private mutating func concludeOffer(of response: Response, to sent: Request, _ step: inout SessionStep) {
    let description = response.sessionDescription
    let peer = response.to?.address ?? NameAddress(uri: sent.uri)
    switch dialogs[0].offers.state {
    case .offered:
      guard let answer = description ?? dialogs[0].reported else {
        acknowledge(sent, in: 0, body: nil, &step)
        fail(.notAcceptableHere, "The call was answered without a session description", &step)
        return
      }
      _ = dialogs[0].offers.receiveAnswer(answer)
      dialogs[0].reported = answer
      emit(.answered(answer, isEarly: false), &step)
      emit(.established(response, peer: peer), &step)
      acknowledge(sent, in: 0, body: nil, &step)
    case .agreed, .wanted:
      if let remote = dialogs[0].offers.remote { emit(.answered(remote, isEarly: false), &step) }
      emit(.established(response, peer: peer), &step)
      acknowledge(sent, in: 0, body: nil, &step)
    case .none:
      guard let offer = description else {
        acknowledge(sent, in: 0, body: nil, &step)
        fail(.notAcceptableHere, "The call was answered without an offer", &step)
        return
      }
      dialogs[0].offers.receiveOffer(offer)
      emit(.established(response, peer: peer), &step)
      incoming.append(
        IncomingOffer(
          carrier: .success(sent), remoteTag: dialogs[0].dialog.id.remoteTag, giveUpAt: step.now + step.patience))
      emit(.offered(offer), &step)
    }
    pursueChange(&step)
  }

  /// A 2xx of a branch that lost, or one that crossed our CANCEL: ACK, then BYE (section 13.2.2.4, section 9.1).
  private mutating func hangUpUnwanted(_ response: Response, to sent: Request, _ step: inout SessionStep) {
    guard unwantedAnswers < Self.maximumUnwantedAnswers, let index = dialogIndex(for: response, to: sent) else { return }
    unwantedAnswers += 1
    dialogs[index].dialog.confirm(with: response)
    acknowledge(sent, in: index, body: nil, &step)
    var reason: Reason?
    if case .calling(let calling) = phase {
      reason = calling.endReason
      phase = .ending(until: step.now + step.patience * 2)
    }
    sendBye(reason: reason, remoteTag: dialogs[index].dialog.id.remoteTag, &step)
    // Unwanted dialogs are kept for repeated 2xx; a flood of them is not.
    if dialogs.count > Self.maximumEarlyDialogs, let extra = dialogs.firstIndex(where: { $0.dialog.id.remoteTag != confirmedTag }) {
      dialogs.remove(at: extra)
    }
  }

  /// Section 13.2.2.4: the INVITE's CSeq number, and "MUST contain the same credentials as the INVITE".
  mutating func acknowledge(_ invite: Request, in index: Int, body: Body?, _ step: inout SessionStep) {
    guard let sequence = invite.cseq?.number else { return }
    var (request, routing) = dialogs[index].dialog.request(.ack, sequence: sequence)
    request.fields.append(allOf: .authorization, from: invite.fields)
    for credentials in invite.values(ProxyAuthorization.self).reversed() { request.fields.prepend(credentials) }
    request.setContent(body)
    dialogs[index].remember(acknowledgement: request, routing: routing, sequence: sequence)
    step.actions.append(.acknowledge(request, routing))
  }

  func repeatAcknowledgement(in index: Int, sequence: UInt32?, _ step: inout SessionStep) {
    guard let known = dialogs[index].acknowledgements.first(where: { $0.sequence == sequence }) else { return }
    step.actions.append(.acknowledge(known.request, known.routing))
  }

  private mutating func receiveRefusal(_ response: Response, to sent: Request, _ step: inout SessionStep) {
    guard case .calling(let calling) = phase else { return }
    dialogs = []
    incoming = []
    guard !calling.isAbandoned else {
      phase = .finished
      return
    }
    let nextSequence = max(calling.nextSequence, (sent.cseq?.number ?? 0) + 1)
    if response.status.kind == .redirection, calling.tried.count < Self.maximumTargets {
      let contacts = response.redirectionTargets.filter { contact in
        contact.uri.map { uri in !calling.tried.contains { $0.matches(uri) } } ?? false
      }
      if !contacts.isEmpty {
        phase = .redirected(
          Redirection(order: calling.order, response: response, nextSequence: nextSequence, tried: calling.tried))
        emit(.redirected(contacts), &step)
        return
      }
    }
    if response.status.kind != .globalFailure, let next = calling.alternatives.first, calling.tried.count < Self.maximumTargets {
      var order = calling.order
      order.target = next
      call(order, sequence: nextSequence, alternatives: Array(calling.alternatives.dropFirst()), tried: calling.tried, &step)
      return
    }
    emit(.ended(.refused(response)), &step)
    phase = .finished
  }

  mutating func inviteFailed(_ status: StatusCode, _ sentence: String, _ step: inout SessionStep) {
    guard case .calling(let calling) = phase else { return }
    let hasRung = leaveEarlyDialogs(&step)
    if !calling.isAbandoned, let next = calling.alternatives.first, calling.tried.count < Self.maximumTargets {
      var order = calling.order
      order.target = next
      call(
        order, sequence: calling.nextSequence, alternatives: Array(calling.alternatives.dropFirst()), tried: calling.tried, &step)
      return
    }
    emit(.ended(.failed(status, sentence)), &step)
    phase = hasRung ? .ending(until: step.now + step.patience) : .finished
  }
}

extension Response {
  /// Where a 3xx leads, the most wanted first (section 8.1.3.4); schemes that no call can follow are left out.
  var redirectionTargets: [Contact] {
    let usable = contacts.filter { contact in
      switch contact.uri {
      case .sip, .tel: true
      case .other, nil: false
      }
    }
    let ranked = usable.prefix(32).enumerated().sorted { left, right in
      let (first, second) = (left.element.q ?? 1000, right.element.q ?? 1000)
      return first == second ? left.offset < right.offset : first > second
    }
    return ranked.map(\.element)
  }
}
