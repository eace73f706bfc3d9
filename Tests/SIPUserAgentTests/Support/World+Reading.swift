import SIPMessages
import SIPUserAgent
import SansIO

extension World {
  /// The events of a session as words, in order: `progress 180`, `answered early`, `established`, `ended local`.
  func story(_ index: Int, session: SessionID? = nil) -> [String] {
    events[index].compactMap { event in
      switch event {
      case .session(let id, let event): session == nil || id == session ? Self.word(event) : nil
      case .incomingSession(let id, _): session == nil || id == session ? "incoming" : nil
      case .registration, .keptAlive, .response, .request, .lookup, .traced, .extended: nil
      }
    }
  }

  static func word(_ event: SessionEvent) -> String {
    switch event {
    case .progress(let response): "progress \(response.status)"
    case .answered(let body, let isEarly): "answered \(String(decoding: body.bytes, as: UTF8.self))\(isEarly ? " early" : "")"
    case .offered(let body): "offered \(String(decoding: body.bytes, as: UTF8.self))"
    case .offerWanted: "offer wanted"
    case .offerRefused(let status): "offer refused \(status)"
    case .identityRefused(let status): "identity refused \(status)"
    case .established: "established"
    case .acknowledged: "acknowledged"
    case .redirected(let contacts): "redirected \(contacts.map { $0.uri?.description ?? "*" }.joined(separator: " "))"
    case .ended(.local): "ended local"
    case .ended(.remote(let reason)): "ended remote\(reason.map { " \($0.cause ?? 0)" } ?? "")"
    case .ended(.cancelled(let reason)): "ended cancelled\(reason.map { " \($0.cause ?? 0)" } ?? "")"
    case .ended(.refused(let response)): "ended refused \(response.status)"
    case .ended(.failed(let status, _)): "ended failed \(status)"
    }
  }

  /// The number of the last session that came in.
  func incoming(_ index: Int) -> SessionID? {
    for case .incomingSession(let id, _) in events[index].reversed() { return id }
    return nil
  }

  /// What registrations said, as words.
  func registrationStory(_ index: Int) -> [String] {
    events[index].compactMap { event in
      guard case .registration(_, let status) = event else { return nil }
      switch status {
      case .registering: return "registering"
      case .registered(let facts): return "registered \(facts.expires.components.seconds)"
      case .failed(.refused(let status, _), let pause): return "failed \(status)\(pause == nil ? "" : " retry")"
      case .failed(.stale(let status), let pause): return "stale \(status)\(pause == nil ? "" : " retry")"
      case .failed(.timedOut, _): return "timed out"
      case .failed(.unreachable, _): return "unreachable"
      case .failed(.noOtherServer, _): return "no other server"
      case .failed(.withdrawn, let pause): return "withdrawn\(pause.map { " \($0.components.seconds)" } ?? "")"
      case .unregistered: return "unregistered"
      }
    }
  }

  /// The last request of that method in the scripted peers' mail.
  func request(_ method: Method) -> Request? {
    for entry in mail.reversed() {
      if case .request(let request) = entry.message, request.method == method { return request }
    }
    return nil
  }

  func requests(_ method: Method) -> [Request] {
    mail.compactMap { entry in
      if case .request(let request) = entry.message, request.method == method { request } else { nil }
    }
  }

  /// How many different requests of that method arrived, retransmissions left out.
  func attempts(_ method: Method) -> Int {
    Set(requests(method).compactMap { $0.topVia?.branch }).count
  }

  /// The last response in the scripted peers' mail.
  var response: Response? {
    for entry in mail.reversed() {
      if case .response(let response) = entry.message { return response }
    }
    return nil
  }

  func responses(_ status: StatusCode) -> [Response] {
    mail.compactMap { entry in
      if case .response(let response) = entry.message, response.status == status { response } else { nil }
    }
  }

  /// A scripted peer answers a request.
  mutating func answer(
    _ request: Request, _ status: StatusCode, tag: String? = "peer", body: String? = nil, from peer: SocketAddress = World.peer(),
    to index: Int = 0, _ finish: (inout Response) -> Void = { _ in }
  ) {
    var response = Response(to: request, status: status, toTag: status == .trying ? nil : tag)
    if let body { response.setContent(Self.sdp(body)) }
    if request.method == .invite, status < .multipleChoices, status != .trying {
      response.fields.set(Contact(Self.uri("sip:peer@\(peer)")))
    }
    finish(&response)
    send(bytes: response.serialized(), from: peer, to: index)
  }

  mutating func send(bytes: [UInt8], from peer: SocketAddress = World.peer(), to index: Int = 0) {
    send(String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self), from: peer, to: index)
  }

  /// Not real SDP: the user agent carries session descriptions and never reads them.
  static func sdp(_ text: String) -> Body {
    Body(contentType: .sdp, bytes: Array(text.utf8))
  }

  static func uri(_ text: String) -> URI {
    (try? URI(parsing: text)) ?? .other(scheme: "", rest: text)
  }

  static func identity(_ text: String = "sip:alice@example.com", routes: [String] = []) -> LocalIdentity {
    LocalIdentity(address: NameAddress(uri: uri(text)), routes: routes.map { NameAddress(uri: uri($0)) })
  }

  /// Agent 0 calls agent 1, or the scripted peer.
  mutating func call(_ id: SessionID = SessionID(1), to target: String = "sip:bob@192.0.2.2", offer: String? = "offer") {
    command(0, .invite(id, InviteOrder(identity: Self.identity(), target: Self.uri(target), offer: offer.map(Self.sdp))))
  }

  /// Agents 0 and 1 in a call; returns the session's number at each end.
  mutating func establish() -> (caller: SessionID, called: SessionID) {
    call()
    settle()
    let called = incoming(1) ?? SessionID(0)
    command(1, .accept(called, Self.sdp("answer")))
    settle()
    ladder = []
    events = events.map { _ in [] }
    return (SessionID(1), called)
  }
}
