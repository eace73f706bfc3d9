import SIPMessages
import SansIO

/// Requests of the application outside any dialog: OPTIONS, MESSAGE and the like.
extension UserAgent {
  mutating func request(_ id: RequestID, _ order: RequestOrder) {
    var order = order
    order.identity = living(order.identity)
    let localTag = random.token(bits: 64)
    let callID = random.token(bits: 128)
    var (request, routing) = makeRequest(
      order.method, to: order.target, identity: order.identity, callID: callID, localTag: localTag,
      sequence: UInt32(random.next(below: 1 << 16)) + 1)
    for field in order.fields { request.fields.append(name: field.name, value: field.value) }
    request.setContent(order.body)
    send(request, exchange: makeExchange(), owner: .request(id), identity: order.identity, routing: routing)
  }

  /// A request outside any dialog, with everything except Via, Contact and what the core adds to every request (section 8.1.1).
  func makeRequest(
    _ method: Method, to target: URI, identity: LocalIdentity, callID: String, localTag: String, sequence: UInt32
  ) -> (request: Request, routing: RequestRouting) {
    let routing = RequestRouting(target: target, routes: routes(of: identity))
    var fields = HeaderFields()
    if !routing.routes.isEmpty { fields.set(routing.routes.map { Route($0) }) }
    fields.set(MaxForwards(70))
    var from = From(identity.presented.withoutTag)
    from.tag = localTag
    fields.set(from)
    fields.set(To(NameAddress(uri: RequestRouting.asRequestURI(target))))
    fields.set(CallIDHeader(value: callID))
    fields.set(CSeq(number: sequence, method: method))
    return (Request(method: method, uri: routing.requestURI, fields: fields), routing)
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
