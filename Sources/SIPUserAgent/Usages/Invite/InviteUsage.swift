import SIPMessages
import SansIO

/// One INVITE and the dialogs that come of it (RFC 3261 sections 13 to 15), at either end.
///
///     caller:  calling ──2xx──► confirmed ──BYE──► ending ──► finished
///                 │  ╲─3xx─► redirected ─follow─► calling
///                 ╰──cancel, refusal──► ending or finished
///     called:  ringing ──accept──► confirmed …
///                 ╰──reject, CANCEL──► finished
///
/// `ending` means: over for the application, but late 2xx are still acknowledged and hung up, and the peer's BYE is still answered.
/// The aspects are in files of their own: `+Calling`, `+Ringing`, `+Requests` (what the peer sends in the dialog), `+Changes`
/// (offers of ours), `+Identity` (who we say we are).
struct InviteUsage: Sendable {
  enum Phase: Sendable {
    case calling(Calling)
    case redirected(Redirection)
    case ringing(Ringing)
    case confirmed
    case ending(until: Instant)
    case finished
  }

  /// Why a request of ours went out; decides what its response means.
  enum Purpose: Sendable {
    case invite
    case change
    case prack
    case bye
    case application(RequestID)
    /// An extension's own; it saw the response already.
    case other
  }

  struct Pending: Sendable {
    var purpose: Purpose
    /// Which dialog it belongs to; nil for the first INVITE.
    var remoteTag: String?
  }

  let id: SessionID
  var identity: LocalIdentity
  let isCaller: Bool
  let callID: String
  let localTag: String
  var phase: Phase
  var dialogs: [InviteDialog] = []
  /// The remote tag of the dialog that a 2xx confirmed.
  var confirmedTag: String?
  var pending: [ExchangeID: Pending] = [:]
  /// Our 2xx that wait for ACK: the first, or one to a re-INVITE; rarely both.
  var acceptances: [Acceptance] = []
  /// `end` was ordered before the ACK came: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an
  /// ACK".
  var byeAfterAcknowledgement: Farewell?
  /// A reliable provisional response that was still unacknowledged when our 2xx left; its PRACK may come yet (RFC 3262 section 3).
  var unacknowledged: Unacknowledged?
  /// Offers of the peer that the application has yet to answer, in order.
  var incoming: [IncomingOffer] = []
  var outgoing: OutgoingChange?
  var wanted: WantedChange?
  /// After glare: not before this (section 14.1).
  var retryAt: Instant?
  /// What the peer is still to be told about who we are (RFC 4916).
  var identityNews: IdentityNews?
  /// The From of our requests in dialogs whose peer knows `from-change`; nil: as in the request that made the dialog.
  var ownAddress: NameAddress?
  /// We were called by somebody who may want to know who was reached.
  var isAnnouncementDue = false
  /// An UPDATE with our own identity has gone out.
  var hasAnnounced = false
  /// The application was told that it is over and hears no more of it.
  var isOver = false
  /// Until then other branches of our INVITE may still answer: 64*T1 after the first 2xx (section 13.2.2.4).
  var forksUntil: Instant?
  /// Early dialogs that the peer ended with BYE: the remote tags and why.
  var farewells: [(tag: String, reason: Reason?)] = []
  /// How many 2xx of other branches were hung up.
  var unwantedAnswers = 0

  struct Unacknowledged: Sendable {
    var reliable: ReliableProvisionals
    /// The CSeq of the INVITE that it answered.
    let invite: UInt32
  }

  struct Farewell: Sendable {
    var reason: Reason?
  }

  /// Sixteen early dialogs are more than any fork makes; a flood of tags stops here.
  static let maximumEarlyDialogs = 16

  @inline(__always)
  var isFinished: Bool {
    if case .finished = phase { true } else { false }
  }

