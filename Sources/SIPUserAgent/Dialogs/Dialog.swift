public import SIPMessages

/// A peer-to-peer relationship between two user agents (RFC 3261 section 12).
public struct Dialog: Hashable, Sendable {
  public let id: DialogID
  /// False once a 2xx has been seen or sent.
  public var isEarly: Bool
  /// We sent the request that made it.
  public let isInitiator: Bool
  /// From of the requests that we send, without the tag. It may change (RFC 4916); who the dialog belongs to is told by `id` alone.
  public private(set) var localAddress: NameAddress
  /// To of the requests that we send, without the tag; what the peer called itself last.
  public private(set) var remoteAddress: NameAddress
  public private(set) var localSequence: UInt32
  /// nil until the peer has sent a request.
  public private(set) var remoteSequence: UInt32?
  public private(set) var routeSet: [NameAddress]
  public private(set) var remoteTarget: URI
  /// Both ends were addressed with SIPS (section 12.1.1).
  public let isSecure: Bool

  /// The dialog that a response to our request makes (section 12.1.2); nil when the response has no usable To.
  ///
  /// A Record-Route that cannot be read makes no early dialog either. A 2xx makes one all the same, without a route set: it must be
  /// acknowledged and hung up, and its Contact is the only way that is left.
  public init?(request: Request, response: Response) {
    guard response.hasLegibleRecordRoutes || response.status.isSuccess else { return nil }
    guard let from = request.from, let to = response.to, let callID = request.callID, let cseq = request.cseq else { return nil }
    id = DialogID(callID: callID, localTag: from.tag ?? "", remoteTag: to.tag ?? "")
    isEarly = response.status.isProvisional
    isInitiator = true
    localAddress = from.address.withoutTag
    remoteAddress = to.address.withoutTag
    localSequence = cseq.number
    remoteSequence = nil
    routeSet = response.recordRoutes.reversed().map(\.address)
    // A provisional response needs no Contact; requests within the early dialog then go where the first one went.
    remoteTarget = response.contactURI ?? request.uri
    isSecure = request.uri.sip?.isSecure == true
  }

  /// The dialog that our response to the peer's request makes (section 12.1.1); nil when the request lacks what a dialog needs.
  public init?(received request: Request, localTag: String) {
    // With part of the route set missing, our requests would pass by a proxy that insists on seeing them.
    guard request.hasLegibleRecordRoutes else { return nil }
    guard let from = request.from, let to = request.to, let callID = request.callID, let cseq = request.cseq
    else { return nil }
    id = DialogID(callID: callID, localTag: localTag, remoteTag: from.tag ?? "")
    isEarly = true
    isInitiator = false
    localAddress = to.address.withoutTag
    remoteAddress = from.address.withoutTag
    localSequence = 0
    remoteSequence = cseq.number
    routeSet = request.recordRoutes.map(\.address)
    // An RFC 2543 client need not send Contact; its From is all we have then.
    remoteTarget = request.contactURI ?? from.address.uri
    isSecure = request.uri.sip?.isSecure == true
  }

  /// Section 13.2.2.4: a 2xx confirms the dialog, and its Record-Route replaces what a provisional response said.
  public mutating func confirm(with response: Response) {
    isEarly = false
    if response.hasLegibleRecordRoutes { routeSet = response.recordRoutes.reversed().map(\.address) }
    refreshTarget(from: response.contactURI)
  }

  public mutating func confirm() {
    isEarly = false
  }

  /// Section 12.2: a target refresh request or its 2xx changes the remote target and nothing else.
  public mutating func refreshTarget(from contact: URI?) {
    if let contact { remoteTarget = contact }
  }

  /// RFC 4916 section 4.4.1: the From of our requests from now on. The tag stays.
  public mutating func changeLocalAddress(to address: NameAddress) {
    localAddress = address.withoutTag
  }

  /// RFC 4916 section 4.4.2: a request of the peer was answered with 2xx, and its From is the To of our requests from now on. What
  /// differs in the display name only is no other URI and changes nothing.
  public mutating func learnRemoteAddress(from request: Request) {
    if let address = request.from?.address.withoutTag, address.uri != remoteAddress.uri { remoteAddress = address }
  }

  /// The number of the next request; the very first one of the called side is drawn by the caller of this.
  public mutating func nextSequence(first: UInt32) -> UInt32 {
    // 2^31 - 1 is the limit of section 8.1.1.5; a dialog that gets there has sent a request every second for 68 years.
    localSequence = localSequence == 0 ? max(first, 1) : min(localSequence, 0x7FFF_FFFE) + 1
    return localSequence
  }

  /// Section 12.2.2: a request whose CSeq is not higher than the last one's is out of order.
  public mutating func acceptSequence(_ number: UInt32) -> Bool {
    if let remoteSequence, number <= remoteSequence { return false }
    remoteSequence = number
    return true
  }

  /// A request within this dialog (section 12.2.1.1), with everything except Via, Contact and what the core adds to every request.
  public func request(_ method: Method, sequence: UInt32) -> (request: Request, routing: RequestRouting) {
    let routing = RequestRouting(target: remoteTarget, routes: routeSet)
    var fields = HeaderFields()
    if !routing.routes.isEmpty { fields.set(routing.routes.map { Route($0) }) }
    fields.set(MaxForwards(70))
    var from = From(localAddress)
    from.tag = id.localTag.isEmpty ? nil : id.localTag
    fields.set(from)
    var to = To(remoteAddress)
    to.tag = id.remoteTag.isEmpty ? nil : id.remoteTag
    fields.set(to)
    fields.set(CallIDHeader(value: id.callID))
    fields.set(CSeq(number: sequence, method: method))
    return (Request(method: method, uri: routing.requestURI, fields: fields, body: []), routing)
  }
}

extension MessageAccessors {
  /// False when a Record-Route value is malformed: the route set is then unknown, not empty.
  var hasLegibleRecordRoutes: Bool { (try? fields.all(RecordRoute.self)) != nil }
}

extension NameAddress {
  var withoutTag: NameAddress {
    var copy = self
    copy.parameters.remove("tag")
    return copy
  }
}
