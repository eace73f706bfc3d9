import SIPMessages
import SansIO

/// Subscriptions of extensions (RFC 6665), in dialogs of their own or shared with a session.
extension UserAgent {
  /// A phone has a handful; what a flood wants beyond that is refused.
  static let maximumSubscriptions = 1024

  // MARK: What extensions order

  mutating func carryOut(_ order: SubscriptionOrder) {
    switch order {
    case .accept(let id, let acceptance): accept(id, acceptance)
    case .expect(let id, let session, let event): expect(id, session, event)
    case .refused(let id, let status): withSubscriber(id) { $0.refused(status, into: &$1) }
    case .activate(let id):
      let now = now.instant
      withNotifier(id) { $0.activate(now: now, into: &$1) }
    case .publish(let id, let body):
      let now = now.instant
      withNotifier(id) { $0.publish(body, now: now, into: &$1) }
    case .end(let id, let reason, let body):
      let now = now.instant
      withNotifier(id) { $0.terminate(reason, body: body, now: now, into: &$1) }
    case .subscribe(let id, let order): subscribe(id, order)
    case .refresh(let id): withSubscriber(id) { $0.refresh(into: &$1) }
    case .unsubscribe(let id):
      let (now, patience) = (now.instant, configuration.timers.lifetime)
      withSubscriber(id) { $0.leave(patience: patience, now: now, into: &$1) }
    }
  }

  private mutating func accept(_ id: SubscriptionID, _ acceptance: SubscriptionAcceptance) {
    guard let exchange = servers[acceptance.transaction] else { return }
    var response = acceptance.response
    let request = exchange.request
    let place: Subscription.Place
    if let session = exchange.session, let dialog = dialogOwner(of: request)?.id {
      place = .session(session, dialog)
    } else {
      // A dialog of its own (section 4.2.1.1), which the response makes.
      let tag = random.token(bits: 64)
      guard subscriptions.count < Self.maximumSubscriptions, var dialog = Dialog(received: request, localTag: tag) else {
        respond(acceptance.transaction, Response(to: request, status: .serviceUnavailable))
        return
      }
      dialog.confirm()
      response = Response(to: request, status: response.status, reason: response.reason, toTag: tag)
      for value in request.fields.values(.recordRoute) { response.fields.append(name: .recordRoute, value: value) }
      for field in acceptance.response.fields where !response.fields.contains(field.name) {
        response.fields.append(name: field.name, value: field.value)
      }
      let identity =
        registration(calledBy: request, by: exchange.from.flow).flatMap { flowIdentity(of: $0) }
        ?? LocalIdentity(address: dialog.localAddress)
      place = .own(dialog, identity)
    }
    let notifier = Notifier(
      isPending: acceptance.isPending, duration: acceptance.duration, leastInterval: acceptance.leastInterval, now: now.instant)
    subscriptions[id] = Subscription(
      package: acceptance.event.package, eventID: acceptance.event.id, role: .notifier(notifier), place: place)
    respond(acceptance.transaction, response)
    // Section 4.2.1.2: "the notifier MUST send a NOTIFY request immediately after sending a 200-class response".
    let instant = now.instant
    withNotifier(id) { $0.publish(acceptance.body, now: instant, into: &$1) }
  }

  private mutating func expect(_ id: SubscriptionID, _ session: SessionID, _ event: Event) {
    let now = now.instant
    let patience = configuration.timers.lifetime
    if subscriptions[id] != nil {
      subscriptions[id]?.eventID = event.id
      withSubscriber(id) { subscriber, _ in subscriber.restart(patience: patience, now: now) }
      return
    }
    guard subscriptions.count < Self.maximumSubscriptions, let dialog = sessions[session]?.dialog?.id else { return }
    let subscriber = Subscriber(patience: patience, defaultDuration: .seconds(3600), now: now)
    subscriptions[id] = Subscription(
      package: event.package, eventID: event.id, role: .subscriber(subscriber), place: .session(session, dialog))
    conclude(id)
  }

  // MARK: One step of one subscription

  mutating func withNotifier(_ id: SubscriptionID, _ body: (inout Notifier, inout [Notifier.Output]) -> Void) {
    guard case .notifier(var notifier)? = subscriptions[id]?.role else { return }
    var said: [Notifier.Output] = []
    body(&notifier, &said)
    subscriptions[id]?.role = .notifier(notifier)
    for output in said {
      switch output {
      case .notify(let state, let body): notify(id, state, body)
      case .ended(let ending): tellExtensions(id, .ended(ending))
      }
    }
    conclude(id)
  }

