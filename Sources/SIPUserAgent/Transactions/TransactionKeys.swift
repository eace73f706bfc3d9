internal import SIPMessages

/// What a response is matched by (RFC 3261 section 17.1.3): the branch of the topmost Via and the method of CSeq.
struct ClientTransactionKey: Hashable, Sendable {
  var branch: String
  var method: Method
}

/// What a request is matched by (RFC 3261 section 17.2.3).
///
/// An ACK carries the key of its INVITE. A CANCEL has a key of its own, and `invite` gives the one of what it cancels.
enum ServerTransactionKey: Hashable, Sendable {
  /// "The branch parameter in the request is equal to the one in the top Via header field of the request that created the
  /// transaction, and the sent-by value [...] is equal [...], and the method of the request matches, except for ACK".
  case standard(branch: String, host: Host, port: UInt16, method: Method)
  /// A peer of RFC 2543 times, whose branch means nothing. To tags are compared apart: that of an ACK is the response's.
  case old(uri: String, fromTag: String?, callID: String, cseq: UInt32, via: String, method: Method)

  init(_ request: Request, _ essentials: Essentials, transport: TransportProtocol) {
    let via = essentials.topVia
    let method = request.method == .ack ? Method.invite : request.method
    if let branch = via.branch, ViaHandling.isUnique(branch) {
      self = .standard(branch: branch, host: via.host, port: via.port ?? transport.defaultPort, method: method)
    } else {
      self = .old(
        uri: request.uri.description, fromTag: essentials.fromTag, callID: essentials.callID, cseq: essentials.cseq.number,
        via: via.text, method: method)
    }
  }

  /// The key of the INVITE that a CANCEL with this key is for.
  var invite: ServerTransactionKey { with(.invite) }

  /// What else a CANCEL may name, by mistake: it is answered as if it mattered.
  static let cancellable: [Method] = [
    .options, .register, .bye, .prack, .update, .info, .message, .refer, .subscribe, .notify, .publish,
  ]

  /// The key of another request on the same branch.
  func with(_ method: Method) -> ServerTransactionKey {
    switch self {
    case .standard(let branch, let host, let port, _): .standard(branch: branch, host: host, port: port, method: method)
    case .old(let uri, let fromTag, let callID, let cseq, let via, _):
      .old(uri: uri, fromTag: fromTag, callID: callID, cseq: cseq, via: via, method: method)
    }
  }

  var isOld: Bool {
    if case .old = self { true } else { false }
  }
}
