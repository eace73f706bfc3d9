import SIPMessages

/// One request of ours over all the attempts that extensions make of it.
struct ClientExchange: Sendable {
  enum Owner: Hashable, Sendable {
    case session(SessionID)
    case registration(RegistrationID)
    case request(RequestID)
    case subscription(SubscriptionID)
    /// OPTIONS that keeps a flow open.
    case keepAlive(FlowReference)
  }

  let owner: Owner
  /// Another one than at first when it went over to another flow of the account.
  var identity: LocalIdentity
  /// Whom the request is for.
  let target: URI
  /// The flows that did not lead anywhere.
  var deadFlows: [RegistrationID] = []
  /// As its author and the core wrote it, before any extension.
  var template: Request
  /// As it left.
  var sent: Request
  var hop: NextHop
  var transaction: ClientTransactionID?
  var attempts = 0
}
