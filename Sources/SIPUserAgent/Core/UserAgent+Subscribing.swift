import SIPMessages
import SansIO

/// Subscriptions that SUBSCRIBE makes (RFC 6665 section 4.1.2), whatever their package.
extension UserAgent {
  mutating func subscribe(_ id: SubscriptionID, _ order: SubscribeOrder) {
    guard subscriptions[id] == nil else { return }
    let subscriber = Subscriber(
      patience: configuration.timers.lifetime, defaultDuration: order.duration, renewal: order.duration, now: now.instant)
    let dialog = DialogID(callID: random.token(bits: 128), localTag: random.token(bits: 64), remoteTag: "")
    let sequence = UInt32(random.next(below: 1 << 16)) + 1
    var subscription = Subscription(
      package: order.event.package, eventID: order.event.id, role: .subscriber(subscriber),
      place: .forming(dialog, sequence: sequence, order.identity))
    subscription.order = order
    let hasRoom = subscriptions.count < Self.maximumSubscriptions
    subscriptions[id] = subscription
    guard hasRoom else { return withSubscriber(id) { $0.refused(.serviceUnavailable, into: &$1) } }
    conclude(id)
    sendSubscribe(id, seconds: UInt32(clamping: order.duration.components.seconds))
  }

  /// In the dialog once there is one, else the SUBSCRIBE that makes it.
  mutating func sendSubscribe(_ id: SubscriptionID, seconds: UInt32) {
    guard let subscription = subscriptions[id], let order = subscription.order else { return }
    let made: (request: Request, routing: RequestRouting, identity: LocalIdentity)?
    if case .forming(let dialog, let sequence, let identity) = subscription.place {
      let living = self.living(identity)
      let (request, routing) = makeRequest(
        .subscribe, to: order.target, identity: living, callID: dialog.callID, localTag: dialog.localTag, sequence: sequence)
      made = (request, routing, living)
    } else {
      made = makeRequest(.subscribe, in: subscription.place, of: id).map { ($0.0, $0.1, $0.2) }
    }
    guard let (initial, routing, identity) = made else { return subscriptionRequestFailed(id, .callDoesNotExist) }
    var request = initial
    request.fields.set(order.event)
    request.fields.set(Expires(seconds))
    if !order.accepts.isEmpty {
      request.fields.set(name: .accept, value: order.accepts.map { "\($0.type)/\($0.subtype)" }.joined(separator: ", "))
    }
    send(request, exchange: makeExchange(), owner: .subscription(id), identity: identity, routing: routing)
  }

  mutating func receive(_ response: Response, toSubscribe id: SubscriptionID) {
    guard response.status.isFinal else { return }
    if response.status.isSuccess {
      let now = now.instant
      return withSubscriber(id) { subscriber, _ in subscriber.accepted(response.expires?.seconds, now: now) }
    }
    if response.status == .intervalTooBrief, let least = response.value(MinExpires.self)?.seconds, least <= 86_400,
      case .forming(let dialog, let sequence, let identity)? = subscriptions[id]?.place, subscriptions[id]?.wasTooBrief == false
    {
      // Section 4.1.2.1, once: a notifier that raises its minimum again is not followed.
      subscriptions[id]?.wasTooBrief = true
      subscriptions[id]?.place = .forming(dialog, sequence: min(sequence, CSeq.largestNumber - 1) + 1, identity)
      let (now, patience) = (now.instant, configuration.timers.lifetime)
      withSubscriber(id) { subscriber, _ in subscriber.restart(patience: patience, now: now) }
      return sendSubscribe(id, seconds: least)
    }
    withSubscriber(id) { $0.refused(response.status, into: &$1) }
  }
}
