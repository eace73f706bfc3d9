import SIPMessages
import SansIO

/// Requests of the application outside any dialog: OPTIONS, MESSAGE and the like.
extension UserAgent {
  mutating func request(_ id: RequestID, _ order: RequestOrder) {
    var order = order
    order.identity = living(order.identity)
    let routing = RequestRouting(target: order.target, routes: routes(of: order.identity))
    var fields = HeaderFields()
    if !routing.routes.isEmpty { fields.set(routing.routes.map { Route($0) }) }
    fields.set(MaxForwards(70))
    var from = From(order.identity.presented.withoutTag)
    from.tag = random.token(bits: 64)
    fields.set(from)
    fields.set(To(NameAddress(uri: RequestRouting.asRequestURI(order.target))))
    fields.set(CallIDHeader(value: random.token(bits: 128)))
    fields.set(CSeq(number: UInt32(random.next(below: 1 << 16)) + 1, method: order.method))
    for field in order.fields { fields.append(name: field.name, value: field.value) }
    var request = Request(method: order.method, uri: routing.requestURI, fields: fields)
    request.setContent(order.body)
    send(request, exchange: makeExchange(), owner: .request(id), identity: order.identity, routing: routing)
  }

  /// The account's preloaded routes and the Service-Route that its registrar gave along this flow (RFC 3608 section 6.1).
  func routes(of identity: LocalIdentity) -> [NameAddress] {
    guard let registration = identity.registration.flatMap({ registrations[$0] }) else { return identity.routes }
    let first = registration.serviceRoute.first?.uri.sip
    let leadsToPeer = identity.registration.flatMap { id in first.map { leads(to: id, $0) } } ?? false
    return ServiceRouteUse.routes(
      identity.routes, registration.serviceRoute, registration.serviceRouteUse, leadsToPeer: leadsToPeer)
  }
}
