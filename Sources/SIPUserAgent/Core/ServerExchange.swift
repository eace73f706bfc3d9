import SIPMessages

/// One request of a peer, as long as a response to it may still leave.
struct ServerExchange: Sendable {
  let request: Request
  let from: ReceivedFrom
  let mergeKey: MergeKey?
  var session: SessionID?
  /// The session whose place the INVITE is to take.
  var replaced: SessionID?
  /// What was sent, for repetitions: the newest few.
  var sent: [Response] = []

  var hasFinalResponse: Bool { sent.contains { $0.status.isFinal } }
}

/// A request that arrives twice over different paths has these in common (RFC 3261 section 8.2.2.2).
struct MergeKey: Hashable, Sendable {
  let fromTag: String
  let callID: String
  let sequence: UInt32
  let method: Method
}

/// A request that waits for something that an extension looks up.
struct HeldRequest: Sendable {
  let transaction: ServerTransactionID
  let received: ReceivedRequest
  /// Which extension asked.
  let position: Int
}