  /// The present dialogs when they are not `known`; nil when they are.
  @inline(__always)
  func changedDialogs(since known: [DialogID]) -> [DialogID]? {
    let isSame = dialogs.count == known.count && dialogs.indices.allSatisfy { dialogs[$0].dialog.id == known[$0] }
    return isSame ? nil : dialogs.map(\.dialog.id)
  }

  /// What the core wants to know after each step.
  @inline(__always)
  func outlook() -> (isFinished: Bool, nextDeadline: Instant?) {
    (isFinished, nextDeadline)
  }

  /// The dialog that requests of the application go to: the confirmed one, else the newest early one.
  @inline(__always)
  var currentIndex: Int? {
    guard let confirmedTag else { return dialogs.indices.last }
    return dialogs.firstIndex { $0.dialog.id.remoteTag == confirmedTag }
  }

  /// What the extensions may know of the peer.
  @inline(__always)
  func inform(_ context: inout ExtensionContext) {
    context.isInConfirmedDialog = confirmedTag != nil
    guard let currentIndex else { return }
    context.peerMethods = dialogs[currentIndex].peerMethods
    context.peerOptionTags = dialogs[currentIndex].peerOptionTags
    context.peerAddress = dialogs[currentIndex].dialog.remoteAddress
  }

  var isConfirmed: Bool {
    if case .confirmed = phase { true } else { false }
  }

  func index(of remoteTag: String?) -> Int? {
    guard let remoteTag else { return nil }
    return dialogs.firstIndex { $0.dialog.id.remoteTag == remoteTag }
  }

  // MARK: Events and the end

  mutating func emit(_ event: SessionEvent, _ step: inout SessionStep) {
    guard !isOver else { return }
    if case .ended = event { isOver = true }
    step.actions.append(.event(event))
  }

  /// Section 15: ends the session in the way its state asks for.
  mutating func end(
    reason: Reason?, status: StatusCode = .temporarilyUnavailable, ending: SessionEnding = .local, _ step: inout SessionStep
  ) {
    switch phase {
    case .calling(let calling):
      emit(.ended(ending), &step)
      abandon(calling, reason: reason, &step)
    case .redirected:
      emit(.ended(ending), &step)
      phase = .finished
    case .ringing(let ringing):
      var response = makeResponse(to: ringing.request, status)
      if let reason { response.fields.append(reason) }
      step.actions.append(.respond(ringing.transaction, response))
      emit(.ended(ending), &step)
      phase = .finished
    case .confirmed:
      emit(.ended(ending), &step)
      refuseIncoming(.requestTerminated, &step)
      abandonRequests(&step)
      phase = .ending(until: step.now + step.patience * 2)
      if acceptances.isEmpty {
        sendBye(reason: reason, &step)
      } else {
        byeAfterAcknowledgement = Farewell(reason: reason)
      }
    case .ending, .finished:
      break
    }
  }

  /// Something is beyond repair: say so, and leave nothing hanging at the peer.
  mutating func fail(_ status: StatusCode, _ sentence: String, _ step: inout SessionStep) {
    end(reason: Reason(sipCause: status), status: status, ending: .failed(status, sentence), &step)
  }

  /// The dialog is over: what waits for a connection is not sent any more, and a re-INVITE that was answered with 100 and nothing
  /// else would wait for ever without a CANCEL.
  mutating func abandonRequests(_ step: inout SessionStep) {
    for exchange in pending.keys.sorted() { step.actions.append(.withdraw(exchange)) }
    if let change = outgoing, change.method == .invite, change.giveUpAt != nil {
      outgoing?.giveUpAt = nil
      step.actions.append(.cancel(change.exchange, nil))
    }
  }

  mutating func sendBye(reason: Reason?, remoteTag: String? = nil, _ step: inout SessionStep) {
    guard let index = index(of: remoteTag ?? confirmedTag) ?? dialogs.indices.last else { return }
    send(.bye, in: index, purpose: .bye, &step) { request in
      if let reason { request.fields.append(reason) }
    }
  }

  // MARK: Requests of ours

