import SIPMessages
import SansIO

/// An offer of the peer that waits for the application's answer, with the message that will carry the answer.
struct IncomingOffer: Sendable {
  enum Carrier: Sendable {
    /// A reliable provisional response to our offerless INVITE; PRACK answers.
    case provisional(Response)
    /// The 2xx to our offerless INVITE, which is kept here; ACK answers.
    case success(Request)
    case prack(Request, ServerTransactionID)
    case update(Request, ServerTransactionID)
    case reinvite(Request, ServerTransactionID)
    /// A re-INVITE without an offer: the 2xx offers, the ACK answers.
    case offerlessReinvite(Request, ServerTransactionID)

    /// The request to answer, when the carrier is one.
    var request: (request: Request, transaction: ServerTransactionID)? {
      switch self {
      case .provisional, .success: nil
      case .prack(let request, let transaction), .update(let request, let transaction), .reinvite(let request, let transaction),
        .offerlessReinvite(let request, let transaction):
        (request, transaction)
      }
    }

    var transaction: ServerTransactionID? { request?.transaction }
  }

  let carrier: Carrier
  let remoteTag: String
  /// A peer that waits this long for an answer has given up itself.
  let giveUpAt: Instant
}