  mutating func withSubscriber(_ id: SubscriptionID, _ body: (inout Subscriber, inout [Subscriber.Output]) -> Void) {
    guard case .subscriber(var subscriber)? = subscriptions[id]?.role else { return }
    var said: [Subscriber.Output] = []
    body(&subscriber, &said)
    subscriptions[id]?.role = .subscriber(subscriber)
    for output in said {
      switch output {
      case .notified(let body): tellExtensions(id, .notified(body))
      case .subscribe(let seconds): sendSubscribe(id, seconds: seconds)
      case .ended(let ending): tellExtensions(id, .ended(ending))
      }
    }
    conclude(id)
  }

  mutating func conclude(_ id: SubscriptionID) {
    guard let subscription = subscriptions[id] else { return }
    if subscription.isFinished { subscriptions[id] = nil }
    deadlines.schedule(.subscription(id), at: subscription.isFinished ? nil : subscription.deadline)
  }

  mutating func subscriptionDeadlineReached(_ id: SubscriptionID) {
    let now = now.instant
    withNotifier(id) { $0.deadlineReached(now: now, into: &$1) }
    withSubscriber(id) { $0.deadlineReached(now: now, into: &$1) }
  }

  private mutating func tellExtensions(_ id: SubscriptionID, _ event: SubscriptionEvent) {
    var context = ExtensionContext(now: now, random: random, nextTicket: nextTicket)
    for index in extensions.indices { extensions[index].subscription(id, event, &context) }
    absorb(context)
  }

  private mutating func notify(_ id: SubscriptionID, _ state: SubscriptionState, _ body: Body?) {
    guard let subscription = subscriptions[id],
      let (empty, routing, identity) = makeRequest(.notify, in: subscription.place, of: id)
    else { return subscriptionRequestFailed(id, .callDoesNotExist) }
    var request = empty
    request.fields.set(subscription.event)
    request.fields.set(state)
    request.setContent(body)
    send(request, exchange: makeExchange(), owner: .subscription(id), identity: identity, routing: routing)
  }

  mutating func makeRequest(
    _ method: Method, in place: Subscription.Place, of id: SubscriptionID
  ) -> (Request, RequestRouting, LocalIdentity)? {
    let first = UInt32(random.next(below: 1 << 16)) + 1
    switch place {
    case .session(let session, let dialog):
      guard let (request, routing) = sessions[session]?.makeRequest(method, remoteTag: dialog.remoteTag, first: first),
        let identity = sessions[session]?.identity
      else { return nil }
      return (request, routing, identity)
    case .own(var dialog, let identity):
      let (request, routing) = dialog.request(method, sequence: dialog.nextSequence(first: first))
      subscriptions[id]?.place = .own(dialog, identity)
      return (request, routing, identity)
    case .forming: return nil
    }
  }

  // MARK: Responses to NOTIFY

  mutating func receive(_ response: Response, subscription id: SubscriptionID) {
    if subscriptions[id]?.order != nil { return receive(response, toSubscribe: id) }
    let now = now.instant
    withNotifier(id) { $0.receive(response.status, now: now, into: &$1) }
  }

  mutating func subscriptionRequestFailed(_ id: SubscriptionID, _ status: StatusCode) {
    if subscriptions[id]?.order != nil { return withSubscriber(id) { $0.refused(status, into: &$1) } }
    let now = now.instant
    withNotifier(id) { $0.receive(status, now: now, into: &$1) }
  }

  /// The CSeq of the next attempt when an extension has a NOTIFY or a SUBSCRIBE resent.
  mutating func renumber(subscription id: SubscriptionID, after number: UInt32) -> UInt32 {
    switch subscriptions[id]?.place {
    case .session(let session, let dialog)?:
      return sessions[session]?.nextSequence(remoteTag: dialog.remoteTag, after: number) ?? number + 1
    case .own(var dialog, let identity)?:
      let next = dialog.nextSequence(first: number)
      subscriptions[id]?.place = .own(dialog, identity)
      return next
    case .forming(let dialog, let sequence, let identity)?:
      let next = min(max(sequence, number), CSeq.largestNumber - 1) + 1
      subscriptions[id]?.place = .forming(dialog, sequence: next, identity)
      return next
    case nil: return number + 1
    }
  }

  // MARK: SUBSCRIBE and NOTIFY that come

  /// True when it was one of the two and has been answered.
  mutating func receiveEvent(_ request: Request, transaction: ServerTransactionID) -> Bool {
    guard !eventPackages.isEmpty || !subscriptions.isEmpty else { return false }
    switch request.method {
    case .notify: receiveNotify(request, transaction)
    case .subscribe: receiveSubscribe(request, transaction)
    default: return false
    }
    return true
  }