  /// Builds and sends a request within a dialog; returns its exchange.
  @discardableResult
  mutating func send(
    _ method: Method, in index: Int, purpose: Purpose, _ step: inout SessionStep, _ finish: (inout Request) -> Void = { _ in }
  ) -> ExchangeID {
    let sequence = dialogs[index].dialog.nextSequence(first: UInt32(step.random.next(below: 1 << 16)) + 1)
    applyIdentity(in: index)
    var (request, routing) = dialogs[index].dialog.request(method, sequence: sequence)
    finish(&request)
    let exchange = step.makeExchange()
    pending[exchange] = Pending(purpose: purpose, remoteTag: dialogs[index].dialog.id.remoteTag)
    step.actions.append(.send(exchange, request, routing))
    return exchange
  }

  /// A request that the application or an extension wants sent within the dialog; false when there is no dialog.
  mutating func sendRequest(
    _ method: Method, purpose: Purpose, fields: HeaderFields, body: Body?, _ step: inout SessionStep
  ) -> Bool {
    guard !isOver, let index = currentIndex else { return false }
    send(method, in: index, purpose: purpose, &step) { request in
      for field in fields { request.fields.append(name: field.name, value: field.value) }
      request.setContent(body)
    }
    return true
  }

  /// The dialog that other usages share with this one.
  var dialog: Dialog? { currentIndex.map { dialogs[$0].dialog } }

  func purpose(of exchange: ExchangeID) -> Purpose? { pending[exchange]?.purpose }

  /// A request of another usage of the same dialog, which shares its numbers (RFC 5057 section 4).
  mutating func makeRequest(_ method: Method, remoteTag: String, first: UInt32) -> (request: Request, routing: RequestRouting)? {
    guard let index = index(of: remoteTag) else { return nil }
    applyIdentity(in: index)
    return dialogs[index].dialog.request(method, sequence: dialogs[index].dialog.nextSequence(first: first))
  }

  mutating func nextSequence(remoteTag: String, after number: UInt32) -> UInt32? {
    index(of: remoteTag).map { dialogs[$0].dialog.nextSequence(first: number) }
  }

  mutating func learnRemoteAddress(from request: Request) {
    if let index = index(of: request.from?.tag ?? "") { dialogs[index].dialog.learnRemoteAddress(from: request) }
  }

  mutating func refreshTarget(remoteTag: String, from contact: URI?) {
    if let index = index(of: remoteTag) { dialogs[index].dialog.refreshTarget(from: contact) }
  }

  /// The CSeq of the next attempt when an extension has a request resent.
  mutating func renumber(_ exchange: ExchangeID, after number: UInt32) -> UInt32 {
    if let pending = pending[exchange], let index = index(of: pending.remoteTag) {
      return dialogs[index].dialog.nextSequence(first: number)
    }
    let next = min(number, 0x7FFF_FFFE) + 1
    if case .calling(var calling) = phase, calling.exchange == exchange {
      calling.nextSequence = next + 1
      phase = .calling(calling)
    }
    return next
  }

  mutating func receive(_ response: Response, to sent: Request, exchange: ExchangeID, _ step: inout SessionStep) {
    guard let entry = pending[exchange] else { return }
    // An INVITE can be answered with 2xx again and again; everything else is done with its final response.
    if response.status.isFinal, !(response.status.isSuccess && sent.method == .invite) { pending[exchange] = nil }
    switch entry.purpose {
    case .invite: receiveInviteResponse(response, to: sent, exchange: exchange, &step)
    case .change: receiveChangeResponse(response, to: sent, exchange: exchange, remoteTag: entry.remoteTag, &step)
    case .prack: receivePrackResponse(response, remoteTag: entry.remoteTag, &step)
    case .bye:
      if response.status.isFinal { lingerForForks(&step) }
    case .application(let request): step.actions.append(.response(request, response))
    case .other: break
    }
    // 481 to PRACK says that the provisional response is not known (RFC 3262 section 3), not that the dialog is gone (RFC 5057): a
    // called side that has answered meanwhile may have forgotten what rang before.
    let isMismatch = sent.method == .prack && response.status == .callDoesNotExist
    if sent.method != .bye, !isMismatch, case .confirmed = phase, Self.endsDialog(response.status), entry.remoteTag == confirmedTag
    {
      fail(response.status, "The other side does not know this call any more", &step)
    }
  }

