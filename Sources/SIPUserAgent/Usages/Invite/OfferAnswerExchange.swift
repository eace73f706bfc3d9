import SIPMessages

/// Who has offered, and what was agreed (RFC 3264 section 4, RFC 6337 section 2). It knows when an offer or an answer may travel,
/// not what is in it.
struct OfferAnswerExchange: Sendable {
  enum State: Hashable, Sendable {
    /// Nothing was offered yet.
    case none
    /// Our offer waits for an answer.
    case offered
    /// The peer's offer waits for ours.
    case wanted
    case agreed
  }

  private(set) var state = State.none
  /// The session description of ours that holds; nil before the first agreement.
  private(set) var local: Body?
  private(set) var remote: Body?
  private var offer: Body?

  /// Nobody waits for an answer, so either side may offer.
  var mayOffer: Bool {
    switch state {
    case .none, .agreed: true
    case .offered, .wanted: false
    }
  }

  mutating func sendOffer(_ body: Body) {
    offer = body
    state = .offered
  }

  mutating func receiveOffer(_ body: Body) {
    offer = body
    state = .wanted
  }

  /// False when no offer of ours was open, so that the body is no answer.
  mutating func receiveAnswer(_ body: Body) -> Bool {
    guard state == .offered else { return false }
    local = offer
    remote = body
    offer = nil
    state = .agreed
    return true
  }

  mutating func sendAnswer(_ body: Body) {
    guard state == .wanted else { return }
    local = body
    remote = offer
    offer = nil
    state = .agreed
  }

  /// The open offer was refused or withdrawn: what was agreed before holds (RFC 3264 section 8).
  mutating func withdraw() {
    offer = nil
    state = local == nil ? .none : .agreed
  }
}