  private mutating func receiveNotify(_ request: Request, _ transaction: ServerTransactionID) {
    guard let event = request.value(Event.self) else {
      return respond(transaction, Response(to: request, status: .badRequest, reason: "Bad Request - Event"))
    }
    guard let id = subscription(in: request, event, isNotifier: false) else {
      // Section 4.1.3: "If it does not match, … the UA MUST return a 481".
      return respond(transaction, Response(to: request, status: .callDoesNotExist))
    }
    guard let state = request.value(SubscriptionState.self) else {
      return respond(transaction, Response(to: request, status: .badRequest, reason: "Bad Request - Subscription-State"))
    }
    guard acceptSequence(of: request, subscription: id) else { return outOfOrder(request, transaction) }
    respond(transaction, Response(to: request, status: .ok))
    let now = now.instant
    withSubscriber(id) { $0.receive(state, request.content, now: now, into: &$1) }
  }

  private mutating func receiveSubscribe(_ request: Request, _ transaction: ServerTransactionID) {
    let event = request.value(Event.self)
    guard let event, eventPackages.contains(where: { $0.lowercased() == event.package.lowercased() }) else {
      var response = Response(to: request, status: .badEvent)
      response.fields.set(AllowEvents(eventPackages))
      return respond(transaction, response)
    }
    guard let id = subscription(in: request, event, isNotifier: true) else {
      // An extension that takes new subscriptions has taken them by now; that of REFER may not (RFC 3515 section 2.4.4).
      return respond(transaction, Response(to: request, status: request.to?.tag == nil ? .forbidden : .callDoesNotExist))
    }
    guard acceptSequence(of: request, subscription: id) else { return outOfOrder(request, transaction) }
    guard case .notifier(let notifier)? = subscriptions[id]?.role else { return }
    let now = now.instant
    // No longer than an hour: whoever wants more comes again.
    let seconds = min(request.expires?.seconds ?? notifier.remaining(now: now), 3600)
    var response = Response(to: request, status: .ok)
    response.fields.set(Expires(seconds))
    respond(transaction, response)
    withNotifier(id) { $0.refresh(.seconds(Int64(seconds)), now: now, into: &$1) }
  }

  private mutating func outOfOrder(_ request: Request, _ transaction: ServerTransactionID) {
    respond(transaction, Response(to: request, status: .serverInternalError))
  }

  /// The subscription that a request means: the dialog, the package, and the id where one is given. A NOTIFY to the first REFER of
  /// a dialog may leave the id out (RFC 3515 section 2.4.6).
  private func subscription(in request: Request, _ event: Event, isNotifier: Bool) -> SubscriptionID? {
    guard let localTag = request.to?.tag, let callID = request.callID else { return nil }
    let dialog = DialogID(callID: callID, localTag: localTag, remoteTag: request.from?.tag ?? "")
    let candidates = subscriptions.filter { $0.value.dialogID == dialog && $0.value.isNotifier == isNotifier }.keys.sorted()
    if let exact = candidates.first(where: { subscriptions[$0]?.matches(event) == true }) { return exact }
    guard !isNotifier else { return nil }
    if let made = subscriptions.filter({ $0.value.mayBeMade(by: localTag, callID, event) }).keys.min() { return made }
    guard event.id == nil else { return nil }
    return candidates.first { subscriptions[$0]?.package.lowercased() == event.package.lowercased() }
  }

  /// A session's dialog has counted already; NOTIFY and SUBSCRIBE refresh the target of either (section 3.1).
  private mutating func acceptSequence(of request: Request, subscription id: SubscriptionID) -> Bool {
    switch subscriptions[id]?.place {
    case .session(let session, let dialog)?:
      sessions[session]?.refreshTarget(remoteTag: dialog.remoteTag, from: request.contactURI)
    case .own(var dialog, let identity)?:
      guard let number = request.cseq?.number, dialog.acceptSequence(number) else { return false }
      dialog.refreshTarget(from: request.contactURI)
      subscriptions[id]?.place = .own(dialog, identity)
    case .forming(let forming, let sequence, let identity)?:
      guard var dialog = Dialog(received: request, localTag: forming.localTag) else { return false }
      dialog.confirm()
      // Our own requests count on from the SUBSCRIBE.
      _ = dialog.nextSequence(first: sequence)
      subscriptions[id]?.place = .own(dialog, identity)
    case nil: return false
    }
    return true
  }

  // MARK: Shared dialogs

  /// A session goes; the subscriptions in its dialogs keep them (RFC 5057 section 4.1: a dialog lives as long as one of its
  /// usages).
  mutating func handOver(_ usage: InviteUsage) {
    guard !subscriptions.isEmpty else { return }
    for id in subscriptions.keys.sorted() {
      guard case .session(usage.id, let dialogID)? = subscriptions[id]?.place else { continue }
      if let dialog = usage.dialogs.first(where: { $0.dialog.id == dialogID })?.dialog {
        subscriptions[id]?.place = .own(dialog, usage.identity)
      } else {
        subscriptionRequestFailed(id, .callDoesNotExist)
        withSubscriber(id) { $0.refused(.callDoesNotExist, into: &$1) }
      }
    }
  }
}