  /// Section 12.2.1.2: "If the response for a request within a dialog is a 481 … or a 408 …, the UAC SHOULD terminate the dialog."
  static func endsDialog(_ status: StatusCode) -> Bool {
    status == .callDoesNotExist || status == .requestTimeout
  }

  /// No final response came, or no way to the peer was found.
  mutating func requestFailed(_ status: StatusCode, _ sentence: String, exchange: ExchangeID, _ step: inout SessionStep) {
    guard let entry = pending.removeValue(forKey: exchange) else { return }
    switch entry.purpose {
    case .invite: inviteFailed(status, sentence, &step)
    case .change, .prack:
      if outgoing?.exchange == exchange { outgoing = nil }
      if case .confirmed = phase { fail(status, sentence, &step) }
    case .bye: lingerForForks(&step)
    case .application(let request):
      step.actions.append(.response(request, Response(status: status, reason: sentence, fields: HeaderFields(), body: [])))
      if case .confirmed = phase, status == .requestTimeout { fail(status, sentence, &step) }
    case .other:
      if case .confirmed = phase, status == .requestTimeout { fail(status, sentence, &step) }
    }
  }

  /// After the BYE's answer a called session has nothing to wait for; a caller's may still see 2xx of other branches.
  func lingering(at now: Instant) -> Phase {
    guard let forksUntil, forksUntil > now else { return .finished }
    return .ending(until: forksUntil)
  }

  private mutating func lingerForForks(_ step: inout SessionStep) {
    guard case .ending = phase, acceptances.isEmpty, outgoing == nil, !pending.values.contains(where: \.isBye) else { return }
    phase = lingering(at: step.now)
  }

  // MARK: Responses of ours

  func makeResponse(to request: Request, _ status: StatusCode, reason: String? = nil) -> Response {
    var response = Response(to: request, status: status, reason: reason, toTag: request.to?.tag == nil ? localTag : nil)
    if request.method == .invite, status != .trying, status < .multipleChoices {
      // Section 12.1.1: the Record-Route of the request goes back as it is.
      for value in request.fields.values(.recordRoute) { response.fields.append(name: .recordRoute, value: value) }
    }
    return response
  }

  /// Section 14.2: "MUST return a 500 … with a Retry-After … of between 0 and 10 seconds".
  func makeBusyResponse(to request: Request, _ step: inout SessionStep) -> Response {
    var response = makeResponse(to: request, .serverInternalError)
    response.fields.set(RetryAfter(UInt32(step.random.next(below: 11))))
    return response
  }
}

extension InviteUsage.Pending {
  /// It may be challenged, and is then sent again.
  var isBye: Bool {
    if case .bye = purpose { true } else { false }
  }
}

extension InviteUsage {
  /// The account goes on by another of its flows.
  mutating func take(_ identity: LocalIdentity) {
    self.identity = identity
    guard case .calling(var calling) = phase else { return }
    calling.order.identity = identity
    phase = .calling(calling)
  }

  /// Whether this request may be sent again: not the INVITE of a call that was given up meanwhile, and after a BYE nothing else.
  func mayResend(_ exchange: ExchangeID) -> Bool {
    guard let entry = pending[exchange] else { return false }
    if case .ending = phase { return entry.isBye }
    if let tag = entry.remoteTag, index(of: tag) == nil { return entry.isBye }
    guard case .calling(let calling) = phase, calling.exchange == exchange else { return true }
    return !calling.isAbandoned
  }
}
