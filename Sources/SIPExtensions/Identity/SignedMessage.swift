public import SIPMessages
public import SIPUserAgent

/// Names one message of a peer's, over its repetitions.
public struct MessageKey: Hashable, Sendable {
  public var callID: String
  /// The tag of the one who sent it.
  public var tag: String
  public var sequence: UInt32
  /// Empty for requests; the status of a response.
  public var status: Int?

  /// nil for a request that lacks what every request has.
  public init?(_ request: Request) {
    guard let callID = request.callID, let cseq = request.cseq else { return nil }
    self.callID = callID
    tag = request.from?.tag ?? ""
    sequence = cseq.number
  }

  public init?(_ response: Response) {
    guard let callID = response.callID, let cseq = response.cseq else { return nil }
    self.callID = callID
    tag = response.to?.tag ?? ""
    sequence = cseq.number
    status = response.status.rawValue
  }
}

/// The parts of a message that a signature is about.
public struct SignedMessage: Sendable {
  public var key: MessageKey
  /// nil for an initial request, which has none yet.
  public var session: SessionID?
  var fields: [Identity]
  var origins: [URI]
  var destination: URI?
  var date: Int64?
  var body: [UInt8]
  /// nil for a response.
  var request: Request?

  public var isResponse: Bool { key.status != nil }

  init?(_ request: Request, session: SessionID?, _ fields: [Identity]) {
    guard let key = MessageKey(request) else { return nil }
    self.key = key
    self.session = session
    self.fields = fields
    origins =
      [request.from?.address.uri].compactMap { $0 } + request.values(PAssertedIdentity.self).prefix(2).map(\.address.uri)
    destination = request.to?.address.uri
    date = request.value(DateHeader.self).flatMap { SIPDate($0.value)?.secondsSince1970 }
    body = request.body
    self.request = request
  }

  /// The tokens of the called side: the same caller and the same called as in the request, signed by the latter.
  init?(_ response: Response, to request: Request, session: SessionID?) {
    guard let key = MessageKey(response) else { return nil }
    self.key = key
    self.session = session
    fields = response.values(Identity.self)
    origins = [request.from?.address.uri].compactMap { $0 }
    destination = request.to?.address.uri
    date = response.value(DateHeader.self).flatMap { SIPDate($0.value)?.secondsSince1970 }
    body = response.body
    self.request = nil
  }
}
